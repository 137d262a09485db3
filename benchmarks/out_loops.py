"""A loop as somebody who knows NumPy well would write it by hand: buffers once, `out=` everywhere.

The bits are those of the flat loops. `@` into a buffer is `np.matmul`; for small arrays `np.dot`
gives the same bits and is called faster. An array that is not needed any more is written over.
"""

import numpy as np

from benchmarks.flat_loops import Array, Loop, Parameters


def update(
    parameters: tuple[Array, ...], gradients: tuple[Array, ...], m: int, rate: float
) -> None:
    """Take a step of gradient descent in place; the gradients are not divided by m yet."""
    for parameter, gradient in zip(parameters, gradients, strict=True):
        np.divide(gradient, m, gradient)
        np.multiply(rate, gradient, gradient)
        np.subtract(parameter, gradient, parameter)


def log_cost(A: Array, Y: Array, rest: Array, one: Array, other: Array, m: int) -> float:
    """Give the binary cross-entropy; `rest` is 1 - Y, `one` and `other` are buffers."""
    np.log(A, one)
    np.multiply(Y, one, one)
    np.subtract(1, A, other)
    np.log(other, other)
    np.multiply(rest, other, other)
    np.add(one, other, one)
    return float(-np.add.reduce(one, None) / m)


def sigmoid(Z: Array, A: Array) -> None:
    """Put 1 / (1 + e^-Z) into A."""
    np.negative(Z, A)
    np.exp(A, A)
    np.add(1, A, A)
    np.divide(1, A, A)


def softmax(Z: Array, A: Array) -> None:
    """Put the probabilities of each column into A."""
    np.subtract(Z, np.maximum.reduce(Z, 0, None, None, True), A)
    np.exp(A, A)
    np.divide(A, np.add.reduce(A, 0, None, None, True), A)


def out_T(X: Array, Y: Array, start: Parameters, learning_rate: float, count: int) -> list[float]:
    """Two layers: tanh, sigmoid."""
    W1, b1, W2, b2 = (start[name].copy() for name in ("W1", "b1", "W2", "b2"))
    m, costs = X.shape[1], []
    Z1, A1, dZ1 = (np.empty((W1.shape[0], m)) for _ in range(3))
    dW1, db1 = np.empty_like(W1), np.empty_like(b1)
    Z2, A2, dZ2 = (np.empty((W2.shape[0], m)) for _ in range(3))
    dW2, db2 = np.empty_like(W2), np.empty_like(b2)
    rest, one, other = 1 - Y, np.empty_like(Y), np.empty_like(Y)
    parameters = (W1, b1, W2, b2)
    gradients = (dW1, db1, dW2, db2)
    for _ in range(count):
        np.dot(W1, X, Z1)
        np.add(Z1, b1, Z1)
        np.tanh(Z1, A1)
        np.dot(W2, A1, Z2)
        np.add(Z2, b2, Z2)
        sigmoid(Z2, A2)
        costs.append(log_cost(A2, Y, rest, one, other, m))
        np.subtract(A2, Y, dZ2)
        np.dot(dZ2, A1.T, dW2)
        np.add.reduce(dZ2, 1, None, db2, True)
        np.dot(W2.T, dZ2, dZ1)
        np.square(A1, A1)
        np.subtract(1, A1, A1)
        np.multiply(dZ1, A1, dZ1)
        np.dot(dZ1, X.T, dW1)
        np.add.reduce(dZ1, 1, None, db1, True)
        update(parameters, gradients, m, learning_rate)
    start.update(W1=W1, b1=b1, W2=W2, b2=b2)
    return costs


def out_S(X: Array, Y: Array, start: Parameters, learning_rate: float, count: int) -> list[float]:
    """Three layers: tanh, tanh, sigmoid."""
    W1, b1, W2, b2, W3, b3 = (start[name].copy() for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    m, costs = X.shape[1], []
    Z1, A1, dZ1 = (np.empty((W1.shape[0], m)) for _ in range(3))
    dW1, db1 = np.empty_like(W1), np.empty_like(b1)
    Z2, A2, dZ2 = (np.empty((W2.shape[0], m)) for _ in range(3))
    dW2, db2 = np.empty_like(W2), np.empty_like(b2)
    Z3, A3, dZ3 = (np.empty((W3.shape[0], m)) for _ in range(3))
    dW3, db3 = np.empty_like(W3), np.empty_like(b3)
    rest, one, other = 1 - Y, np.empty_like(Y), np.empty_like(Y)
    parameters = (W1, b1, W2, b2, W3, b3)
    gradients = (dW1, db1, dW2, db2, dW3, db3)
    for _ in range(count):
        np.dot(W1, X, Z1)
        np.add(Z1, b1, Z1)
        np.tanh(Z1, A1)
        np.dot(W2, A1, Z2)
        np.add(Z2, b2, Z2)
        np.tanh(Z2, A2)
        np.dot(W3, A2, Z3)
        np.add(Z3, b3, Z3)
        sigmoid(Z3, A3)
        costs.append(log_cost(A3, Y, rest, one, other, m))
        np.subtract(A3, Y, dZ3)
        np.dot(dZ3, A2.T, dW3)
        np.add.reduce(dZ3, 1, None, db3, True)
        np.dot(W3.T, dZ3, dZ2)
        np.square(A2, A2)
        np.subtract(1, A2, A2)
        np.multiply(dZ2, A2, dZ2)
        np.dot(dZ2, A1.T, dW2)
        np.add.reduce(dZ2, 1, None, db2, True)
        np.dot(W2.T, dZ2, dZ1)
        np.square(A1, A1)
        np.subtract(1, A1, A1)
        np.multiply(dZ1, A1, dZ1)
        np.dot(dZ1, X.T, dW1)
        np.add.reduce(dZ1, 1, None, db1, True)
        update(parameters, gradients, m, learning_rate)
    start.update(W1=W1, b1=b1, W2=W2, b2=b2, W3=W3, b3=b3)
    return costs


def out_M(X: Array, Y: Array, start: Parameters, learning_rate: float, count: int) -> list[float]:
    """Three layers: ReLU, ReLU, softmax."""
    W1, b1, W2, b2, W3, b3 = (start[name].copy() for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    m, costs = X.shape[1], []
    Z1, A1, dZ1 = (np.empty((W1.shape[0], m)) for _ in range(3))
    dW1, db1 = np.empty_like(W1), np.empty_like(b1)
    Z2, A2, dZ2 = (np.empty((W2.shape[0], m)) for _ in range(3))
    dW2, db2 = np.empty_like(W2), np.empty_like(b2)
    Z3, A3, dZ3 = (np.empty((W3.shape[0], m)) for _ in range(3))
    dW3, db3 = np.empty_like(W3), np.empty_like(b3)
    one = np.empty_like(Y)
    positive1 = np.empty(Z1.shape, dtype=bool)
    positive2 = np.empty(Z2.shape, dtype=bool)
    parameters = (W1, b1, W2, b2, W3, b3)
    gradients = (dW1, db1, dW2, db2, dW3, db3)
    for _ in range(count):
        np.matmul(W1, X, Z1)
        np.add(Z1, b1, Z1)
        np.maximum(Z1, 0, out=A1)
        np.matmul(W2, A1, Z2)
        np.add(Z2, b2, Z2)
        np.maximum(Z2, 0, out=A2)
        np.matmul(W3, A2, Z3)
        np.add(Z3, b3, Z3)
        softmax(Z3, A3)
        np.log(A3, one)
        np.multiply(Y, one, one)
        costs.append(float(-np.add.reduce(one, None) / m))
        np.subtract(A3, Y, dZ3)
        np.matmul(dZ3, A2.T, dW3)
        np.add.reduce(dZ3, 1, None, db3, True)
        np.matmul(W3.T, dZ3, dZ2)
        np.greater(Z2, 0, positive2)
        np.multiply(dZ2, positive2, dZ2)
        np.matmul(dZ2, A1.T, dW2)
        np.add.reduce(dZ2, 1, None, db2, True)
        np.matmul(W2.T, dZ2, dZ1)
        np.greater(Z1, 0, positive1)
        np.multiply(dZ1, positive1, dZ1)
        np.matmul(dZ1, X.T, dW1)
        np.add.reduce(dZ1, 1, None, db1, True)
        update(parameters, gradients, m, learning_rate)
    start.update(W1=W1, b1=b1, W2=W2, b2=b2, W3=W3, b3=b3)
    return costs


def out_L(  # noqa: PLR0915  it is the listing
    X: Array, Y: Array, start: Parameters, learning_rate: float, count: int
) -> list[float]:
    """Four layers: ReLU three times, sigmoid."""
    W1, b1, W2, b2 = (start[name].copy() for name in ("W1", "b1", "W2", "b2"))
    W3, b3, W4, b4 = (start[name].copy() for name in ("W3", "b3", "W4", "b4"))
    m, costs = X.shape[1], []
    Z1, A1, dZ1 = (np.empty((W1.shape[0], m)) for _ in range(3))
    dW1, db1 = np.empty_like(W1), np.empty_like(b1)
    Z2, A2, dZ2 = (np.empty((W2.shape[0], m)) for _ in range(3))
    dW2, db2 = np.empty_like(W2), np.empty_like(b2)
    Z3, A3, dZ3 = (np.empty((W3.shape[0], m)) for _ in range(3))
    dW3, db3 = np.empty_like(W3), np.empty_like(b3)
    Z4, A4, dZ4 = (np.empty((W4.shape[0], m)) for _ in range(3))
    dW4, db4 = np.empty_like(W4), np.empty_like(b4)
    rest, one, other = 1 - Y, np.empty_like(Y), np.empty_like(Y)
    positive1 = np.empty(Z1.shape, dtype=bool)
    positive2 = np.empty(Z2.shape, dtype=bool)
    positive3 = np.empty(Z3.shape, dtype=bool)
    parameters = (W1, b1, W2, b2, W3, b3, W4, b4)
    gradients = (dW1, db1, dW2, db2, dW3, db3, dW4, db4)
    for _ in range(count):
        np.matmul(W1, X, Z1)
        np.add(Z1, b1, Z1)
        np.maximum(Z1, 0, out=A1)
        np.matmul(W2, A1, Z2)
        np.add(Z2, b2, Z2)
        np.maximum(Z2, 0, out=A2)
        np.matmul(W3, A2, Z3)
        np.add(Z3, b3, Z3)
        np.maximum(Z3, 0, out=A3)
        np.matmul(W4, A3, Z4)
        np.add(Z4, b4, Z4)
        sigmoid(Z4, A4)
        costs.append(log_cost(A4, Y, rest, one, other, m))
        np.subtract(A4, Y, dZ4)
        np.matmul(dZ4, A3.T, dW4)
        np.add.reduce(dZ4, 1, None, db4, True)
        np.matmul(W4.T, dZ4, dZ3)
        np.greater(Z3, 0, positive3)
        np.multiply(dZ3, positive3, dZ3)
        np.matmul(dZ3, A2.T, dW3)
        np.add.reduce(dZ3, 1, None, db3, True)
        np.matmul(W3.T, dZ3, dZ2)
        np.greater(Z2, 0, positive2)
        np.multiply(dZ2, positive2, dZ2)
        np.matmul(dZ2, A1.T, dW2)
        np.add.reduce(dZ2, 1, None, db2, True)
        np.matmul(W2.T, dZ2, dZ1)
        np.greater(Z1, 0, positive1)
        np.multiply(dZ1, positive1, dZ1)
        np.matmul(dZ1, X.T, dW1)
        np.add.reduce(dZ1, 1, None, db1, True)
        update(parameters, gradients, m, learning_rate)
    start.update(W1=W1, b1=b1, W2=W2, b2=b2, W3=W3, b3=b3, W4=W4, b4=b4)
    return costs


LOOPS: dict[str, Loop] = {"T": out_T, "S": out_S, "M": out_M, "L": out_L}
