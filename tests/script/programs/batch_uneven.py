import numpy as np

np.random.seed(45)
X = np.random.randn(10, 2)
y = np.random.randn(10, 1)
W = np.zeros((2, 1))
for epoch in range(3):
    for k in range(0, 10, 4):
        xb, yb = X[k:k + 4], y[k:k + 4]
        err = xb @ W - yb
        loss = np.mean(err ** 2)
        W -= 0.1 * xb.T @ err
