# np.dot of a vector and a number, and of two numbers
import numpy as np

np.random.seed(65)
X = np.random.randn(6, 2)
y = np.where(X[:, 0] > 0, 1, -1)
w = np.zeros(2)
b = 0.0
for i in range(6):
    for x_i, y_i in zip(X, y):
        err = np.dot(x_i, w) + b - y_i
        w = w - 0.05 * np.dot(x_i, err)
        b = b - np.dot(0.05, err)
