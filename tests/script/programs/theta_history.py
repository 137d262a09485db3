import numpy as np

np.random.seed(31)
X = 2 * np.random.rand(10, 1)
y = 4 + 3 * X + np.random.randn(10, 1)
X_b = np.c_[np.ones((10, 1)), X]
m = len(y)
theta = np.random.randn(2, 1)

def cal_cost(theta, X, y):
    predictions = X.dot(theta)
    return 1 / (2 * m) * np.sum(np.square(predictions - y))

def gradient_descent(X, y, theta, learning_rate=0.1, iterations=10):
    cost_history = np.zeros(iterations)
    theta_history = np.zeros((iterations, 2))
    for it in range(iterations):
        prediction = np.dot(X, theta)
        theta = theta - (1 / m) * learning_rate * (X.T.dot((prediction - y)))
        theta_history[it, :] = theta.T
        cost_history[it] = cal_cost(theta, X, y)
    return theta, cost_history, theta_history

theta, cost_history, theta_history = gradient_descent(X_b, y, theta)
print(theta.ravel(), cost_history[-1])
