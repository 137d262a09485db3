import numpy as np

np.random.seed(2)
X = np.random.randn(6, 3)
y = (X[:, 0] > 0).astype(float)
w = np.random.randn(3) * 0.1
b = 0.0
lr = 0.5
for epoch in range(4):
    total = 0.0
    for xi, yi in zip(X, y):
        z = xi.dot(w) + b
        p = 1 / (1 + np.exp(-z))
        loss = -(yi * np.log(p) + (1 - yi) * np.log(1 - p))
        total += loss
        grad = p - yi
        w -= lr * grad * xi
        b -= lr * grad
    print("epoch", epoch, "loss", total / len(X))
