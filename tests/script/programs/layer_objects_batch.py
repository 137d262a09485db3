import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.x = None
        self.dW = None
        self.db = None

    def forward(self, x):
        self.x = x
        out = np.dot(self.x, self.W) + self.b
        return out

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout[self.mask] = 0
        dx = dout
        return dx


class MeanSquare:
    def forward(self, x, t):
        self.x, self.t = x, t
        self.loss = 0.5 * np.sum((x - t) ** 2) / x.shape[0]
        return self.loss

    def backward(self):
        return (self.x - self.t) / self.x.shape[0]


np.random.seed(0)
x = np.random.randn(8, 3)
t = np.random.randn(8, 2)
layers = [Affine(0.5 * np.random.randn(3, 4), np.zeros(4)), Relu(), Affine(0.5 * np.random.randn(4, 2), np.zeros(2))]
last = MeanSquare()
for i in range(10):
    out = x
    for layer in layers:
        out = layer.forward(out)
    loss = last.forward(out, t)
    dout = last.backward()
    for layer in reversed(layers):
        dout = layer.backward(dout)
    for layer in layers:
        if isinstance(layer, Affine):
            layer.W -= 0.1 * layer.dW
            layer.b -= 0.1 * layer.db
    print(loss)
