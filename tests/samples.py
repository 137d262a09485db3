"""Small programs for the tests: from TOML text, from the library, and random ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from nnscope.engine.frame import Frame
from nnscope.expression.evaluate import Value
from nnscope.expression.shapes import sizes
from nnscope.network.build import build
from nnscope.program.model import Program
from nnscope.scenario.load import load, parse

LIBRARY = Path(__file__).parent.parent / "scenarios"
LOSSES = {
    "mean_squared_error": ("mean", "half_mean", "half_sum", "sum"),
    "binary_cross_entropy": ("mean",),
    "softmax_cross_entropy": ("mean",),
}
NOTATIONS = ("column", "row", "scalar")
ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softmax")

PAIR = """\
[data]
X = [[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]]
Y = [[1.0, 0.0, 1.0]]
[[layer]]
units = 2
activation = "tanh"
weights = [[0.5, -0.25], [0.125, 1.0]]
bias = 0.1
[[layer]]
units = 1
activation = "sigmoid"
weights = [[0.75, -1.0]]
bias = 0.2
[loss]
name = "binary_cross_entropy"
[training]
learning_rate = 0.5
iterations = 12
"""
"""Two inputs, two tanh units, one sigmoid output, three examples: all that a network has."""

NEURON = """\
notation = "scalar"
[data]
x = 2.0
y = 1.0
[[layer]]
units = 1
activation = "sigmoid"
weights = 0.5
bias = -1.0
[loss]
name = "mean_squared_error"
[training]
learning_rate = 0.5
iterations = 12
"""
"""One neuron whose weighted sum is 0, so that its numbers can be had by hand."""


def program(text: str) -> Program:
    """Build a program from the text of a scenario."""
    return build(parse(text, Path("sample.toml")))


def library(name: str) -> Program:
    """Build a scenario of the library."""
    return build(load(LIBRARY / f"{name}.toml"))


def listing(built: Program) -> list[str]:
    """Write every line as phase, layer, text and shape."""
    return [
        f"{line.phase.value} {line.layer}: {line.text}   {sizes(built.shapes[line.target])}"
        for line in built.lines
    ]


def same(found: Value | None, wanted: Value | None) -> bool:
    """Tell whether two values agree in every bit, their type and their shape included."""
    if type(found) is not type(wanted):
        return False
    if found is None or wanted is None:
        return found is wanted
    first, second = np.asarray(found), np.asarray(wanted)
    alike = (first.dtype, first.shape) == (second.dtype, second.shape)
    return alike and first.tobytes() == second.tobytes()


def same_values(found: Mapping[str, Value], wanted: Mapping[str, Value]) -> bool:
    """Tell whether two sets of values agree in their names and in every bit."""
    return found.keys() == wanted.keys() and all(same(found[name], wanted[name]) for name in found)


def same_moment(found: Frame, wanted: Frame) -> bool:
    """Tell whether two frames show the same moment, whatever else has been reached meanwhile."""
    places = [(frame.time, frame.iteration, frame.index) for frame in (found, wanted)]
    return places[0] == places[1] and same_values(found.values, wanted.values)


@dataclass(frozen=True)
class Sample:
    """A random scenario: its text, and what was chosen for it."""

    text: str
    loss: str
    factor: str
    average: str
    activations: tuple[str, ...]

    def program(self) -> Program:
        """Build it."""
        return program(self.text)

    def __repr__(self) -> str:
        return f"Sample of\n{self.text}"


@st.composite
def samples(draw: st.DrawFn, iterations: int = 1, notations: tuple[str, ...] = NOTATIONS) -> Sample:
    """Draw a scenario that is right by construction: 1 to 5 layers, any choice in each table."""
    notation = draw(st.sampled_from(notations))
    scalar = notation == "scalar"
    size = st.just(1) if scalar else st.integers(1, 4)
    m = 1 if scalar else draw(st.integers(1, 5))
    units = draw(st.lists(size, min_size=1, max_size=5))
    loss = draw(st.sampled_from(sorted(LOSSES)))
    factor = draw(st.sampled_from(LOSSES[loss]))
    gradient = draw(st.sampled_from(["", "combined", "chained"]))
    average = draw(st.sampled_from(["", "parameters", "output"]))
    activations = tuple(
        draw(st.sampled_from(_activations(loss, scalar, count, last=number == len(units))))
        for number, count in enumerate(units, 1)
    )
    names = draw(st.sampled_from(["", 'output = "AL"', 'pre_activation = "A"\nactivation = "Z"']))
    layers = [_layer(draw, notation, *layer) for layer in zip(units, activations, strict=True)]
    return Sample(
        "\n".join([
            f'notation = "{notation}"', f"seed = {draw(st.integers(0, 10**6))}",
            *(["[names]", names] if names else []),
            "[data]", *_data(draw, notation, (draw(size), units[-1], m), loss),
            *layers,
            "[loss]", f'name = "{loss}"', f'factor = "{factor}"',
            f'gradient = "{gradient}"', f'average = "{average}"',
            "[training]", "learning_rate = 0.1", f"iterations = {iterations}",
        ]),
        loss, factor, average, activations,
    )  # fmt: skip


def _activations(loss: str, scalar: bool, units: int, last: bool) -> tuple[str, ...]:
    if last and loss != "mean_squared_error":  # the logarithm needs what lies between 0 and 1
        return ("sigmoid",) if scalar or units == 1 else ("sigmoid", "softmax")
    return ACTIVATIONS[:-1] if scalar else ACTIVATIONS


def _layer(draw: st.DrawFn, notation: str, units: int, activation: str) -> str:
    plain = f"{[round(0.1 * (unit + 1), 1) for unit in range(units)]}"
    biases = ["false", "0.0", '{ draw = "randn", scale = 0.5 }']
    bias = draw(st.sampled_from(biases if notation == "scalar" else [*biases, plain]))
    chosen = f'"{activation}"'
    if activation == "leaky_relu" and draw(st.booleans()):
        chosen = '{ name = "leaky_relu", slope = 0.3 }'
    train = "" if draw(st.integers(0, 4)) else "\ntrain_bias = false"
    return (
        f"[[layer]]\nunits = {units}\nactivation = {chosen}\nbias = {bias}{train}\n"
        'weights = { draw = "randn", scale = 0.5 }'
    )


def _data(draw: st.DrawFn, notation: str, counts: tuple[int, int, int], loss: str) -> list[str]:
    inputs, outputs, m = counts
    if notation == "scalar":
        target = {"mean_squared_error": "0.7", "binary_cross_entropy": "0.25"}.get(loss, "1.0")
        return ['x = { draw = "randn", shape = [] }', f"y = {target}"]
    upright = notation == "column"
    shape = [outputs, m] if upright else [m, outputs]
    targets = [f'{{ draw = "randn", shape = {shape} }}']
    if loss == "binary_cross_entropy":
        targets = [f'{{ draw = "rand", shape = {shape}{rest} }}' for rest in ("", ", above = 0.5")]
    if loss == "softmax_cross_entropy":
        labels = draw(st.lists(st.integers(0, outputs - 1), min_size=m, max_size=m))
        targets = [f"{{ value = {labels}, one_hot = {outputs} }}"]
        if outputs == 1:
            targets = [f'{{ draw = "ones", shape = {shape} }}']
    first = [inputs, m] if upright else [m, inputs]
    return [
        f'X = {{ draw = "randn", shape = {first} }}', f"Y = {draw(st.sampled_from(targets))}"
    ]  # fmt: skip
