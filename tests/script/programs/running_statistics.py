# batch normalisation with running statistics that are used from the third pass on
import numpy as np

np.random.seed(54)
X = np.random.randn(10, 3)
y = np.random.randn(10, 1)
W = np.random.randn(3, 1)
running = np.zeros(3)
scale = 1.0
for i in range(9):
    mean = X.mean(axis=0)
    running = 0.9 * running + 0.1 * mean
    if i >= 3:
        scale = 0.5
    if i == 6:
        X = X + 1
    err = (X - mean) @ W - y
    loss = np.mean(err ** 2)
    W = W - scale * 0.1 * (X - running).T @ err / 10
