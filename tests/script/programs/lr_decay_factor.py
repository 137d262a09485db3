import numpy as np

np.random.seed(26)
X = np.random.randn(10, 2)
y = np.random.randn(10, 1)
W = np.zeros((2, 1))
lr = 0.5
for epoch in range(15):
    diff = X @ W - y
    loss = (diff ** 2).sum() / (2 * len(X))
    dW = X.T @ diff / len(X)
    W -= lr * dW
    lr *= 0.9
    if epoch % 5 == 4:
        lr *= 0.5
