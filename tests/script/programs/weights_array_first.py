# the weights are an array at first, and a list from the first pass on
import numpy as np

X = np.array([[0.1, 0.5, 0.2], [0.2, 0.3, 0.1], [0.7, 0.4, 0.2]])
t = np.array([0.0, 1.0, 0.0])
weights = np.array([0.4, 0.2, 0.6])
for epoch in range(4):
    for x, y in zip(X, t):
        error = y - 1 / (1 + np.exp(-np.dot(x, weights)))
        new_weights = []
        for w, xi in zip(weights, x):
            w = w + 0.5 * error * xi
            new_weights.append(w)
        weights = new_weights
print(weights)
