"""A tutorial's loop in plain NumPy: the lines of the network one after the other.

Every loop takes the data, the parameters by name and a number of iterations. It trains, leaves the
parameters where it found them, and gives the cost of every iteration.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Parameters = dict[str, Any]
Loop = Callable[[Array, Array, Parameters, float, int], list[float]]


def sigmoid(z: Array) -> Array:
    """Map any real number into (0, 1)."""
    return 1 / (1 + np.exp(-z))


def relu(z: Array) -> Array:
    """Keep what is positive."""
    return np.maximum(z, 0)


def softmax(z: Array) -> Array:
    """Turn the scores in each column into probabilities."""
    exponentials = np.exp(z - np.max(z, axis=0, keepdims=True))
    return exponentials / np.sum(exponentials, axis=0, keepdims=True)


def flat_T(X: Array, Y: Array, start: Parameters, learning_rate: float, count: int) -> list[float]:
    """Two layers: tanh, sigmoid."""
    W1, b1, W2, b2 = (start[name] for name in ("W1", "b1", "W2", "b2"))
    m = X.shape[1]
    costs = []
    for _ in range(count):
        Z1 = W1 @ X + b1
        A1 = np.tanh(Z1)
        Z2 = W2 @ A1 + b2
        A2 = sigmoid(Z2)
        costs.append(-np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m)
        dZ2 = A2 - Y
        dW2 = dZ2 @ A1.T / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        dZ1 = (W2.T @ dZ2) * (1 - A1**2)
        dW1 = dZ1 @ X.T / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
    start.update(W1=W1, b1=b1, W2=W2, b2=b2)
    return costs


def flat_S(X: Array, Y: Array, start: Parameters, learning_rate: float, count: int) -> list[float]:
    """Three layers: tanh, tanh, sigmoid."""
    W1, b1, W2, b2, W3, b3 = (start[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    m = X.shape[1]
    costs = []
    for _ in range(count):
        Z1 = W1 @ X + b1
        A1 = np.tanh(Z1)
        Z2 = W2 @ A1 + b2
        A2 = np.tanh(Z2)
        Z3 = W3 @ A2 + b3
        A3 = sigmoid(Z3)
        costs.append(-np.sum(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) / m)
        dZ3 = A3 - Y
        dW3 = dZ3 @ A2.T / m
        db3 = np.sum(dZ3, axis=1, keepdims=True) / m
        dZ2 = (W3.T @ dZ3) * (1 - A2**2)
        dW2 = dZ2 @ A1.T / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        dZ1 = (W2.T @ dZ2) * (1 - A1**2)
        dW1 = dZ1 @ X.T / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
        W3 = W3 - learning_rate * dW3
        b3 = b3 - learning_rate * db3
    start.update(W1=W1, b1=b1, W2=W2, b2=b2, W3=W3, b3=b3)
    return costs


def flat_M(X: Array, Y: Array, start: Parameters, learning_rate: float, count: int) -> list[float]:
    """Three layers: ReLU, ReLU, softmax."""
    W1, b1, W2, b2, W3, b3 = (start[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    m = X.shape[1]
    costs = []
    for _ in range(count):
        Z1 = W1 @ X + b1
        A1 = relu(Z1)
        Z2 = W2 @ A1 + b2
        A2 = relu(Z2)
        Z3 = W3 @ A2 + b3
        A3 = softmax(Z3)
        costs.append(-np.sum(Y * np.log(A3)) / m)
        dZ3 = A3 - Y
        dW3 = dZ3 @ A2.T / m
        db3 = np.sum(dZ3, axis=1, keepdims=True) / m
        dZ2 = (W3.T @ dZ3) * (Z2 > 0)
        dW2 = dZ2 @ A1.T / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        dZ1 = (W2.T @ dZ2) * (Z1 > 0)
        dW1 = dZ1 @ X.T / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
        W3 = W3 - learning_rate * dW3
        b3 = b3 - learning_rate * db3
    start.update(W1=W1, b1=b1, W2=W2, b2=b2, W3=W3, b3=b3)
    return costs


def flat_L(X: Array, Y: Array, start: Parameters, learning_rate: float, count: int) -> list[float]:
    """Four layers: ReLU three times, sigmoid."""
    W1, b1, W2, b2 = (start[name] for name in ("W1", "b1", "W2", "b2"))
    W3, b3, W4, b4 = (start[name] for name in ("W3", "b3", "W4", "b4"))
    m = X.shape[1]
    costs = []
    for _ in range(count):
        Z1 = W1 @ X + b1
        A1 = relu(Z1)
        Z2 = W2 @ A1 + b2
        A2 = relu(Z2)
        Z3 = W3 @ A2 + b3
        A3 = relu(Z3)
        Z4 = W4 @ A3 + b4
        A4 = sigmoid(Z4)
        costs.append(-np.sum(Y * np.log(A4) + (1 - Y) * np.log(1 - A4)) / m)
        dZ4 = A4 - Y
        dW4 = dZ4 @ A3.T / m
        db4 = np.sum(dZ4, axis=1, keepdims=True) / m
        dZ3 = (W4.T @ dZ4) * (Z3 > 0)
        dW3 = dZ3 @ A2.T / m
        db3 = np.sum(dZ3, axis=1, keepdims=True) / m
        dZ2 = (W3.T @ dZ3) * (Z2 > 0)
        dW2 = dZ2 @ A1.T / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        dZ1 = (W2.T @ dZ2) * (Z1 > 0)
        dW1 = dZ1 @ X.T / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
        W3 = W3 - learning_rate * dW3
        b3 = b3 - learning_rate * db3
        W4 = W4 - learning_rate * dW4
        b4 = b4 - learning_rate * db4
    start.update(W1=W1, b1=b1, W2=W2, b2=b2, W3=W3, b3=b3, W4=W4, b4=b4)
    return costs


LOOPS: dict[str, Loop] = {"T": flat_T, "S": flat_S, "M": flat_M, "L": flat_L}
