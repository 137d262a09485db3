import numpy as np

np.random.seed(8)
X = np.random.randn(5, 2)
Y = np.random.randn(5, 1)
W1 = np.random.randn(2, 3)
W2 = np.random.randn(3, 1)
for epoch in range(3):
    for i in range(len(X)):
        x = X[i:i+1]
        t = Y[i:i+1]
        h = np.tanh(x.dot(W1))
        out = h.dot(W2)
        loss = 0.5 * np.sum((out - t) ** 2)
        dout = out - t
        dW2 = h.T.dot(dout)
        dh = dout.dot(W2.T)
        dW1 = x.T.dot(dh * (1 - h ** 2))
        W1 -= 0.1 * dW1
        W2 -= 0.1 * dW2
