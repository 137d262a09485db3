import numpy as np

np.random.seed(57)
X = np.random.randn(8, 3).astype(np.float32)
y = np.random.randn(8, 1).astype("float32")
W = np.random.randn(3, 1)
for i in range(10):
    scaled = X / np.float32(3)
    err = scaled @ W - y
    loss = np.mean(err ** 2)
    dW = 2 * scaled.T @ err / len(X)
    W -= 0.1 * dW
