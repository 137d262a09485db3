import random

random.seed(3)
weights = [random.uniform(-1, 1) for _ in range(2)]
bias = random.random()
data = [([0.0, 1.0], 1.0), ([1.0, 0.0], 0.0), ([1.0, 1.0], 1.0)]
for epoch in range(5):
    for x, target in data:
        out = sum(w * v for w, v in zip(weights, x)) + bias
        error = out - target
        loss = error ** 2
        for j in range(2):
            weights[j] -= 0.1 * 2 * error * x[j]
        bias -= 0.1 * 2 * error
