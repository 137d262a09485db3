import numpy as np

x = 0.0
xs, ys = [], []
for k in range(8):
    xs.append(x)
    ys.append(np.exp(x))
    x = x + 0.25
X = np.array(xs).reshape(-1, 1)
Y = np.array(ys).reshape(-1, 1)
w = np.zeros((1, 1))
for i in range(10):
    err = X @ w - Y
    loss = np.mean(err ** 2)
    w = w - 0.1 * X.T @ err / len(X)
