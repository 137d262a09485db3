import numpy as np

np.random.seed(44)
table = np.random.randn(50, 41)
X = table[:, ::2]
y = table[:, 1:2]
W = np.random.randn(21, 3)
V = np.random.randn(3, 1)
for i in range(10):
    h = np.tanh(X @ W)
    err = h @ V - y
    loss = np.mean(err ** 2)
    dV = h.T @ err / 50
    dW = X[:, ::-1][:, ::-1].T @ (err @ V.T * (1 - h ** 2)) / 50
    W -= 0.1 * dW
    V -= 0.1 * dV
