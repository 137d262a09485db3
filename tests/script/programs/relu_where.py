import numpy as np

np.random.seed(24)
X = np.random.randn(7, 3)
y = np.random.randn(7, 1)
W1 = np.random.randn(3, 4); W2 = np.random.randn(4, 1)
for i in range(10):
    Z1 = X @ W1
    A1 = np.where(Z1 > 0, Z1, 0.01 * Z1)
    out = A1 @ W2
    loss = np.mean((out - y) ** 2)
    dout = 2 * (out - y) / len(y)
    dW2 = A1.T @ dout
    dZ1 = (dout @ W2.T) * np.where(Z1 > 0, 1, 0.01)
    dW1 = X.T @ dZ1
    W1 -= 0.01 * dW1
    W2 -= 0.01 * dW2
