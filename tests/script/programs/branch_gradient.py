# gradient clipping by a branch on a value
import numpy as np

np.random.seed(39)
X = np.random.randn(6, 2) * 3
y = np.random.randn(6, 1)
W = np.random.randn(2, 1) * 4
for i in range(12):
    err = X @ W - y
    loss = np.mean(err ** 2)
    grad = 2 * X.T @ err / len(X)
    norm = np.sqrt(np.sum(grad ** 2))
    if norm > 60:
        grad = grad * (60 / norm)
    W = W - 0.05 * grad
