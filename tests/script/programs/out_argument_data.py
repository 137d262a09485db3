import numpy as np

np.random.seed(56)
X = np.random.randn(6, 2)
y = np.random.randn(6, 1)
w = np.zeros((2, 1))
for i in range(8):
    noise = np.random.normal(0, 0.1, X.shape)
    noisy = np.zeros_like(X)
    np.add(X, noise, out=noisy)
    err = noisy.dot(w) - y
    w = w - 0.05 * noisy.T.dot(err)
    np.multiply(noisy, 0, out=noisy)
