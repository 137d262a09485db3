import numpy as np

np.random.seed(35)
X = np.random.randn(6, 2)
y = np.random.randn(6, 1)
W = np.random.randn(2, 1)
out = np.empty((6, 1))
for i in range(10):
    np.dot(X, W, out=out)
    err = out - y
    loss = np.mean(err ** 2)
    grad = 2 * X.T.dot(err) / len(X)
    np.subtract(W, 0.1 * grad, out=W)
