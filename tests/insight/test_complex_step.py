"""The slope of the cost by one cell: many cells at once against one after the other."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from nnscope.insight import complex_step
from nnscope.insight.complex_step import (
    complex_slopes,
    costs,
    one_sided,
    plain_costs,
)
from nnscope.insight.ground import Ground, ground_at
from nnscope.insight.patched import NotPatchedError, Patched
from nnscope.program.model import Program
from tests.samples import PAIR, Sample, program, samples

COSTS = [
    "np.sum((A2 - Y) ** 2)",
    "np.mean(np.abs(A2 - Y))",
    "np.max(A1) + np.min(A1 * A1) - np.linalg.norm(W1)",
    "np.linalg.norm(A1, axis=1)[0] + np.sum(np.max(A1, axis=0, keepdims=True))",
    "np.sum(softmax(A1, axis=0) @ X.T) + np.sum(softmax(W1, axis=1) ** 3)",
    "np.sum(np.maximum(A1, W1 @ X)) + np.sum(np.minimum(W1, W1.T))",
    "np.sum(np.where(A1 > 0.2, A1, 0.5 * Z1) * (Z1 >= 0))",
    "np.sum(W1[0] * W1[:, 1]) + A1[1, 2] ** -2 - W1[-1, 0] / W2[0, 0]",
    "np.dot(W1[0], np.matmul(W1, W1)) @ X[:, 0] + np.sum(W1[0] @ X)",
    "np.sum(W1 @ X[:, 0]) + np.sum(np.sqrt(np.square(Z1) + 1)) - np.sum(np.log1p(np.exp(Z1)))",
    "np.sum((W1 @ W1) @ (W2.T @ W2)) + np.sum(leaky_relu(Z1, 0.1) * np.sign(Z1))",
    "np.sum(np.multiply(W1, b1) + b1.T) * np.sum(np.sin(Z1) - np.cos(Z1)) / 2",
    "np.sum(A1, axis=0) @ np.mean(Z1, axis=0) + np.sum(np.any(W1 > 5, axis=0) * A1[:, :2])",
    "np.sum(np.sum(A1, axis=1, keepdims=True) * np.sum(W1, axis=0, keepdims=True))",
    "np.sum(np.log(A2) * np.exp(-A2)) + np.sum((A2 + 1) ** 0.5 + np.tanh(W1) @ Z1)",
]
FALLBACK = "np.sum(A2) * (np.sum(A1) > 0 and 2) + np.sum(Z1) * (not np.any(A1 > 5))"


def pair_with(cost: str) -> Program:
    return program(PAIR + f'[[override]]\ntarget = "J"\nexpression = "{cost}"\n')


def cells_of(ground: Ground, name: str) -> np.ndarray:
    shape = np.shape(ground.values[name])
    return np.array(list(np.ndindex(shape)), dtype=np.intp).reshape(-1 if shape else 1, len(shape))


def compare(ground: Ground, name: str) -> None:
    """Compare the costs under complex and real moves, cell by cell."""
    cells = cells_of(ground, name)
    for move in (1j * complex_step.COMPLEX_STEP, 1e-3, -0.2):
        by = np.full(len(cells), move)
        together, _ = costs(ground, name, cells, by)
        alone = plain_costs(ground, name, cells, by)
        np.testing.assert_allclose(together.real, alone.real, rtol=1e-12, atol=1e-14)
        scale = 1e-13 * (1e-30 + np.max(np.abs(alone.imag)))
        np.testing.assert_allclose(together.imag, alone.imag, rtol=1e-10, atol=scale)


@pytest.mark.parametrize("cost", [*COSTS, FALLBACK])
def test_any_cost_at_once_and_one_by_one(cost: str) -> None:
    ground = ground_at(pair_with(cost), 0)
    for name in ("W1", "b1", "Z1", "A1", "W2", "b2", "Z2", "A2"):
        compare(ground, name)


def test_a_line_that_decides_for_all_falls_back() -> None:
    ground = ground_at(pair_with(FALLBACK), 0)
    cost = ground.judged[-1].expression
    cells = cells_of(ground, "A1")
    patch = complex_step._moved(np.asarray(ground.values["A1"]), cells, np.full(len(cells), 1e-5))
    with pytest.raises(NotPatchedError):
        Patched(ground.steady, {"A1": patch}).of(cost)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sample=samples())
def test_random_networks_at_once_and_one_by_one(sample: Sample) -> None:
    ground = ground_at(sample.program(), 0)
    for line in ground.gradients:
        compare(ground, line.gradient_of)


@pytest.mark.parametrize("portion", [1, 7, 30])
def test_the_size_of_a_portion_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    ground = ground_at(program(PAIR), 0)
    cells = cells_of(ground, "W1")
    whole = (
        complex_slopes(ground, "W1", cells),
        one_sided(ground, "W1", cells, np.full(4, 1e-5)),
    )
    monkeypatch.setattr(complex_step, "_CELLS_AT_ONCE", portion)
    assert np.array_equal(complex_slopes(ground, "W1", cells), whole[0])
    assert np.array_equal(one_sided(ground, "W1", cells, np.full(4, 1e-5)), whole[1])


def test_a_hand_calculation() -> None:
    # J = Σ (w x)², w = (0.5, -0.25; ...): ∂J/∂W1[0, 0] = 2 Σ (W1 X)[0] X[0]
    ground = ground_at(pair_with("np.sum((W1 @ X) ** 2)"), 0)
    x = np.array([[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]])
    w = np.array([[0.5, -0.25], [0.125, 1.0]])
    found = complex_slopes(ground, "W1", cells_of(ground, "W1")).reshape(2, 2)
    np.testing.assert_allclose(found, 2 * (w @ x) @ x.T, rtol=1e-14)


def test_what_does_not_reach_the_cost_has_no_slope() -> None:
    ground = ground_at(pair_with("np.sum(W2 ** 2)"), 0)
    assert complex_slopes(ground, "W1", cells_of(ground, "W1")).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "cost",
    ["np.sum(relu(W1 - 0.125))", "np.sum(np.abs(W1 - 0.125))", "np.sum(np.maximum(W1, 0.125))",
     "np.sum(np.minimum(0.125, W1))", "np.sum(leaky_relu(W1 - 0.125, 0.1))",
     "np.sum(np.where(W1 > 0.125, W1, 0.125))", "np.sum((W1 >= 0.125) * W1)"],
)  # fmt: skip
def test_a_kink_between_the_two_points_is_seen(cost: str) -> None:
    ground = ground_at(pair_with(cost), 0)
    _, _, kinks = one_sided(ground, "W1", cells_of(ground, "W1"), np.full(4, 1e-5))
    assert kinks.tolist() == [False, False, True, False]  # only W1[1, 0] is 0.125


def test_the_largest_of_two_equals_is_a_kink() -> None:
    ground = ground_at(pair_with("np.max(np.square(W1[:, 1] * W2[0] - 0.40625))"), 0)
    _, _, kinks = one_sided(ground, "W1", cells_of(ground, "W1"), np.full(4, 1e-5))
    assert not kinks[0]
    assert not kinks[2]
