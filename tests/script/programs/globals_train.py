import numpy as np

w = np.array([0.1, -0.2])
b = 0.0

def forward(x):
    return np.dot(x, w) + b

def update(grad_w, grad_b, lr=0.05):
    global w, b
    w = w - lr * grad_w
    b = b - lr * grad_b

xs = np.array([[1.0, 2.0], [0.5, -1.0], [-1.5, 0.3]])
ys = np.array([1.0, 0.0, -1.0])
for epoch in range(10):
    pred = forward(xs)
    diff = pred - ys
    loss = np.sum(diff ** 2)
    update(2 * np.dot(xs.T, diff), 2 * np.sum(diff))
