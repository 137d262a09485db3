import numpy as np

x = np.linspace(0, 1, 7)
y = 3 * x + 1
theta0, theta1 = 0.0, 0.0
rate, tolerance = 0.5, 1e-2
cost = 10.0
count = 0
while cost > tolerance:
    h = theta0 + theta1 * x
    cost = np.sum((h - y) ** 2) / (2 * len(x))
    d0 = np.sum(h - y) / len(x)
    d1 = np.sum((h - y) * x) / len(x)
    theta0 = theta0 - rate * d0
    theta1 = theta1 - rate * d1
    count += 1
print(count, theta0, theta1)
