import numpy as np

rng = np.random.RandomState(0)
X = rng.randn(6, 3)
T = rng.randn(6, 2)
sizes = [3, 4, 2]
weights = [rng.randn(a, b) * 0.5 for a, b in zip(sizes[:-1], sizes[1:])]
biases = [np.zeros((1, b)) for b in sizes[1:]]
lr = 0.05

for epoch in range(12):
    # forward
    acts = [X]
    for W, b in zip(weights, biases):
        acts.append(np.tanh(acts[-1] @ W + b))
    loss = np.sum((acts[-1] - T) ** 2) / 2
    # backward
    nabla_w, nabla_b = [], []
    delta = (acts[-1] - T) * (1 - acts[-1] ** 2)
    for l in range(len(weights) - 1, -1, -1):
        nabla_w.insert(0, acts[l].T @ delta)
        nabla_b.insert(0, delta.sum(axis=0, keepdims=True))
        if l > 0:
            delta = (delta @ weights[l].T) * (1 - acts[l] ** 2)
    # update
    weights = [w - lr * nw for w, nw in zip(weights, nabla_w)]
    biases = [b - lr * nb for b, nb in zip(biases, nabla_b)]
    print(epoch, loss)
