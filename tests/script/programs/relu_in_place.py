import numpy as np

np.random.seed(41)
X = np.random.randn(6, 2)
y = np.random.randn(6, 1)
W1 = np.random.randn(2, 4)
W2 = np.random.randn(4, 1)
for i in range(10):
    h = X @ W1
    np.maximum(h, 0, h)
    out = h @ W2
    dout = (out - y) / len(X)
    loss = np.mean((out - y) ** 2) / 2
    dW2 = h.T @ dout
    dW1 = X.T @ ((dout @ W2.T) * (h > 0))
    W1 -= 0.1 * dW1
    W2 -= 0.1 * dW2
