import numpy as np

np.random.seed(20)
X = np.random.randn(8, 2)
y = X @ np.array([1.0, -1.0])
w = np.zeros(2)
previous = float("inf")
for epoch in range(500):
    error = X.dot(w) - y
    cost = (error ** 2).sum() / (2 * len(y))
    if abs(previous - cost) < 1e-3:
        break
    previous = cost
    gradient = X.T.dot(error) / len(y)
    w -= 0.3 * gradient
print(epoch, cost)
