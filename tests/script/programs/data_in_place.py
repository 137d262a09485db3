import numpy as np

np.random.seed(52)
data = np.random.randn(9, 3)
w = np.zeros((2, 1))
for epoch in range(4):
    np.random.shuffle(data)
    data *= 1.01
    for k in range(0, 9, 3):
        xb = data[k:k + 3, :2]
        yb = data[k:k + 3, 2:]
        err = xb.dot(w) - yb
        loss = np.sum(err ** 2)
        w = w - 0.05 * xb.T.dot(err)
