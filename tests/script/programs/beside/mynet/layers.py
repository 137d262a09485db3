import numpy as np


class Linear:
    def __init__(self, n_in, n_out, seed):
        self.W = np.random.RandomState(seed).randn(n_in, n_out)
        self.b = np.zeros((1, n_out))

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        self.grad_W = self.x.T @ grad
        self.grad_b = np.sum(grad, axis=0, keepdims=True)
        return grad @ self.W.T

    def step(self, lr):
        self.W = self.W - lr * self.grad_W
        self.b = self.b - lr * self.grad_b


class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, grad):
        return grad * self.y * (1 - self.y)
