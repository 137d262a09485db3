import numpy as np

np.random.seed(14)
X = np.random.randn(10, 3)
y = np.random.randn(10, 1)
W = np.random.randn(3, 1)
for epoch in range(3):
    for xb, yb in zip(np.array_split(X, 3), np.array_split(y, 3)):
        err = xb @ W - yb
        loss = np.sum(err ** 2) / len(xb)
        W = W - 0.05 * 2 * xb.T @ err / len(xb)
print(W)
