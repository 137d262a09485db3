import numpy as np

np.random.seed(15)
X = np.random.randn(8, 3)
y = np.random.randn(8, 1)
W1 = np.random.randn(3, 6) * 0.5
W2 = np.random.randn(6, 1) * 0.5
keep_prob = 0.8
for step in range(10):
    h = np.maximum(0, X.dot(W1))
    d = np.random.rand(h.shape[0], h.shape[1]) < keep_prob
    h = h * d
    h = h / keep_prob
    out = h.dot(W2)
    cost = 0.5 * np.mean((out - y) ** 2)
    dout = (out - y) / len(X)
    dW2 = h.T.dot(dout)
    dh = dout.dot(W2.T)
    dh = dh * d
    dh = dh / keep_prob
    dh[h <= 0] = 0
    dW1 = X.T.dot(dh)
    W1 -= 0.1 * dW1
    W2 -= 0.1 * dW2
    print(step, cost)
