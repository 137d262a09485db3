import numpy as np

np.random.seed(58)
X = np.random.randn(6, 2)
y = np.random.randn(6, 1)
W = np.random.randn(2, 1)
for i in range(8):
    err = X @ W - y
    loss = np.mean(np.abs(err))
    smooth = np.absolute(err) / (1 + abs(1.0))
    dW = X.T @ (np.sign(err) / 6)
    W = W - 0.1 * dW
