import numpy as np

np.random.seed(12)
X = np.random.randn(20, 2)
y = np.sin(X[:, :1])
W1 = np.random.randn(2, 5) * 0.3
b1 = np.zeros((1, 5))
W2 = np.random.randn(5, 1) * 0.3
b2 = np.zeros((1, 1))
for i in range(12):
    idx = np.random.choice(20, 6, replace=False)
    xb, yb = X[idx], y[idx]
    h = np.tanh(xb @ W1 + b1)
    pred = h @ W2 + b2
    loss = ((pred - yb) ** 2).mean()
    g = 2 * (pred - yb) / yb.shape[0]
    gW2 = h.T @ g
    gb2 = g.sum(axis=0, keepdims=True)
    gh = g @ W2.T * (1 - h * h)
    gW1 = xb.T @ gh
    gb1 = gh.sum(axis=0, keepdims=True)
    W1, b1 = W1 - 0.1 * gW1, b1 - 0.1 * gb1
    W2, b2 = W2 - 0.1 * gW2, b2 - 0.1 * gb2
    if i % 4 == 0: print(i, loss)
