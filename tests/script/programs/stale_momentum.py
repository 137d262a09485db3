# the "previous" weights are the same array
import numpy as np

np.random.seed(36)
X = np.random.randn(6, 2)
y = np.random.randn(6, 1)
W = np.random.randn(2, 1)
prev = W
for i in range(8):
    err = X.dot(W) - y
    loss = np.sum(err ** 2) / 2
    grad = X.T.dot(err)
    change = W - prev
    prev = W
    W -= 0.02 * grad
    W += 0.5 * change
