import numpy as np

np.random.seed(47)
X = np.random.randn(5, 2)
y = np.random.randn(5)
w = np.zeros(2)
for epoch in range(8):
    a, b = w.tolist()
    pred = X[:, 0] * a + X[:, 1] * b
    loss = np.sum((pred - y) ** 2)
    w = w - 0.05 * np.dot(X.T, pred - y)
