import numpy as np

np.random.seed(29)
X = np.random.randn(10, 3)
y = np.random.randn(10, 2)
W1 = np.random.randn(3, 4) * 0.5
b1 = np.zeros(4)
W2 = np.random.randn(4, 2) * 0.5
b2 = np.zeros(2)
lam, lr = 0.1, 0.05
for it in range(12):
    z1 = X @ W1 + b1
    a1 = 1 / (1 + np.exp(-z1))
    z2 = a1 @ W2 + b2
    loss = np.mean(np.sum((z2 - y) ** 2, axis=1)) / 2 + lam / 2 * (np.sum(W1 ** 2) + np.sum(W2 ** 2))
    dz2 = (z2 - y) / X.shape[0]
    dW2 = a1.T @ dz2 + lam * W2
    db2 = np.sum(dz2, axis=0)
    dz1 = (dz2 @ W2.T) * a1 * (1 - a1)
    dW1 = X.T @ dz1 + lam * W1
    db1 = np.sum(dz1, axis=0)
    W1 -= lr * dW1
    b1 -= lr * db1
    W2 -= lr * dW2
    b2 -= lr * db2
