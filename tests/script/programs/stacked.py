# arrays put together: a bias as one more input, and a gate that reads two vectors
import numpy as np

np.random.seed(62)
X = np.random.randn(5, 2)
y = np.random.randn(5, 1)
V = np.random.randn(3, 2)
w = np.random.randn(4)
for i in range(10):
    h = np.tanh(np.column_stack((X, np.ones(5))).dot(V))
    rows = np.vstack([np.hstack((X[k], h[k])) for k in range(5)])
    out = np.array([rows.dot(w)]).T
    err = out - y
    loss = np.sum(err ** 2) / 2
    grad = np.append(X, h, axis=1).T.dot(err).ravel()
    dh = err * w[2:] * (1 - h ** 2)
    V -= 0.05 * np.column_stack((X, np.ones(5))).T.dot(dh)
    w -= 0.05 * grad
