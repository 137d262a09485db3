import numpy as np

np.random.seed(11)
X = np.random.randn(12, 3)
y = X @ np.array([[1.0], [-2.0], [0.5]]) + 0.3
W = np.zeros((3, 1))
b = np.zeros(1)
batch_size = 4
for epoch in range(4):
    perm = np.random.permutation(X.shape[0])
    X_shuffled = X[perm]
    y_shuffled = y[perm]
    for start in range(0, X.shape[0], batch_size):
        xb = X_shuffled[start:start + batch_size]
        yb = y_shuffled[start:start + batch_size]
        pred = xb @ W + b
        loss = np.mean((pred - yb) ** 2)
        dpred = 2 * (pred - yb) / len(xb)
        dW = xb.T @ dpred
        db = dpred.sum(axis=0)
        W -= 0.1 * dW
        b -= 0.1 * db
    print(epoch, loss)
