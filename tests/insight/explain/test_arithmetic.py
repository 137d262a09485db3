"""The arithmetic of a cell, as a line that can be followed with a pencil, or with Python."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.parse import parse
from nnscope.expression.shapes import Axis, infer
from nnscope.expression.syntax import Binary, Call, Expression, Name, Number, Transpose, Unary
from nnscope.insight.explain.arithmetic import arithmetic
from nnscope.insight.explain.cell import Explanation, explain
from tests.examples import examples

VALUES: dict[str, Value] = {
    "A": np.array([[1.0, 2.0], [3.0, 4.0]]),
    "B": np.array([[0.5, -1.0], [0.25, 2.0]]),
    "L": np.arange(1.0, 9.0).reshape(1, 8),
    "v": np.array([1.0, -2.0]),
    "m": np.float64(4),
}


@pytest.mark.parametrize(
    ("text", "cell", "written"),
    [
        ("A @ B", (0, 1), "1·(-1) + 2·2"),
        ("A @ B / m", (0, 1), "(1·(-1) + 2·2) / 4"),
        ("m * (A @ B)", (0, 0), "4 · (1·0.5 + 2·0.25)"),
        ("A @ B - A @ B", (0, 0), "1·0.5 + 2·0.25 − (1·0.5 + 2·0.25)"),
        ("A @ v", (1,), "3·1 + 4·(-2)"),
        ("A + B", (0, 1), "2 + (-1)"),
        ("A - (A - B)", (0, 0), "1 − (1 − 0.5)"),
        ("(A + B) * A", (1, 1), "(4 + 2) · 4"),
        ("-(A + B)", (0, 1), "−(2 + (-1))"),
        ("-B ** 2", (0, 1), "−(-1) ^ 2"),
        ("1 - B ** 2", (0, 1), "1 − (-1) ^ 2"),
        ("(A + B) ** 2", (0, 0), "(1 + 0.5) ^ 2"),
        ("((A ** 2) ** 2) ** 2", (0, 1), "((2 ^ 2) ^ 2) ^ 2"),
        ("(-A) ** 2", (0, 1), "(−2) ^ 2"),
        ("-A ** 2", (0, 1), "−2 ^ 2"),
        ("A ** -1", (0, 1), "2 ^ (−1)"),
        ("A - -B * A", (0, 0), "1 − (−0.5 · 1)"),
        ("A + (-B) ** 2", (0, 0), "1 + (−0.5) ^ 2"),
        ("relu(-A) ** 2", (0, 0), "relu(−1) ^ 2"),
        ("np.sum(B, axis=1, keepdims=True) / m", (1, 0), "(0.25 + 2) / 4"),
        ("np.sum(B, axis=0)", (1,), "(-1) + 2"),
        ("-np.sum(A) / m", (), "−(1 + 2 + 3 + 4) / 4"),
        ("np.mean(A)", (), "(1 + 2 + 3 + 4) / 4"),
        ("np.sum(L)", (), "1 + 2 + 3 + 4 + (4 more: 26)"),
        ("np.mean(L)", (), "(1 + 2 + 3 + 4 + (4 more: 26)) / 8"),
        ("L @ L.T", (0, 0), "1·1 + 2·2 + 3·3 + 4·4 + (4 more: 174)"),
        ("np.max(L, axis=1)", (0,), "max(1, 2, 3, 4, … 4 more)"),
        ("softmax(A, axis=0)", (0, 1), "e^2 / (e^2 + e^4)"),
        ("sigmoid(A @ B)", (0, 1), "sigmoid(1·(-1) + 2·2) = 1 / (1 + e^-3)"),
        ("np.where(A > 2, A, 0)", (0, 1), "where(2 > 2, 2, 0)"),
        ("A.T", (0, 1), "3"),
        ("A[0, 1] * 2", (), "2 · 2"),
        ("not m", (), "not 4"),
    ],
)
def test_a_cell_with_its_numbers(text: str, cell: tuple[int, ...], written: str) -> None:
    assert arithmetic(explain(parse(text), cell, VALUES)) == written


def test_a_long_sum_shows_as_many_terms_as_wanted() -> None:
    found = explain(parse("np.sum(L)"), (), VALUES)
    assert arithmetic(found, 1) == "1 + (7 more: 35)"
    assert arithmetic(found, 7) == "1 + 2 + 3 + 4 + 5 + 6 + 7 + 8"
    assert arithmetic(found, 8) == "1 + 2 + 3 + 4 + 5 + 6 + 7 + 8"


def test_a_single_term_is_not_hidden_where_it_takes_no_more_room() -> None:
    values: dict[str, Value] = {"r": np.array([[0.5, 2.0, 3.0]]), "c": np.array([[2.0], [1], [1]])}
    assert arithmetic(explain(parse("r @ c"), (0, 0), values), 2) == "0.5·2 + 2·1 + 3·1"
    assert arithmetic(explain(parse("np.max(r)"), (), values), 2) == "max(0.5, 2, 3)"
    longer: dict[str, Value] = {"r": values["r"], "c": np.array([[2.0], [1], [-0.12345]])}
    text = arithmetic(explain(parse("r @ c"), (0, 0), longer), 2)
    assert text == "0.5·2 + 2·1 + 3·(-0.1235)"
    longest: dict[str, Value] = {"x": np.array([1.0, 2.0, 3.0, -0.012345])}
    text = arithmetic(explain(parse("np.linalg.norm(x)"), (), longest), 3)
    assert text == "√(1² + 2² + 3² + (-0.01235)²)"
    tiny: dict[str, Value] = {"x": np.array([[1.0, 1.2345e-7]]), "y": np.array([1.0, -2.3456e-12])}
    assert arithmetic(explain(parse("x @ y"), (0,), tiny), 1) == "1·1 + (1 more: -2.896e-19)"


def test_zeros_are_left_out_first() -> None:
    values: dict[str, Value] = {"x": np.zeros(40), "y": np.full(40, 2.0)}
    values["x"] = np.where(np.isin(np.arange(40), (20, 30)), 0.5, 0.0)
    assert arithmetic(explain(parse("x @ y"), (), values)) == "0.5·2 + 0.5·2 + (38 more: 0)"
    assert arithmetic(explain(parse("np.sum(x)"), (), values), 1) == "0.5 + (39 more: 0.5)"
    near: dict[str, Value] = {"x": np.array([0.0, 1.0, 2.0])}
    assert arithmetic(explain(parse("np.sum(x)"), (), near), 2) == "0 + 1 + 2"
    zeros: dict[str, Value] = {"x": np.zeros(40)}
    assert arithmetic(explain(parse("np.sum(x)"), (), zeros), 2) == "0 + 0 + (38 more: 0)"
    assert arithmetic(explain(parse("np.max(x)"), (), values), 2) == "max(0, 0, … 38 more)"


def trees() -> st.SearchStrategy[Expression]:
    """Build trees whose numbers stay whole, so that their text holds every digit."""
    leaf = st.sampled_from("ABCd").map(Name)
    return st.recursive(leaf | st.integers(0, 3).map(Number), _larger, max_leaves=7)


def _larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    holders = inner.filter(lambda tree: not isinstance(tree, Number))
    reduced: Callable[..., st.SearchStrategy[Expression]] = lambda name, *options: st.builds(  # noqa: E731
        Call, st.just(name), st.tuples(holders), st.just(options)
    )
    pair = st.tuples(inner, holders)
    return st.one_of(
        st.builds(Binary, st.sampled_from("+-*@"), inner, holders),
        st.builds(Binary, st.sampled_from("+-*@"), holders, inner),
        st.builds(Binary, st.just("**"), holders, st.just(Number(2))),
        st.builds(Unary, st.just("-"), holders),
        st.builds(Transpose, holders),
        reduced("np.sum"), reduced("np.sum", ("axis", 0)), reduced("np.max"), reduced("relu"),
        st.builds(Call, st.just("np.maximum"), pair),
    )  # fmt: skip


def numbers(explanation: Explanation) -> list[float]:
    """List every number that a text may show."""
    own, terms = [explanation.value], explanation.terms
    for series in (terms.row, terms.column) if terms else ():
        own += [] if series is None else [float(value) for value in series.ravel()]
    return own + [number for part in explanation.parts for number in numbers(part)]


SQUARED = Binary("**", Name("A"), Number(2))


@example(tree=Binary("**", Binary("**", SQUARED, Number(2)), Number(2)), seed=0, divided=False)
@example(tree=Binary("**", Unary("-", SQUARED), Number(2)), seed=1, divided=True)
@example(tree=parse("(-A) ** 2 - (-A ** 2) ** 2"), seed=0, divided=False)
@examples(200)
@given(tree=trees(), seed=st.integers(0, 99), divided=st.booleans())
def test_python_reads_the_text_as_the_value(tree: Expression, seed: int, divided: bool) -> None:
    draw = np.random.default_rng(seed)
    values: dict[str, Value] = {
        name: draw.integers(-3, 4, size=shape).astype(float)
        for name, shape in zip("ABC", ((2, 2), (2, 2), (2, 1)), strict=True)
    }
    values["d"] = np.float64(4)
    expression = Binary("/", tree, Name("d")) if divided else tree
    try:
        shapes = {name: tuple(map(Axis, np.shape(value))) for name, value in values.items()}
        infer(expression, shapes)
    except ExpressionError:
        assume(False)
    known: dict[str, Any] = {
        "max": lambda *all_: max(all_), "maximum": max, "relu": lambda x: max(x, 0),
    }  # fmt: skip
    for cell in np.ndindex(np.shape(evaluate(expression, values))):
        explanation = explain(expression, cell, values)
        assume(max(map(abs, numbers(explanation))) < 1e4)
        text = arithmetic(explanation, 10**6).partition(" = ")[0]
        python = text.replace("·", "*").replace("−", "-").replace("^", "**")
        assert eval(python, known) == explanation.value, text
