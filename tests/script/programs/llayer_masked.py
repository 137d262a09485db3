import numpy as np

np.random.seed(4)
X = np.random.randn(5, 10)
Y = (np.sum(X, axis=0, keepdims=True) > 0) * 1.0
dims = [5, 4, 3, 1]
L = len(dims) - 1
params = {}
for l in range(1, L + 1):
    params[f"W{l}"] = np.random.randn(dims[l], dims[l - 1]) * np.sqrt(2.0 / dims[l - 1])
    params[f"b{l}"] = np.zeros((dims[l], 1))


def forward(X):
    A, caches = X, []
    for l in range(1, L + 1):
        A_prev = A
        Z = params[f"W{l}"] @ A_prev + params[f"b{l}"]
        A = np.maximum(0, Z) if l < L else 1 / (1 + np.exp(-Z))
        caches.append((A_prev, Z))
    return A, caches


def backward(A, Y, caches):
    grads, m = {}, Y.shape[1]
    dZ = A - Y
    for l in range(L, 0, -1):
        A_prev, Z = caches[l - 1]
        grads[f"dW{l}"] = dZ @ A_prev.T / m
        grads[f"db{l}"] = dZ.sum(axis=1, keepdims=True) / m
        if l > 1:
            dZ = (params[f"W{l}"].T @ dZ) * (caches[l - 2][1] > 0)
    return grads


for i in range(15):
    A, caches = forward(X)
    cost = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    grads = backward(A, Y, caches)
    for l in range(1, L + 1):
        params[f"W{l}"] -= 0.1 * grads[f"dW{l}"]
        params[f"b{l}"] -= 0.1 * grads[f"db{l}"]
    print(f"{i}: {cost:.4f}")
