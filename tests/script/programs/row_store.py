# logistic regression for each class, the weights of a class in a row
import numpy as np

np.random.seed(38)
X = np.random.randn(9, 2)
labels = np.random.randint(0, 3, 9)
W = np.zeros((3, 2))
for it in range(8):
    for c in range(3):
        t = (labels == c).astype(float)
        p = 1 / (1 + np.exp(-X @ W[c]))
        W[c] = W[c] - 0.1 * X.T @ (p - t) / len(X)
print(W)
