import numpy as np

np.random.seed(32)
X = np.random.randn(8, 2)
y = np.where(X[:, 0] - X[:, 1] > 0.2, 1, -1)
w = np.zeros(2)
b = 0.0
for epoch in range(3):
    for xi, target in zip(X, y):
        output = 1 if np.dot(w, xi) + b > 0 else -1
        if output != target:
            w = w + 0.1 * target * xi
            b = b + 0.1 * target
print(w, b)
