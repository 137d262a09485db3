import numpy as np

np.random.seed(3)
X = np.random.randn(2, 5)
Y = np.array([1, 0, 1, 1, 0])
w = np.zeros(2)
b = 0.0
alpha = 0.1
m = 5
for it in range(10):
    J = 0
    dw = np.zeros(2)
    db = 0
    for i in range(m):
        z = np.dot(w, X[:, i]) + b
        a = 1 / (1 + np.exp(-z))
        J += -(Y[i] * np.log(a) + (1 - Y[i]) * np.log(1 - a))
        dz = a - Y[i]
        dw += X[:, i] * dz
        db += dz
    J /= m
    dw /= m
    db /= m
    w = w - alpha * dw
    b = b - alpha * db
    print(J)
