# the derivative of tanh is forgotten, and the bias is summed over everything
import numpy as np

np.random.seed(37)
X = np.random.randn(6, 2)
y = np.random.randn(6, 1)
W1 = np.random.randn(2, 3)
b1 = np.zeros((1, 3))
W2 = np.random.randn(3, 1)
for i in range(10):
    A1 = np.tanh(X @ W1 + b1)
    out = A1 @ W2
    loss = np.mean((out - y) ** 2)
    dout = 2 * (out - y) / len(X)
    dW2 = A1.T @ dout
    dA1 = dout @ W2.T
    dW1 = X.T @ dA1
    db1 = np.sum(dA1)
    W1 -= 0.1 * dW1
    b1 -= 0.1 * db1
    W2 -= 0.1 * dW2
