import numpy as np

np.random.seed(51)
X = np.random.randn(6, 2)
y = np.random.randn(6, 1)
W = np.random.randn(2, 1)
b = np.zeros((1, 1))
for i in range(8):
    err = X @ W + b - y
    dW = X.T @ err / len(X)
    for j in range(W.size):
        W.flat[j] = W.flat[j] - 0.1 * dW.flat[j]
    b -= 0.1 * np.mean(err)
