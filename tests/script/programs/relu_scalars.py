import numpy as np

np.random.seed(48)
w1, w2 = np.random.randn(), np.random.randn()
x1, x2, t = np.float64(0.5), np.float64(0.8), np.float64(0.3)
w1, w2 = np.float64(abs(w1)), np.float64(abs(w2))
for i in range(10):
    z1 = w1 * x1
    z2 = w2 * x2
    on1 = z1 > 0
    on2 = z2 > 0
    out = np.maximum(z1, 0) + np.maximum(z2, 0)
    loss = (out - t) ** 2
    d1 = 2 * (out - t) * on1 * x1
    d2 = 2 * (out - t) * on2 * x2
    w1 = w1 - 0.1 * d1
    w2 = w2 - 0.1 * d2
