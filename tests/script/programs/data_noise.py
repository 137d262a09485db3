import numpy as np

np.random.seed(53)
X = np.random.randn(6, 2)
y = np.random.randn(6, 1)
w = np.zeros((2, 1))
for i in range(8):
    noise = np.random.normal(0, 0.1, X.shape)
    X += noise
    err = X.dot(w) - y
    loss = np.sum(err ** 2)
    w = w - 0.05 * X.T.dot(err)
    X -= noise
