# a library is given columns of the data, and changes nothing
import pickle

import numpy as np

np.random.seed(63)
X = np.random.randn(9, 2)
y = X[:, :1] * 2 - 1
size = len(pickle.dumps(X[:, 0])) + len(pickle.dumps(y[3:]))
w = np.zeros((2, 1))
for i in range(8):
    err = X @ w - y
    loss = np.mean(err ** 2)
    w = w - 0.2 * X.T @ err / len(X)
    pickle.dumps(w[0])
