import numpy as np

np.random.seed(25)
X = np.random.randn(10, 2)
y = np.random.randn(10, 1)
W = np.zeros((2, 1))
lr0 = 0.5
lr = lr0
for epoch in range(15):
    diff = X @ W - y
    loss = (diff ** 2).sum() / (2 * len(X))
    dW = X.T @ diff / len(X)
    W = W - lr * dW
    lr = lr0 / (1 + 0.1 * epoch)
print(W.ravel(), lr)
