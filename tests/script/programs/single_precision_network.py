import numpy as np

rng = np.random.RandomState(7)
X = rng.randn(12, 4).astype(np.float32)
y = rng.randint(0, 3, 12)
params = {
    "W1": (0.1 * rng.randn(4, 5)).astype(np.float32),
    "b1": np.zeros(5, dtype=np.float32),
    "W2": (0.1 * rng.randn(5, 3)).astype("float32"),
    "b2": np.zeros(3, dtype=np.float32),
}
velocity = {name: np.zeros_like(value) for name, value in params.items()}
lr, momentum, reg = 0.3, 0.9, 1e-3
scale = np.float64(1.0) / 3
N = X.shape[0]

for step in range(20):
    hidden = np.maximum(0, X @ params["W1"] + params["b1"])
    mask = (rng.rand(*hidden.shape) < 0.8).astype(np.float32) / 0.8
    dropped = hidden * mask
    scores = dropped @ params["W2"] + params["b2"]
    scores = scores - scores.max(axis=1, keepdims=True)
    probs = np.exp(scores)
    probs /= probs.sum(axis=1, keepdims=True)
    penalty = 0.5 * reg * np.sum(params["W1"] * params["W1"])
    loss = -np.sum(np.log(probs[np.arange(N), y])) / N + penalty
    dscores = probs.copy()
    dscores[np.arange(N), y] -= 1
    dscores /= N
    dW2 = dropped.T @ dscores
    db2 = dscores.sum(axis=0)
    dhidden = dscores @ params["W2"].T * mask
    dhidden[hidden <= 0] = 0
    dW1 = X.T @ dhidden + reg * params["W1"]
    db1 = dhidden.sum(axis=0)
    velocity["W1"] = momentum * velocity["W1"] - lr * dW1
    velocity["W2"] = momentum * velocity["W2"] - lr * dW2
    params["W1"] += velocity["W1"]
    params["W2"] += velocity["W2"]
    params["b1"] -= lr * scale * db1
    params["b2"] -= lr / (1 + 0.01 * step) * db2
