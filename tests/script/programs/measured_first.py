# every third pass the same functions are first called for a figure that is printed
import numpy as np

np.random.seed(66)
X = np.random.randn(6, 2)
y = np.random.randn(6, 1)
W = np.random.randn(2, 1)

def forward(X):
    return np.tanh(X @ W)

for i in range(9):
    if i % 3 == 0:
        print(np.abs(forward(X[:2]) - y[:2]).max())
    out = forward(X)
    loss = np.sum((out - y) ** 2) / 2
    dz = (out - y) * (1 - out ** 2)
    dW = X.T @ dz
    W = W - 0.1 * dW
