import numpy as np

X = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 4.0], [4.0, 3.0]])
y = np.array([5.0, 4.0, 11.0, 10.0])
w = np.zeros(2)
best = 1e9
for epoch in range(1000):
    pred = X @ w
    loss = np.mean((pred - y) ** 2)
    grad = 2 * X.T @ (pred - y) / len(y)
    w = w - 0.05 * grad
    if loss < 0.02:
        print("stopped at", epoch)
        break
    best = min(best, loss)
