"""Training in the style of the articles: functions that hand dictionaries and caches to each other.

The first half is the two-layer article, whose network is T; the second half is the article on L
layers, with a tanh and a softmax added for S and M.
"""

from functools import partial
from typing import Any

import numpy as np

from benchmarks.flat_loops import Array, Loop, Parameters

Cache = Any


def sigmoid(Z: Array) -> tuple[Array, Cache]:
    """Give the activation, and what its derivative needs."""
    return 1 / (1 + np.exp(-Z)), Z


def relu(Z: Array) -> tuple[Array, Cache]:
    """Give the activation, and what its derivative needs."""
    A = np.maximum(0, Z)
    assert A.shape == Z.shape
    return A, Z


def tanh(Z: Array) -> tuple[Array, Cache]:
    """Give the activation, and what its derivative needs."""
    A = np.tanh(Z)
    return A, A


def softmax(Z: Array) -> tuple[Array, Cache]:
    """Give the activation, and what its derivative needs."""
    exponentials = np.exp(Z - np.max(Z, axis=0, keepdims=True))
    return exponentials / np.sum(exponentials, axis=0, keepdims=True), Z


# two layers


def forward_propagation(X: Array, parameters: Parameters) -> tuple[Array, dict[str, Array]]:
    """Go forward and keep every value in a dictionary."""
    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2, _ = sigmoid(Z2)
    assert A2.shape == (1, X.shape[1])
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def backward_propagation(
    parameters: Parameters, cache: dict[str, Array], X: Array, Y: Array
) -> dict[str, Array]:
    """Go backward and give the gradients in a dictionary."""
    m = X.shape[1]
    W2 = parameters["W2"]
    A1 = cache["A1"]
    A2 = cache["A2"]
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.multiply(np.dot(W2.T, dZ2), 1 - np.power(A1, 2))
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def two_layer_model(
    X: Array, Y: Array, start: Parameters, learning_rate: float, count: int
) -> list[float]:
    """Train as the two-layer article does."""
    parameters = initialize_parameters(start)
    costs = []
    for _ in range(count):
        A2, cache = forward_propagation(X, parameters)
        costs.append(compute_cost(A2, Y))
        grads = backward_propagation(parameters, cache, X, Y)
        parameters = update_parameters(parameters, grads, learning_rate)
    start.update(parameters)
    return costs


# L layers


def initialize_parameters(start: Parameters) -> Parameters:
    """Copy the values to start from, where the article draws random ones."""
    return {name: value.copy() for name, value in start.items()}


def linear_forward(A: Array, W: Array, b: Array) -> tuple[Array, Cache]:
    """Give the weighted sum, and keep what it was made of."""
    Z = np.dot(W, A) + b
    assert Z.shape == (W.shape[0], A.shape[1])
    return Z, (A, W, b)


def linear_activation_forward(
    A_prev: Array, W: Array, b: Array, activation: str
) -> tuple[Array, Cache]:
    """Go forward through one layer."""
    Z, linear_cache = linear_forward(A_prev, W, b)
    if activation == "sigmoid":
        A, activation_cache = sigmoid(Z)
    elif activation == "relu":
        A, activation_cache = relu(Z)
    elif activation == "tanh":
        A, activation_cache = tanh(Z)
    else:
        A, activation_cache = softmax(Z)
    assert A.shape == (W.shape[0], A_prev.shape[1])
    return A, (linear_cache, activation_cache)


def L_model_forward(
    X: Array, parameters: Parameters, hidden: str, output: str
) -> tuple[Array, list[Cache]]:
    """Go forward through all layers."""
    caches = []
    A = X
    L = len(parameters) // 2
    for layer in range(1, L):
        A, cache = linear_activation_forward(
            A, parameters["W" + str(layer)], parameters["b" + str(layer)], hidden
        )
        caches.append(cache)
    AL, cache = linear_activation_forward(
        A, parameters["W" + str(L)], parameters["b" + str(L)], output
    )
    caches.append(cache)
    return AL, caches


def compute_cost(AL: Array, Y: Array) -> float:
    """Give the cross-entropy: of two classes, or of one row of `Y` for each class."""
    m = Y.shape[1]
    if Y.shape[0] > 1:
        cost = -np.sum(np.multiply(Y, np.log(AL))) / m
    else:
        logprobs = np.multiply(np.log(AL), Y) + np.multiply(1 - Y, np.log(1 - AL))
        cost = -np.sum(logprobs) / m
    cost = np.squeeze(cost)
    assert cost.shape == ()
    return float(cost)


def linear_backward(dZ: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """Go back through the weighted sum."""
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = np.dot(dZ, A_prev.T) / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    dA_prev = np.dot(W.T, dZ)
    assert dA_prev.shape == A_prev.shape
    assert dW.shape == W.shape
    assert db.shape == b.shape
    return dA_prev, dW, db


def relu_backward(dA: Array, cache: Cache) -> Array:
    """Go back through a ReLU."""
    Z = cache
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    assert dZ.shape == Z.shape
    return dZ


def sigmoid_backward(dA: Array, cache: Cache) -> Array:
    """Go back through a sigmoid."""
    s = 1 / (1 + np.exp(-cache))
    return dA * s * (1 - s)


def tanh_backward(dA: Array, cache: Cache) -> Array:
    """Go back through a tanh."""
    return dA * (1 - np.power(cache, 2))


def linear_activation_backward(
    dA: Array, cache: Cache, activation: str
) -> tuple[Array, Array, Array]:
    """Go back through one layer."""
    linear_cache, activation_cache = cache
    if activation == "relu":
        dZ = relu_backward(dA, activation_cache)
    elif activation == "tanh":
        dZ = tanh_backward(dA, activation_cache)
    else:
        dZ = sigmoid_backward(dA, activation_cache)
    return linear_backward(dZ, linear_cache)


def L_model_backward(
    AL: Array, Y: Array, caches: list[Cache], hidden: str, output: str
) -> dict[str, Array]:
    """Go back through all layers and give the gradients in a dictionary."""
    grads = {}
    L = len(caches)
    if output == "softmax":
        dA, dW, db = linear_backward(AL - Y, caches[L - 1][0])
    else:
        dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
        dA, dW, db = linear_activation_backward(dAL, caches[L - 1], output)
    grads["dA" + str(L)], grads["dW" + str(L)], grads["db" + str(L)] = dA, dW, db
    for layer in reversed(range(1, L)):
        dA, dW, db = linear_activation_backward(dA, caches[layer - 1], hidden)
        grads["dA" + str(layer)] = dA
        grads["dW" + str(layer)] = dW
        grads["db" + str(layer)] = db
    return grads


def update_parameters(
    parameters: Parameters, grads: dict[str, Array], learning_rate: float
) -> Parameters:
    """Take one step of gradient descent."""
    L = len(parameters) // 2
    for layer in range(1, L + 1):
        key = str(layer)
        parameters["W" + key] = parameters["W" + key] - learning_rate * grads["dW" + key]
        parameters["b" + key] = parameters["b" + key] - learning_rate * grads["db" + key]
    return parameters


def L_layer_model(
    X: Array, Y: Array, start: Parameters, learning_rate: float, count: int, *, hidden: str,
    output: str,
) -> list[float]:  # fmt: skip
    """Train as the article on L layers does."""
    parameters = initialize_parameters(start)
    costs = []
    for _ in range(count):
        AL, caches = L_model_forward(X, parameters, hidden, output)
        costs.append(compute_cost(AL, Y))
        grads = L_model_backward(AL, Y, caches, hidden, output)
        parameters = update_parameters(parameters, grads, learning_rate)
    start.update(parameters)
    return costs


_TANH = partial(L_layer_model, hidden="tanh", output="sigmoid")
L_LAYERS: dict[str, Loop] = {
    "T": _TANH,
    "S": _TANH,
    "M": partial(L_layer_model, hidden="relu", output="softmax"),
    "L": partial(L_layer_model, hidden="relu", output="sigmoid"),
}
OWN: dict[str, Loop] = {**L_LAYERS, "T": two_layer_model}
"""Each workload in the style of the article that it comes from."""
