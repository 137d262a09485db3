import numpy as np

def iterate_minibatches(X, y, size):
    indices = np.arange(len(X))
    np.random.shuffle(indices)
    for start in range(0, len(X) - size + 1, size):
        excerpt = indices[start:start + size]
        yield X[excerpt], y[excerpt]

np.random.seed(13)
X = np.random.randn(9, 2)
y = (X[:, 0] * X[:, 1] > 0).astype(int)
theta = np.zeros(2)
bias = 0.0
for epoch in range(3):
    for batch in iterate_minibatches(X, y, 3):
        xb, yb = batch
        s = 1.0 / (1.0 + np.exp(-(xb.dot(theta) + bias)))
        loss = -np.mean(yb * np.log(s) + (1 - yb) * np.log(1 - s))
        grad_theta = xb.T.dot(s - yb) / len(yb)
        grad_bias = np.mean(s - yb)
        theta = theta - 0.2 * grad_theta
        bias = bias - 0.2 * grad_bias
    print(epoch, loss)
