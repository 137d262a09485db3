import numpy as np

np.random.seed(34)
X = np.random.randn(6, 2)
y = np.random.randn(6, 1)
theta = np.random.randn(2 * 3 + 3)
W1 = theta[:6].reshape(2, 3)
W2 = theta[6:].reshape(3, 1)
for i in range(10):
    h = np.tanh(X @ W1)
    out = h @ W2
    loss = 0.5 * np.sum((out - y) ** 2)
    d = out - y
    g2 = h.T @ d
    g1 = X.T @ (d @ W2.T * (1 - h ** 2))
    theta -= 0.05 * np.concatenate([g1.ravel(), g2.ravel()])
    print(loss)
