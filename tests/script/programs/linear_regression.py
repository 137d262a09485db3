import numpy as np

class LinearRegression:
    """Ordinary least squares by gradient descent."""

    def __init__(self, lr=0.01, n_iters=1000):
        self.lr = lr
        self.n_iters = n_iters
        self.weights = None
        self.bias = None
        self.losses = []

    def fit(self, X, y):
        n_samples, n_features = X.shape
        self.weights = np.zeros(n_features)
        self.bias = 0
        for _ in range(self.n_iters):
            y_predicted = np.dot(X, self.weights) + self.bias
            self.losses.append(np.mean((y_predicted - y) ** 2))
            dw = (1 / n_samples) * np.dot(X.T, (y_predicted - y))
            db = (1 / n_samples) * np.sum(y_predicted - y)
            self.weights -= self.lr * dw
            self.bias -= self.lr * db
        return self

    def predict(self, X):
        return np.dot(X, self.weights) + self.bias

rng = np.random.default_rng(30)
X = rng.normal(size=(15, 2))
y = X @ [2.0, -1.0] + 0.5 + 0.01 * rng.normal(size=15)
model = LinearRegression(lr=0.1, n_iters=20).fit(X, y)
print(model.weights, model.bias, model.losses[-1])
