import numpy as np

np.random.seed(19)
X = np.random.randn(6, 3)
Y = np.random.randn(6, 2)
W = np.random.randn(3, 2) * 0.1
b = np.zeros((1, 2))
mW, mb = np.zeros_like(W), np.zeros_like(b)
learning_rate = 1e-1
n = 0
while n < 12:
    out = np.tanh(np.dot(X, W) + b)
    loss = np.sum((out - Y) ** 2)
    dout = 2 * (out - Y) * (1 - out * out)
    dW = np.dot(X.T, dout)
    db = np.sum(dout, axis=0, keepdims=True)
    for param, dparam, mem in zip([W, b], [dW, db], [mW, mb]):
        mem += dparam * dparam
        param += -learning_rate * dparam / np.sqrt(mem + 1e-8) # adagrad update
    n += 1
    if n % 5 == 0: print('iter %d, loss: %f' % (n, loss))
