"""The gradient check cell by cell: which cells count, which are excused, which one is the worst."""

from collections.abc import Mapping

import numpy as np
import pytest

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, freeze
from nnscope.insight.check.comparison import GradientCheck
from nnscope.insight.check.constant_factor import find_ratio
from nnscope.insight.check.gradients import check_cell, check_gradient
from nnscope.insight.check.iteration import Iteration, iteration_at
from nnscope.insight.check.perturbation import certified
from nnscope.insight.check.report import remarks
from nnscope.insight.check.verdicts import Verdict
from tests.hand_built import HandBuilt
from tests.samples import PAIR, program


def row(*cells: float) -> Value:
    return freeze(np.array([cells]))


def iteration(lines: str, start: Mapping[str, Value]) -> Iteration:
    text = f"{lines}\nW = W - 0.1 * dW"
    return iteration_at(HandBuilt("cells", text, start, "J").program(), 0)


def of(lines: str, start: Mapping[str, Value], sample: int | None = None) -> GradientCheck:
    return check_gradient(iteration(lines, start), "dW", sample)


SATURATED = "A = sigmoid(W)\nJ = np.sum(A)\ndW = A / (1 + np.exp(W))"


def test_a_cell_that_differs_by_rounding_only_is_neither_wrong_nor_the_worst() -> None:
    check = of(SATURATED, {"W": row(30.0, 0.5)})
    assert check.errors[0, 0] > 1e-5  # 1 - A has few digits left
    assert check.excused.tolist() == [[True, False]]
    assert not check.wrong.any()
    assert check.verdict is Verdict.RIGHT
    assert check.worst.cell == (0, 1)
    assert check.error < 1e-9
    assert "1 cell differs by rounding only" in list(remarks(check))


def test_rounding_is_told_from_a_slip_in_the_same_cell() -> None:
    check = of(SATURATED.replace("dW = A", "dW = 1.1 * A"), {"W": row(30.0, 0.5)})
    assert check.wrong.tolist() == [[True, True]]
    assert check.ratio is not None
    assert check.ratio.value == pytest.approx(1.1)


AT_KINK = "Z = W * X\nJ = np.sum(relu(Z) * C)\ndW = (Z >= 0) * X * C"


def test_a_wrong_cell_is_worse_than_one_at_a_kink() -> None:
    start = {"W": row(0.0, 1.0), "X": row(1.0, 2.0), "C": row(1.0, 1.0)}
    check = of(AT_KINK + " * np.where(Z > 0.5, 1.01, 1)", start)
    assert check.kinks.tolist() == [[True, False]]
    assert check.wrong.tolist() == [[False, True]]
    assert check.worst.cell == (0, 1)
    assert check.errors[0, 0] > check.errors[0, 1]


def test_many_cells_at_kinks_are_all_excused_and_one_wrong_one_among_them_is_not() -> None:
    ones = freeze(np.ones((1, 100)))
    start = {"W": freeze(np.zeros((1, 100))), "X": ones, "C": ones}
    assert of(AT_KINK, start).verdict is Verdict.KINK
    assert of(AT_KINK, start).kinks.all()
    check = of(AT_KINK, {**start, "C": freeze(-np.ones((1, 100)))}, sample=10)
    assert check.kinks.sum() == 10
    wrong = np.zeros((1, 100))
    wrong[0, 3] = 3
    check = of(AT_KINK + " + wrong", {**start, "wrong": freeze(wrong)})
    assert check.verdict is Verdict.WRONG
    assert check.wrong[0, 3]


def test_the_worst_cell_is_one_of_those_that_were_checked() -> None:
    start = {"W": freeze(np.ones((1, 50))), "wrong": freeze(np.zeros((1, 50)))}
    lines = "J = np.sum(W ** 2)\ndW = 2 * W + wrong"
    checked = of(lines, start, sample=5).checked
    check = of(lines, {**start, "wrong": freeze(1.0 - checked)}, sample=5)
    assert check.verdict is Verdict.RIGHT
    assert check.checked[check.worst.cell]


def test_a_cell_that_is_nan_is_wrong_where_the_slope_is_a_number() -> None:
    check = of("J = np.sum(W ** 2)\ndW = 2 * W * np.log(W) / np.log(W)", {"W": row(1.0, 3.0)})
    assert check.wrong.tolist() == [[True, False]]
    assert check.worst.cell == (0, 0)
    assert np.isnan(check.error)


def test_nothing_is_told_where_the_slope_is_not_a_number() -> None:
    lines, start = "J = np.sum(np.sqrt(W))\ndW = {} / np.sqrt(W)", {"W": row(0.0, 4.0)}
    check = of(lines.format(0.5), start)
    assert check.expected[0, 0] == np.inf
    assert check.verdict is Verdict.UNTOLD
    assert of(lines.format(0.6), start).verdict is Verdict.WRONG


@pytest.mark.parametrize(
    ("lines", "start"),
    [
        pytest.param("J = np.sum(W ** 2) * 1e-9 + 1e3\ndW = 2e-9 * W", 1.0, id="a large cost"),
        pytest.param("J = -np.sum(np.log(1 - 1e-5 * W))\ndW = 1e-5 / (1 - 1e-5 * W)", 1e-7,
                     id="a cost that is the logarithm of about 1"),
    ],
)  # fmt: skip
def test_a_centred_difference_is_excused_by_the_rounding_of_the_cost(
    lines: str, start: float
) -> None:
    check = check_cell(iteration(lines, {"W": row(start)}), "dW", (0, 0))
    assert check.centred_error > 1e-7  # customarily called no more than fair
    assert check.centred_verdict is Verdict.RIGHT


def test_one_example_has_no_division_that_comes_late() -> None:
    single = PAIR.replace("X = [[", "X = [[0.5], [0.25]] #").replace("Y = [[", "Y = [[1.0]] #")
    built = program(single)
    assert built.start["m"] == 1
    assert check_gradient(iteration_at(built, 0), "dZ1").postponed is None


def test_what_should_not_be_zero_has_no_ratio_where_something_else_is() -> None:
    built = program(PAIR)
    assert find_ratio(built, np.array([0.0, 2.0]), np.array([1.0, 1.0])) is None
    assert find_ratio(built, np.array([1.0, 2.0]), np.array([0.0, 1.0])) is None


def test_rounding_does_not_hide_a_ratio() -> None:
    built, noise = program(PAIR), 1e-3
    found, wanted = np.array([2.0, 4.0005]), np.array([1.0, 2.0])
    assert find_ratio(built, found, wanted) is None
    ratio = find_ratio(built, found, wanted, noise)
    assert ratio is not None
    assert ratio.value == 4.0005 / 2


def test_a_number_without_a_name_is_a_ratio_only_where_several_cells_have_it() -> None:
    built = program(PAIR)
    assert find_ratio(built, np.array([3.3333]), np.array([1.0])) is None
    assert find_ratio(built, np.array([3.3333, 6.6666]), np.array([1.0, 2.0])) is not None


def test_a_difference_across_a_kink_certifies_nothing() -> None:
    crossing = iteration("J = np.sum(np.abs(W) * 2)\ndW = 2 * np.sign(W)", {"W": row(0.0, 1e-7)})
    assert certified(crossing) <= 1e-6


@pytest.mark.parametrize("cell", [(), (0,), (0, 0, 0), (9, 9)])
def test_a_cell_that_a_gradient_has_not_is_refused(cell: tuple[int, ...]) -> None:
    with pytest.raises(ExpressionError, match="select one of its cells"):
        check_cell(iteration_at(program(PAIR), 0), "dW1", cell)
