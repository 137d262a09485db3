import csv
import sys
from pathlib import Path
import numpy as np

rows = []
with open(Path(__file__).parent / "points.csv", newline="") as f:
    for row in csv.DictReader(f):
        rows.append([float(row["a"]), float(row["b"]), float(row["y"])])
data = np.array(rows)
x_data, y_data = data[:, :-1], data[:, -1]
x_data = (x_data - x_data.mean(axis=0)) / x_data.std(axis=0)
theta = np.zeros(x_data.shape[1] + 1)
ones = np.ones((len(x_data), 1))
x_data = np.concatenate((ones, x_data), axis=1)
for i in range(20):
    h = 1 / (1 + np.exp(-x_data.dot(theta)))
    J = (-y_data.dot(np.log(h)) - (1 - y_data).dot(np.log(1 - h))) / len(y_data)
    grad = x_data.T.dot(h - y_data) / len(y_data)
    theta -= 0.5 * grad
sys.stderr.write("done\n")
