import numpy as np
np.random.seed(0)
X = np.random.randn(20, 3); t = X @ np.array([[1.], [-2.], [0.5]]) + 0.1
w = np.zeros((3, 1)); b = 0.0
mw = np.zeros_like(w); vw = np.zeros_like(w)
mb = vb = 0.0
beta1, beta2, eps, lr = 0.9, 0.999, 1e-8, 0.05
for step in range(1, 21):
    pred = X.dot(w) + b
    err = pred - t
    loss = (err ** 2).mean()
    gw = 2 * X.T.dot(err) / len(X)
    gb = 2 * err.mean()
    mw = beta1 * mw + (1 - beta1) * gw
    vw = beta2 * vw + (1 - beta2) * gw ** 2
    mb = beta1 * mb + (1 - beta1) * gb
    vb = beta2 * vb + (1 - beta2) * gb ** 2
    w = w - lr * (mw / (1 - beta1 ** step)) / (np.sqrt(vw / (1 - beta2 ** step)) + eps)
    b = b - lr * (mb / (1 - beta1 ** step)) / (np.sqrt(vb / (1 - beta2 ** step)) + eps)
