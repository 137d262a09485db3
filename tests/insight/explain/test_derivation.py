"""A number is led back to the names that it was made from, at any moment of a run."""

import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnscope
from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.expression.parse import parse
from nnscope.insight.explain.arithmetic import arithmetic
from nnscope.insight.explain.cell import explain
from nnscope.insight.explain.derivation import Derivation, derive
from nnscope.insight.explain.query import read_query
from nnscope.insight.numbers import full
from tests.examples import examples
from tests.hand_built import HandBuilt
from tests.samples import NEURON, PAIR, Sample, library, program, samples

STAYS = PAIR.replace("bias = 0.1", "bias = 0.1\ntrain_bias = false")


def derivation(text: str, iteration: int = 0) -> Derivation:
    return derive(program(PAIR), text, iteration)


def notes(found: Derivation) -> dict[str, str]:
    return {step.text: step.note for step in found.steps}


def test_a_product_from_the_whole_down_to_its_names() -> None:
    found = derive(library("two_layer"), "dW2[0, 1]", 12)
    assert found.stored == pytest.approx(-0.03976172797713536, rel=1e-12)
    assert (
        str(found)
        == f"""\
dW2[0, 1] = {full(found.stored):<50}line 7 of iteration 12: \
dW2 = dZ2 @ A1.T / m
  (dZ2 @ A1.T / m)[0, 1] = (-0.11928518) / 3 = -0.039761728
    (dZ2 @ A1.T)[0, 1] = -0.11928518                          the sum of 3 products, \
a row times a column
      row dZ2[0, :]                                           line 6: dZ2 = A2 - Y
      column A1.T[:, 1]                                       line 2: A1 = np.tanh(Z1)
      [0] = (-0.35813271)·0.11361562 = -0.040689471
      [1] = 0.62396015·(-0.059713707) = -0.037258973
      [2] = (-0.35707602)·0.11576454 = -0.04133674
    m = 3                                                     number of examples; \
a constant of the scenario
{found.agreement}"""
    )


def orders(row: Sequence[float], column: Sequence[float]) -> set[float]:
    """Add three products in every order, each rounded by itself or together with the sum."""
    found = set()
    for first, *others in permutations(zip(map(Fraction, row), map(Fraction, column), strict=True)):
        totals = {float(first[0] * first[1])}
        for a, b in others:
            totals = {
                float(Fraction(total) + each)
                for total in totals
                for each in (a * b, Fraction(float(a * b)))
            }
        found |= totals
    return found


@pytest.mark.parametrize("iteration", [0, 1, 12])
@pytest.mark.parametrize("unit", range(4))
def test_the_terms_add_up_exactly_to_the_stored_value_in_some_order(
    iteration: int, unit: int
) -> None:
    built = library("two_layer")
    found = derive(built, f"dW2[0, {unit}]", iteration)
    assert found.explanation is not None
    terms = found.explanation.parts[0].terms
    assert terms is not None
    assert terms.column is not None
    row, column = [float(each) for each in terms.row], [float(each) for each in terms.column]
    assert found.stored in {each / 3 for each in orders(row, column)}
    assert found.agreement.startswith("This arithmetic gives ")
    assert "more than rounding" not in found.agreement


def test_a_parameter_is_explained_by_its_update() -> None:
    first, later = derivation("W1[0, 1]"), derivation("W1[0, 1]", 3)
    assert first.steps[0].note == "line 12 of iteration 0: W1 = W1 - learning_rate * dW1"
    assert first.steps[2].note == "weights of layer 1; the value that the scenario starts with"
    assert first.steps[2].value == -0.25
    assert later.steps[2].note == "line 12 of iteration 2: W1 = W1 - learning_rate * dW1"
    assert later.steps[2].value == derivation("W1[0, 1]", 2).stored


def test_what_a_backward_line_read_is_the_parameter_before_its_update() -> None:
    found = derivation("dZ1[1, 2]", 4)
    assert notes(found)["row W2.T[1, :]"].startswith("line 14 of iteration 3: W2 = ")


def test_data_constants_and_parameters_that_stay() -> None:
    assert (
        str(derivation("X[0, 1]")) == "X[0, 1] = -0.5   inputs of the network; data of the scenario"
    )
    found = derive(program(STAYS), "b1[0, 0]", 5)
    assert found.steps[0].note == "biases of layer 1; a starting value that no line changes"
    assert (found.explanation, found.agreement, found.difference) == (None, "", 0.0)


def test_the_formula_of_a_function_with_its_number() -> None:
    found = derive(program(NEURON), "a")
    assert found.steps[1].line == "  sigmoid(z) = 1 / (1 + e^-0) = 0.5"


def test_the_cell_of_a_bias_that_serves_a_whole_axis() -> None:
    note = notes(derivation("Z1[1, 2]"))["b1[1, 0]"]
    assert note.endswith("; this one cell is used all along axis 1 (broadcast)")


def test_expressions_are_taken_at_the_end_of_the_iteration() -> None:
    run = Timeline(program(PAIR))
    run.seek(15 * 3)
    total = float(np.sum(run.frame().values["dW2"]))
    found = derivation("np.sum(dW2)", 2)
    assert (found.stored, found.line, found.steps[0].note) == (
        total, None, "at the end of iteration 2")  # fmt: skip
    assert derivation("(A2 - Y)[0, 1]", 2).stored == derivation("dZ2[0, 1]", 2).stored


def test_every_term_of_a_cost_shows_its_own_arithmetic() -> None:
    lines = [step.line.strip() for step in derivation("J").steps]
    assert lines[5].startswith("[0, 0] = 1 · log(")


def test_a_long_sum_shows_its_head_its_largest_terms_and_the_rest() -> None:
    values = np.ones(100)
    values[[7, 50, 70]] = [-40.0, 30.0, 20.0]
    explanation = explain(parse("np.sum(x)"), (), {"x": values})
    assert arithmetic(explanation, 2) == "1 + 1 + (98 more: 105)"
    assert arithmetic(explanation, 2, largest=True) == "(-40) + 30 + (98 more: 117)"
    found = derive(library("deep_network"), "np.sum(W1 * 0 + 1)")
    texts = [step.text for step in found.steps]
    assert texts[3:] == ["[0, 0]", "[0, 1]", "[0, 2]", "[0, 3]", "[0, 4]", "[1, 0]", "[1, 1]",
                         "[1, 2]", "12 more"]  # fmt: skip
    assert found.steps[-1].value == 12


def listed(values: Sequence[float], most: int = 8) -> list[tuple[str, str]]:
    """List the terms of a sum, with their notes, as they are unfolded."""
    x = np.array(values)
    built = HandBuilt("sum", "y = np.sum(x)", {"x": x}).program()
    steps = derive(built, "y", 0, most).steps
    return [(step.text, step.note) for step in steps[3:]]


def test_terms_that_are_not_zero_come_first() -> None:
    few = [0.0] * 40
    few[20], few[30] = 0.25, -0.5
    assert listed(few) == [("[20]", ""), ("[30]", ""), ("38 more", "the sum of these")]
    many = [0.0, 0.0, *range(1, 13)]
    assert listed(many, 4) == [
        ("[2]", ""), ("[3]", ""), ("[13]", "the largest of the others"), ("[12]", ""),
        ("10 more", "the sum of these"),
    ]  # fmt: skip


def test_a_single_term_is_never_left_out() -> None:
    assert [text for text, _ in listed([1.0] * 9)] == [f"[{place}]" for place in range(9)]
    assert listed([1.0] * 10)[-1] == ("2 more", "the sum of these")


def test_the_last_batch_of_an_epoch_is_explained_with_its_own_shapes() -> None:
    built = program(PAIR.replace("[training]", "[training]\nbatch_size = 2"))
    found = derive(built, "dW1[0, 1]", 1)
    texts = [step.text for step in found.steps]
    assert found.difference <= 1e-12
    assert "[0]" in texts
    assert "[1]" not in texts


def test_largest_first_on_request() -> None:
    found = derive(library("deep_network"), "dW1[2, 3]", largest=True)
    terms = [step.value for step in found.steps if step.text.startswith("[")]
    sizes = [abs(value) for value in terms if value is not None]
    assert sizes == sorted(sizes, reverse=True)


@examples(25)
@given(sample=samples(iterations=2), data=st.data())
def test_every_line_is_explained_close_to_its_stored_value(
    sample: Sample, data: st.DataObject
) -> None:
    built = sample.program()
    line = data.draw(st.sampled_from(built.lines))
    shape = [axis.size for axis in built.shapes[line.target]]
    cell = [data.draw(st.integers(0, size - 1)) for size in shape]
    found = derive(built, f"{line.target}{cell if cell else ''}", 1)
    assert found.difference <= 1e-12 * (1 + abs(found.stored))
    assert found.agreement.startswith("This arithmetic gives ")
    assert str(found)


def away(found: Derivation, by: float) -> str:
    """Tell of a derivation whose stored value is so far from its arithmetic."""
    assert found.explanation is not None
    stored = found.explanation.value + by
    return Derivation(found.text, 0, 6, stored, found.explanation, ()).agreement


def test_a_difference_in_the_order_of_summation_is_told_and_is_normal() -> None:
    told = away(derivation("dW2[0, 0]"), 2.0**-54)
    assert "5.6e-17 away from the stored value. That is normal: NumPy adds the terms" in told
    told = away(derivation("A1[0, 0]"), 2.0**-54)
    assert "That is normal: NumPy rounds the last digit" in told


@pytest.mark.parametrize("cell", ["dW2[0, 0]", "A1[0, 0]", "J", "dZ1[0, 1]"])
def test_a_difference_that_no_rounding_makes_is_told_as_that(cell: str) -> None:
    told = away(derivation(cell), 1e-9)
    assert "1.0e-09 away from the stored value, which is more than rounding explains" in told


@pytest.mark.parametrize(("text", "told"), [
    ("dW3[0, 0]", "did you mean `dW2`?"),
    ("dW2[0, 9]", "index 9 is outside 0 to 1"),
    ("dW2[0]", "its last cell is dW2[0][1]"),
    ("dW2", "has the shape (1, 2) = (n2, n1), and only a single cell can be explained"),
    ("A2 - Y", "its last cell is (A2 - Y)[0, 2]"),
    ("X[:, 5:2]", "no cell at all"),
    ("dW2[0, 1, 2]", "3 indices"),
    ("dW2[0,", "is not an expression"),
])  # fmt: skip
def test_what_is_no_cell_is_refused_in_plain_words(text: str, told: str) -> None:
    with pytest.raises(ExpressionError) as error:
        read_query(program(PAIR), text)
    assert told in str(error.value)


def test_an_iteration_that_is_not_run() -> None:
    for iteration in (-1, 12):
        with pytest.raises(ExpressionError, match="is not run: they count from 0 to 11"):
            derivation("J", iteration)
    with pytest.raises(ExpressionError, match="there is only iteration 0"):
        derive(library("three_layer_forward"), "Y[0]", 1)


def test_from_python() -> None:
    found = nnscope.load("two_layer").explain("dW2[0, 1]", iteration=12)
    assert found.stored == pytest.approx(-0.03976172797713536)
    assert json.dumps([step.text for step in found.steps])
