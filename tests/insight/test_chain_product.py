"""The chain rule multiplied out: full Jacobians of the local derivatives give the gradients."""

from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from nnscope.engine.frame import Frame
from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import evaluate
from nnscope.expression.operation import Kind
from nnscope.expression.rules import applied
from nnscope.expression.shapes import sizes
from nnscope.expression.syntax import (
    Binary,
    Expression,
    Name,
    Operated,
    children,
    names,
    walk,
    with_children,
)
from nnscope.expression.table import SUM, row_of
from nnscope.insight.chain.factors import Factor, factors, local_value, parameters
from nnscope.insight.chain.paths import PathSum, path_sum, path_sums
from nnscope.network.layouts import LAYOUTS
from nnscope.network.origin import ScenarioOrigin
from nnscope.program.model import Program
from tests.examples import examples
from tests.samples import NEURON, PAIR, Sample, library, program, samples

Array = NDArray[np.float64]


def after_backward(built: Program) -> Frame:
    """Stand behind the last gradient line of the first iteration."""
    timeline = Timeline(built)
    timeline.seek(1 + max(at for at, line in enumerate(built.lines) if line.gradient_of))
    return timeline.frame()


class Jacobians:
    """Full matrices ∂above/∂below; the cells of an array count row by row."""

    def __init__(self, frame: Frame) -> None:
        self._frame, self._program = frame, frame.program
        origin = frame.program.origin
        assert isinstance(origin, ScenarioOrigin)
        self._layout = LAYOUTS[origin.scenario.layout]

    def of(self, factor: Factor) -> Array:
        local = np.asarray(local_value(self._frame, factor), dtype=np.float64)
        above, below = self._shape(factor.link.above), self._shape(factor.link.below)
        if factor.link.above == self._program.cost or self._layout.units_axis is None:
            return np.broadcast_to(local, below).reshape(1, -1)
        forward = self._program.lines[factor.forward].expression
        if not any(isinstance(node, Binary) and node.operator == "@" for node in walk(forward)):
            return self._bent(factor, local, above)
        if factor.link.below not in self._program.parameters:
            return self._of_input(local, above)
        return self._of_bias(below, above) if not local.ndim else self._of_weight(local, above)

    def _bent(self, factor: Factor, local: Array, above: tuple[int, ...]) -> Array:
        diagonal = np.diag(np.broadcast_to(local, above).ravel())
        if not factor.link.rule:
            return diagonal
        # softmax: within an example ∂aᵢ/∂zⱼ = aᵢ (δᵢⱼ − aⱼ); the local derivative is the diagonal
        a = np.asarray(self._frame.values[factor.link.above])
        cells = list(np.ndindex(above))
        example = 1 - (self._layout.units_axis or 0)
        full = np.array([
            [a[i] * ((i == j) - a[j]) * (i[example] == j[example]) for j in cells] for i in cells
        ])  # fmt: skip
        assert np.allclose(np.diag(full), np.diag(diagonal))
        return full

    def _of_input(self, local: Array, above: tuple[int, ...]) -> Array:
        # Z = W A: vec(Z) = (W ⊗ 1) vec(A);  Z = A W: vec(Z) = (1 ⊗ Wᵀ) vec(A);  local is Wᵀ
        upright = self._layout.units_axis == 0
        full = np.kron(local.T, np.eye(above[1])) if upright else np.kron(np.eye(above[0]), local)
        return np.asarray(full, dtype=np.float64)

    def _of_weight(self, local: Array, above: tuple[int, ...]) -> Array:
        # Z = W A: vec(Z) = (1 ⊗ Aᵀ) vec(W);  Z = A W: vec(Z) = (A ⊗ 1) vec(W);  local is Aᵀ
        upright = self._layout.units_axis == 0
        full = np.kron(np.eye(above[0]), local) if upright else np.kron(local.T, np.eye(above[1]))
        return np.asarray(full, dtype=np.float64)

    def _of_bias(self, below: tuple[int, ...], above: tuple[int, ...]) -> Array:
        columns = np.eye(prod(below)).reshape(-1, *below)
        return np.array([np.broadcast_to(column, above).ravel() for column in columns]).T

    def _shape(self, name: str) -> tuple[int, ...]:
        return sizes(self._program.shapes[name])


def multiplied(frame: Frame, name: str) -> Array:
    """Multiply the Jacobians of a gradient's factors, and divide as its own line does."""
    chain, jacobians = factors(frame.program, name), Jacobians(frame)
    gradient = np.eye(1)
    for factor in chain:
        gradient = gradient @ jacobians.of(factor)
    match frame.program.lines[chain[-1].backward].expression:
        case Binary("/", _, Name(divisor)) if name in frame.program.parameters:
            gradient = gradient / float(frame.values[divisor])
    return gradient.reshape(sizes(frame.program.shapes[name]))


def compare(built: Program) -> None:
    frame = after_backward(built)
    for line in built.lines:
        if line.gradient_of:
            found = multiplied(frame, line.gradient_of)
            assert found == pytest.approx(
                np.asarray(frame.values[line.target]), rel=1e-9, abs=1e-12
            ), line.text


@examples(40)
@given(sample=samples())
def test_the_product_of_local_jacobians_is_the_gradient(sample: Sample) -> None:
    compare(sample.program())


@pytest.mark.parametrize(
    "name", ["two_layer", "deep_network_he", "single_neuron", "single_neuron_relu"]
)
def test_the_library(name: str) -> None:
    compare(library(name))


@pytest.mark.parametrize(("units", "examples"), [(2, 1), (1, 2), (1, 1), (2, 2), (1, 4), (4, 1)])
def test_the_number_of_cells_does_not_cancel(units: int, examples: int) -> None:
    """A mean over two cells is a sum over 2, and the square's own 2 would hide it."""
    text = f"""
notation = "column"
[data]
X = {{ draw = "randn", shape = [1, {examples}] }}
Y = {{ draw = "randn", shape = [{units}, {examples}] }}
[[layer]]
units = {units}
activation = "identity"
weights = {{ draw = "randn", scale = 0.5 }}
[loss]
name = "mean_squared_error"
factor = "mean"
average = "parameters"
[training]
learning_rate = 0.1
iterations = 1
"""
    compare(program(text))


def test_a_learning_rate_counts_no_cells() -> None:
    """A learning rate of 1 does not stand for the one cell that a mean is taken of."""
    neuron = program(NEURON.replace("learning_rate = 0.5", "learning_rate = 1"))
    built = neuron.edited("J", "np.mean((a - y) ** 2)")
    found = [factor.link.local for name in parameters(built) for factor in factors(built, name)]
    assert found
    assert not any("learning_rate" in names(local) for local in found)
    compare(built)


def test_the_planted_slip_is_not_the_product() -> None:
    with pytest.raises(AssertionError, match="dW2"):
        compare(library("two_layer_as_printed"))


@examples(25)
@given(sample=samples())
def test_every_cell_of_a_gradient_is_the_sum_of_its_paths(sample: Sample) -> None:
    frame = after_backward(sample.program())
    for line in frame.program.lines:
        for cell in np.ndindex(np.shape(frame.values[line.target]) if line.gradient_of else (0,)):
            found = path_sum(frame, line.target, cell, None)
            assert found.count == len(found.paths)
            close(frame, found)
            short = path_sum(frame, line.target, cell, 2)
            listed = 3 if found.count == 3 else 2  # a single one that is left takes no more room
            assert short.paths == found.paths[:listed]
            total = sum(path.value for path in found.paths)
            assert sum(path.value for path in short.paths) + short.rest == pytest.approx(total)
            sizes_ = [abs(path.value) for path in found.paths]
            assert sizes_ == sorted(sizes_, reverse=True)


def with_total(expression: Expression) -> Expression:
    """Put a name for the sum of a line, which may be a mean."""
    if isinstance(expression, Operated):
        row = row_of(expression)
        if row.by_sums:
            return with_total(applied(row.by_sums, expression, children(expression)))
        if row is SUM or row.kind is Kind.PRODUCT:
            return Name("total")
    return with_children(expression, with_total)


def close(frame: Frame, found: PathSum) -> None:
    """See that the paths add up to the cell, or to the sum that the line goes on with."""
    total: Any = sum(path.value for path in found.paths)
    if found.closing:
        line = frame.program.lines[frame.program.line_of[found.name]]
        shape = sizes(frame.program.shapes[found.name])
        values = {**frame.values, "total": np.full(shape, total)}
        total = np.asarray(evaluate(with_total(line.expression), values))[found.cell]
    assert float(total) == pytest.approx(found.value, rel=1e-9, abs=1e-12)


def test_the_paths_of_one_weight_by_hand() -> None:
    """Go from dW1[0, 1] of the pair to the units above: W1, tanh, W2, sigmoid, three examples."""
    frame = after_backward(program(PAIR))
    dz1, dz2 = (np.asarray(frame.values[name]) for name in ("dZ1", "dZ2"))
    x = np.asarray(frame.values["X"])
    first, second, third = path_sums(frame, "dW1", (0, 1), most=3)
    assert (first.text, first.formula) == ("dW1[0, 1]", "(Σᵢ dZ1[0, i]·X.T[i, 1]) / m")
    products = sorted((dz1[0] * x[1]).tolist(), key=abs, reverse=True)
    assert [path.value for path in first.paths] == products
    largest = int(np.argmax(np.abs(dz1[0] * x[1])))
    assert first.paths[0].through == ("dZ1", (0, largest))
    assert second.text == f"dZ1[0, {largest}]"
    assert second.formula == f"(Σᵢ W2.T[0, i]·dZ2[i, {largest}]) * (1 - A1[0, {largest}] ** 2)"
    assert second.paths[0].value == pytest.approx(0.75 * dz2[0, largest])
    assert second.paths[0].through == ("dZ2", (0, largest))
    assert third.formula == f"A2[0, {largest}] - Y[0, {largest}]"
    assert third.paths[0].through is None


def test_a_term_that_is_a_cell_is_written_by_its_name() -> None:
    frame = after_backward(program(PAIR))
    found = path_sum(frame, "db2", (0, 0))
    assert sorted(path.text for path in found.paths) == ["dZ2[0, 0]", "dZ2[0, 1]", "dZ2[0, 2]"]
    assert [path.via for path in found.paths] == [path.text for path in found.paths]


def test_the_parameters_that_have_a_gradient() -> None:
    assert parameters(program(PAIR)) == ("W1", "b1", "W2", "b2")
    fixed = PAIR.replace("bias = 0.1", "bias = 0.1\ntrain_bias = false")
    assert parameters(program(fixed)) == ("W1", "W2", "b2")
    assert parameters(library("three_layer_forward")) == ()
