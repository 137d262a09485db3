import numpy as np

np.random.seed(40)
X = np.random.randn(6, 2)
y = np.random.randn(6, 1)
W = np.random.randn(2, 1)
for i in range(12):
    err = X @ W - y
    loss = np.mean(err ** 2)
    W = W - 0.1 * 2 * X.T @ err / len(X)
    if i == 7:
        print(wieghts)
