import numpy as np

activations = {
    "tanh": (lambda x: np.tanh(x), lambda a: 1 - a ** 2),
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), lambda a: a * (1 - a)),
    "identity": (lambda x: x, lambda a: np.ones_like(a)),
}
layers = [(3, "tanh"), (2, "sigmoid")]

def init(n_in, seed=0):
    rng = np.random.default_rng(seed)
    model = []
    for width, name in layers:
        model.append({"W": rng.standard_normal((n_in, width)), "b": np.zeros((1, width)), "act": name})
        n_in = width
    return model

def train(model, X, Y, lr=0.1, steps=12):
    for step in range(steps):
        a, cache = X, []
        for layer in model:
            f, _ = activations[layer["act"]]
            a_in, a = a, f(a @ layer["W"] + layer["b"])
            cache.append((a_in, a))
        loss = np.mean((a - Y) ** 2)
        da = 2 * (a - Y) / Y.size
        for layer, (a_in, a_out) in zip(reversed(model), reversed(cache)):
            _, df = activations[layer["act"]]
            dz = da * df(a_out)
            da = dz @ layer["W"].T
            layer["W"] -= lr * a_in.T @ dz
            layer["b"] -= lr * dz.sum(axis=0, keepdims=True)
        yield step, loss

X = np.random.default_rng(1).standard_normal((5, 2))
Y = np.array([[0, 1], [1, 0], [1, 1], [0, 0], [0, 1]])
for step, loss in train(init(2), X, Y):
    if step % 4 == 0:
        print(step, round(float(loss), 5))
