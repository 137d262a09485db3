import numpy as np

np.random.seed(49)
X = np.random.randn(6, 2)
y = np.random.randn(6, 1)
W = np.random.randn(2, 1)
b = np.zeros((1, 1))
v = np.zeros_like(W)
for i in range(10):
    err = X @ W + b - y
    loss = np.mean(err ** 2)
    dW = 2 * X.T @ err / len(X)
    db = 2 * err.mean(axis=0, keepdims=True)
    v *= 0.9
    v -= 0.05 * dW
    W *= 0.99
    W += v
    b -= 0.05 * db
