import numpy as np

np.random.seed(27)
X = np.random.randn(20, 2)
y = (X[:, :1] + X[:, 1:] > 0).astype(float)
w = np.random.randn(2, 1)
b = np.zeros((1,))
history = []

def predict(X):
    return (1 / (1 + np.exp(-(X @ w + b))) > 0.5).astype(float)

for i in range(1, 21):
    a = 1 / (1 + np.exp(-(X @ w + b)))
    dw = X.T @ (a - y) / len(X)
    db = np.mean(a - y, axis=0)
    w -= 0.3 * dw
    b -= 0.3 * db
    if i % 5 == 0 or i == 1:
        loss = -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))
        acc = np.mean(predict(X) == y)
        history.append((i, loss, acc))
        print("iter %d loss %.4f acc %.2f" % (i, loss, acc))
