# the outputs are computed before the loop, and again at the end of each pass
import numpy as np

np.random.seed(61)
X = np.random.randn(8, 2)
t = (X[:, 0] > X[:, 1]).astype(float)
w = np.random.randn(2)
y = 1 / (1 + np.exp(-X.dot(w)))
for i in range(12):
    w += 0.1 * X.T.dot(t - y)
    y = 1 / (1 + np.exp(-X.dot(w)))
print(w)
