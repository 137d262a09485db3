# a support vector machine, one example at a time: b moves only where the margin is broken
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(30, 2)); y = np.where(X[:, 0] + 0.3 * X[:, 1] > 0, 1, -1)
w = np.zeros(2); b = 0.0; lr = 0.05; l = 0.01
for epoch in range(20):
    for i in range(len(X)):
        f = np.dot(X[i], w) - b
        loss = np.maximum(0, 1 - y[i] * f) + l * np.sum(w ** 2)
        if y[i] * f >= 1:
            dw = 2 * l * w
            w = w - lr * dw
        else:
            dw = 2 * l * w - X[i] * y[i]
            w = w - lr * dw
            b = b - lr * y[i]
print(w, b)
