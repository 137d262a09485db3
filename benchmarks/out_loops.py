"""A loop as somebody who knows NumPy well would write it: buffers once, `out=` everywhere.

It is written over the layers, because all four networks are made of the same few steps. The bits are
those of the flat loops.
"""

from dataclasses import dataclass, field

import numpy as np

from benchmarks.flat_loops import Array, Loop, Parameters


@dataclass
class Layer:
    """The arrays of one layer; `above` is what the layer reads."""

    W: Array
    b: Array
    above: Array
    Z: Array = field(init=False)
    A: Array = field(init=False)
    dZ: Array = field(init=False)
    slope: Array = field(init=False)
    dW: Array = field(init=False)
    db: Array = field(init=False)

    def __post_init__(self) -> None:
        self.Z = np.empty((self.W.shape[0], self.above.shape[1]))
        self.A, self.dZ, self.slope = (np.empty_like(self.Z) for _ in range(3))
        self.dW, self.db = np.empty_like(self.W), np.empty_like(self.b)


def layers_of(X: Array, start: Parameters) -> list[Layer]:
    """Make the buffers of every layer."""
    layers: list[Layer] = []
    for number in range(1, len(start) // 2 + 1):
        above = layers[-1].A if layers else X
        layers.append(Layer(start[f"W{number}"].copy(), start[f"b{number}"].copy(), above))
    return layers


def tanh_layer(layer: Layer) -> None:
    """Go forward through a tanh."""
    np.tanh(layer.Z, out=layer.A)


def tanh_slope(layer: Layer) -> None:
    """Write 1 - A ** 2."""
    np.square(layer.A, out=layer.slope)
    np.subtract(1, layer.slope, out=layer.slope)


def relu_layer(layer: Layer) -> None:
    """Go forward through a ReLU."""
    np.maximum(layer.Z, 0, out=layer.A)


def relu_slope(layer: Layer) -> None:
    """Write Z > 0."""
    np.greater(layer.Z, 0, out=layer.slope)


def sigmoid_layer(layer: Layer) -> None:
    """Go forward through a sigmoid."""
    np.negative(layer.Z, out=layer.A)
    np.exp(layer.A, out=layer.A)
    np.add(1, layer.A, out=layer.A)
    np.divide(1, layer.A, out=layer.A)


def softmax_layer(layer: Layer) -> None:
    """Go forward through a softmax over each column."""
    np.subtract(layer.Z, layer.Z.max(axis=0, keepdims=True), out=layer.A)
    np.exp(layer.A, out=layer.A)
    np.divide(layer.A, layer.A.sum(axis=0, keepdims=True), out=layer.A)


def out_loop(
    X: Array, Y: Array, start: Parameters, learning_rate: float, count: int, *, kind: str
) -> list[float]:
    """Train in reused buffers; `kind` is the name of the workload."""
    forward, slope = (tanh_layer, tanh_slope) if kind in "TS" else (relu_layer, relu_slope)
    output = softmax_layer if kind == "M" else sigmoid_layer
    layers = layers_of(X, start)
    last, hidden = layers[-1], layers[:-1]
    pairs = [(layer, below) for below, layer in zip(hidden, layers[1:], strict=True)][::-1]
    m, rest, one, other = X.shape[1], 1 - Y, np.empty_like(Y), np.empty_like(Y)
    costs = []
    for _ in range(count):
        for layer in hidden:
            np.matmul(layer.W, layer.above, out=layer.Z)
            np.add(layer.Z, layer.b, out=layer.Z)
            forward(layer)
        np.matmul(last.W, last.above, out=last.Z)
        np.add(last.Z, last.b, out=last.Z)
        output(last)
        np.log(last.A, out=one)
        np.multiply(Y, one, out=one)
        if kind != "M":
            np.subtract(1, last.A, out=other)
            np.log(other, out=other)
            np.multiply(rest, other, out=other)
            np.add(one, other, out=one)
        costs.append(-np.add.reduce(one, axis=None) / m)
        np.subtract(last.A, Y, out=last.dZ)
        for layer, below in pairs:
            np.matmul(layer.W.T, layer.dZ, out=below.dZ)
            slope(below)
            np.multiply(below.dZ, below.slope, out=below.dZ)
        for layer in layers:
            np.matmul(layer.dZ, layer.above.T, out=layer.dW)
            np.add.reduce(layer.dZ, axis=1, keepdims=True, out=layer.db)
            for parameter, gradient in ((layer.W, layer.dW), (layer.b, layer.db)):
                np.divide(gradient, m, out=gradient)
                np.multiply(learning_rate, gradient, out=gradient)
                np.subtract(parameter, gradient, out=parameter)
    for number, layer in enumerate(layers, 1):
        start[f"W{number}"], start[f"b{number}"] = layer.W, layer.b
    return costs


def _loop(kind: str) -> Loop:
    def run(
        X: Array, Y: Array, start: Parameters, learning_rate: float, count: int
    ) -> list[float]:
        return out_loop(X, Y, start, learning_rate, count, kind=kind)

    return run


LOOPS: dict[str, Loop] = {kind: _loop(kind) for kind in "TSML"}
