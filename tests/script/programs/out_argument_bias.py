import numpy as np

np.random.seed(35)
X = np.random.randn(6, 2)
y = np.random.randn(6, 1)
W = np.random.randn(2, 1)
b = np.zeros((1, 1))
for i in range(10):
    err = X.dot(W) + b - y
    loss = np.mean(err ** 2)
    dW = 2 * X.T.dot(err) / len(X)
    np.subtract(W, 0.1 * dW, out=W)
    b -= 0.1 * 2 * np.mean(err)
