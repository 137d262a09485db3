"""Every gradient line against centred finite differences of the cost line."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import Value, evaluate, freeze
from nnscope.expression.syntax import Call, Expression
from nnscope.network.origin import ScenarioOrigin
from nnscope.program.layers import layers
from nnscope.program.model import Phase, Program
from tests.examples import examples
from tests.hand_built import HandBuilt
from tests.samples import LIBRARY, Sample, library, samples

STEP = 1e-6
KINKED = ("relu", "leaky_relu")


class Differences:
    """The cost of a program as a function of any one of its values, the others held or computed."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._start = dict(program.start)

    def cost(self, name: str = "", cell: tuple[int, ...] = (), by: float = 0.0) -> float:
        """Run the forward and loss lines with one cell of one value moved."""
        return float(self.run(name, cell, by)[self._program.cost])

    def run(self, name: str = "", cell: tuple[int, ...] = (), by: float = 0.0) -> dict[str, Value]:
        values = dict(self._start)
        if name in values:
            values[name] = moved(values[name], cell, by)
        for line in self._program.lines:
            if line.phase in (Phase.FORWARD, Phase.LOSS):
                value = evaluate(line.expression, values)
                values[line.target] = moved(value, cell, by) if line.target == name else value
        return values

    def crosses_a_kink(self, name: str, cell: tuple[int, ...]) -> bool:
        """Tell whether a ReLU switches between the two points of a difference."""
        sides = [self._switches(self.run(name, cell, by)) for by in (-STEP, 0.0, STEP)]
        return not sides[0] == sides[1] == sides[2]

    def _switches(self, values: Mapping[str, Value]) -> list[bytes]:
        return [
            (np.asarray(values[layer.pre_activation]) > 0).tobytes()
            for layer in layers(self._program)
            if isinstance(made := self._made(layer.activation), Call) and made.function in KINKED
        ]

    def _made(self, name: str) -> Expression:
        return self._program.lines[self._program.line_of[name]].expression

    def slope(self, name: str, cell: tuple[int, ...]) -> float:
        return (self.cost(name, cell, STEP) - self.cost(name, cell, -STEP)) / (2 * STEP)


def moved(value: Value, cell: tuple[int, ...], by: float) -> Value:
    array: NDArray[np.float64] = np.array(value, dtype=np.float64)
    array[cell] += by
    return array if array.ndim else np.float64(array)


def gradients(program: Program) -> dict[str, tuple[str, Value]]:
    """Give what each gradient line of the first iteration differentiates by, and its value."""
    timeline = Timeline(program)
    return {
        event.line.target: (event.line.gradient_of, event.value)
        for event in timeline.events(len(program.lines))
        if event.line.phase is Phase.BACKWARD
    }


def compare(program: Program, averaged_late: float) -> int:
    """Compare every cell of every gradient and count the cells.

    `averaged_late` is what the gradients above the parameters are still to be divided by.
    """
    differences, compared = Differences(program), 0
    tolerance = 1e-6 * (1 + abs(differences.cost()))
    for target, (of, gradient) in gradients(program).items():
        shape = np.shape(differences.run()[of])
        assert np.shape(gradient) == shape, target
        divisor = 1.0 if of in program.parameters else averaged_late
        for cell in np.ndindex(shape):
            if differences.crosses_a_kink(of, cell):
                continue
            analytic = float(np.asarray(gradient)[cell]) / divisor
            numeric = differences.slope(of, cell)
            assert analytic == pytest.approx(numeric, rel=1e-5, abs=tolerance), (target, cell)
            compared += 1
    return compared


def late(sample: Sample, program: Program) -> float:
    """Give the divisor that a sample leaves to the gradients of its parameters, 1 for none."""
    origin = program.origin
    assert isinstance(origin, ScenarioOrigin)
    scenario = origin.scenario
    if scenario.layout == "scalar" or sample.factor in ("sum", "half_sum"):
        return 1.0
    by_values = (sample.loss, sample.factor) == ("mean_squared_error", "mean")
    if (sample.average or ("output" if by_values else "parameters")) == "output":
        return 1.0
    target = scenario.data[scenario.names.target]
    return float(target.size if by_values else target.shape[scenario.layout == "column"])


@examples(80)
@given(sample=samples())
def test_every_gradient_is_the_slope_of_the_cost(sample: Sample) -> None:
    program = sample.program()
    targets = set(gradients(program))
    trained = set(program.carried)
    assert {f"d{name}" for name in trained} <= targets
    assert len([name for name in trained if name.lower().startswith("w")]) == len(
        sample.activations
    )
    compare(program, late(sample, program))


@pytest.mark.parametrize(
    ("name", "averaged_late"),
    [
        ("deep_network_he", 8.0),
        ("single_neuron", 1.0),
        ("single_neuron_relu", 1.0),
        ("two_layer", 3.0),
    ],
)
def test_the_gradients_of_the_library_are_slopes(name: str, averaged_late: float) -> None:
    program = library(name)
    cells = sum(np.size(value) for _, value in gradients(program).values())
    assert compare(program, averaged_late) == cells


def test_the_planted_slip_of_the_library_is_seen() -> None:
    assert (LIBRARY / "two_layer_as_printed.toml").exists()
    with pytest.raises(AssertionError, match="dW2"):
        compare(library("two_layer_as_printed"), 3.0)


def test_what_an_update_multiplies_by_a_matrix_is_no_gradient_of_the_same_shape() -> None:
    text = """
    l1 = sigmoid(X @ syn0)
    l2 = sigmoid(l1 @ syn1)
    J = np.sum((y - l2) ** 2) / 2
    l2_delta = (y - l2) * (l2 * (1 - l2))
    l1_delta = l2_delta @ syn1.T * (l1 * (1 - l1))
    syn1 = syn1 + l1.T @ l2_delta
    syn0 = syn0 + X.T @ l1_delta
    """
    draw = np.random.default_rng(1)
    start = {"X": draw.normal(size=(4, 3)), "y": draw.normal(size=(4, 1)),
             "syn0": draw.normal(size=(3, 4)), "syn1": draw.normal(size=(4, 1))}  # fmt: skip
    program = HandBuilt("square", text, {id_: freeze(each) for id_, each in start.items()}, "J")
    assert [line.gradient_of for line in program.program().lines] == [""] * 7
