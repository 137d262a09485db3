import numpy as np

np.random.seed(55)
X = np.random.randn(6, 3)
y = np.random.randn(6, 1)
codes = np.array([3, 200, 90, 7, 120, 255], dtype=np.uint8).reshape(6, 1)
W = np.random.randn(3, 1)
b = np.zeros((1, 1))
for i in range(8):
    z = X @ W + b
    far = z * z > 0.25
    positive = z > 0
    either = far + positive
    twice = codes * 2
    wrapped = twice + 100
    err = (z - y) * either * wrapped / 255
    W -= 0.01 * X.T @ err
    b -= 0.01 * err.sum(axis=0, keepdims=True)
