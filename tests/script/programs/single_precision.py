import numpy as np

np.random.seed(42)
X = np.random.randn(8, 3).astype(np.float32)
y = np.random.randn(8, 1).astype(np.float32)
W = np.random.randn(3, 1).astype(np.float32)
for i in range(10):
    err = X @ W - y
    loss = np.mean(err ** 2)
    dW = 2 * X.T @ err / 8
    W -= 0.1 * dW
