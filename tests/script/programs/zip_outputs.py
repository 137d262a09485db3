import numpy as np

np.random.seed(46)
X = np.random.randn(5, 2)
y = np.array([0.0, 1.0, 1.0, 0.0, 1.0])
w = np.zeros(2)
for epoch in range(8):
    p = 1 / (1 + np.exp(-np.dot(X, w)))
    delta = np.array([a - t for a, t in zip(p, y)])
    w = w - 0.5 * np.dot(X.T, delta)
