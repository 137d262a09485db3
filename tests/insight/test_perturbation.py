"""The independent witness of reverse mode: perturbations along a direction."""

import numpy as np
import pytest
from hypothesis import given

from nnscope.insight.check.iteration import Iteration, iteration_at
from nnscope.insight.check.perturbation import (
    certified,
    difference_along,
    one_cell,
    random_direction,
    slope_along,
)
from nnscope.insight.check.report import notes
from nnscope.program.model import Program
from tests.examples import examples
from tests.hand_built import ADDING, LOGISTIC, NO_LAYERS, TWICE, HandBuilt
from tests.samples import PAIR, Sample, library, program, samples

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
    "np.sum(A2) * (np.sum(A1) > 0 and 2) + np.sum(Z1) * (not np.any(A1 > 5))",
]


def pair_with(cost: str) -> Program:
    return program(PAIR + f'[[override]]\ntarget = "J"\nexpression = "{cost}"\n')


def along(iteration: Iteration, names: tuple[str, ...], seed: int) -> tuple[float, float]:
    """Give the slope in a random direction by reverse mode, and by complex step."""
    direction = random_direction(iteration, names, seed)
    by_reverse = sum(float(np.sum(iteration.slope(name) * direction[name])) for name in names)
    return by_reverse, slope_along(iteration, direction)


@pytest.mark.parametrize("cost", COSTS)
def test_reverse_mode_agrees_with_the_complex_step_for_every_value(cost: str) -> None:
    iteration = iteration_at(pair_with(cost), 3)
    for seed, name in enumerate(("X", "W1", "b1", "Z1", "A1", "W2", "b2", "Z2", "A2")):
        by_reverse, by_complex = along(iteration, (name,), seed)
        assert by_reverse == pytest.approx(by_complex, rel=1e-10, abs=1e-12), name
    assert certified(iteration) < 1e-10


@examples(40)
@given(sample=samples())
def test_every_network_is_certified(sample: Sample) -> None:
    assert certified(iteration_at(sample.program(), 0)) < 1e-9


@pytest.mark.parametrize("origin", [LOGISTIC, TWICE, ADDING, NO_LAYERS], ids=lambda each: each.name)
def test_programs_put_together_by_hand_are_certified(origin: HandBuilt) -> None:
    assert certified(iteration_at(origin.program(), 5)) < 1e-10


def test_a_wrong_rule_in_the_table_is_noticed() -> None:
    iteration = iteration_at(program(PAIR), 0)
    slopes = {name: slope * (1.001 if name == "W1" else 1)
              for name, slope in iteration.slopes.items()}  # fmt: skip
    iteration.__dict__["slopes"] = slopes
    assert certified(iteration) > 1e-6
    assert any("could not be confirmed" in text for _, text in notes(iteration, []))


def test_one_cell_and_its_two_sides() -> None:
    iteration = iteration_at(program(PAIR), 0)
    direction = one_cell(iteration, "W1", (1, 0))
    rise, fall, is_kinked = difference_along(iteration, direction)
    assert (rise + fall) / 2 == pytest.approx(iteration.slope("W1")[1, 0], rel=1e-8)
    assert not is_kinked


def test_a_difference_across_a_kink_says_so() -> None:
    iteration = iteration_at(library("single_neuron_relu"), 0)
    z = float(np.asarray(iteration.values["z"]))
    near = difference_along(iteration, one_cell(iteration, "z", ()), abs(z) / 2)
    across = difference_along(iteration, one_cell(iteration, "z", ()), 2 * abs(z))
    assert (near[2], across[2]) == (False, True)
