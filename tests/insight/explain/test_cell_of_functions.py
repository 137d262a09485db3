"""Every cell of every function of the language, explained and compared with NumPy."""

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.operation import Kind
from nnscope.expression.parse import parse
from nnscope.expression.shapes import Axis, infer
from nnscope.expression.syntax import Binary, Expression
from nnscope.expression.table import SUM
from nnscope.insight.explain.cell import Explanation, explain
from tests.examples import examples
from tests.expression.calls import call_of
from tests.expression.strategies import arithmetic

OF_KIND = {kind: [row for row in FUNCTIONS.values() if row.kind is kind] for kind in Kind}
SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 4))


def drawn(seed: int, *shapes: tuple[int, ...]) -> dict[str, Value]:
    """Fill arrays named A, B and C with ordinary numbers of both signs, and a few zeros."""
    draw = np.random.default_rng(seed)
    values = (np.round(draw.normal(size=shape), 1) for shape in shapes)
    return {
        name: np.float64(v) if v.ndim == 0 else v for name, v in zip("ABC", values, strict=False)
    }


def check(expression: Expression, values: Mapping[str, Value]) -> None:
    """Explain every cell, and every cell that it was made from."""
    whole = np.asarray(evaluate(expression, values))
    for cell in np.ndindex(whole.shape):
        explanation = explain(expression, cell, values)
        assert explanation.cell == cell
        close(explanation.value, float(whole[cell]))
        check_parts(explanation, values)


def check_parts(explanation: Explanation, values: Mapping[str, Value]) -> None:
    for part in explanation.parts:
        whole = np.asarray(evaluate(part.expression, values))
        assert len(part.cell) == whole.ndim
        close(part.value, float(whole[part.cell]))
        check_parts(part, values)
    if explanation.terms is not None:
        assert not explanation.parts
        if explanation.terms.reduction is SUM:
            close(float(np.sum(explanation.terms.values)), explanation.value)
            close(explanation.terms.running(), explanation.value)


def close(found: float, wanted: float) -> None:
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9, nan_ok=True)


@examples(120)
@given(data=st.data(), full=SHAPES, seed=st.integers(0, 99))
def test_functions_cell_by_cell(data: st.DataObject, full: tuple[int, int], seed: int) -> None:
    row = data.draw(st.sampled_from(OF_KIND[Kind.ELEMENTWISE]))
    rows, columns = full
    smaller = [full, (), (columns,), (1, columns), (rows, 1), (1, 1)]
    shapes = [data.draw(st.sampled_from(smaller)) for _ in range(row.operands)]
    values = drawn(seed, *shapes)
    check(parse(call_of(row, list(values))), values)


@examples(120)
@given(data=st.data(), full=SHAPES, seed=st.integers(0, 99))
def test_functions_along_an_axis(data: st.DataObject, full: tuple[int, int], seed: int) -> None:
    kinds = OF_KIND[Kind.REDUCTION] + OF_KIND[Kind.ALONG_AXIS]
    row = data.draw(st.sampled_from(kinds))
    shape = data.draw(st.sampled_from([full, full[:1]]))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    options = [f"axis={axis}"] if "axis" in row.options else []
    if row.kind is Kind.REDUCTION and options:
        options = data.draw(st.sampled_from([[], ["axis=None"], options]))
        options = options + data.draw(st.sampled_from([[], ["keepdims=True"]]))
    check(parse(call_of(row, ["A"], *options)), drawn(seed, shape))


@examples(60)
@given(
    form=st.sampled_from(["A @ B", "np.dot(A, B)", "np.matmul(A, B)"]),
    sizes=st.tuples(*[st.integers(1, 4)] * 3),
    vectors=st.tuples(st.booleans(), st.booleans()),
    seed=st.integers(0, 99),
)
def test_products_of_rows_and_columns(
    form: str, sizes: tuple[int, int, int], vectors: tuple[bool, bool], seed: int
) -> None:
    left = sizes[1:2] if vectors[0] else sizes[:2]
    right = sizes[1:2] if vectors[1] else sizes[1:]
    values = drawn(seed, left, right)
    check(parse(form), values)
    whole = np.asarray(evaluate(parse(form), values))
    for cell in np.ndindex(whole.shape):
        explanation = explain(parse(form), cell, values)
        assert explanation.terms is not None
        assert len(explanation.terms) == sizes[1]


@examples(60)
@given(
    sign=st.sampled_from(["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!="]),
    full=SHAPES,
    seed=st.integers(0, 99),
    data=st.data(),
)
def test_operators(sign: str, full: tuple[int, int], seed: int, data: st.DataObject) -> None:
    shapes = [full, (), full[1:], (1, full[1]), (full[0], 1)]
    values = drawn(seed, *(data.draw(st.sampled_from(shapes)) for _ in "AB"))
    check(Binary(sign, parse("A"), parse("B")), values)
    check(parse("-A ** 2"), values)
    check(parse("A ** -2"), values)


@examples(120)
@given(tree=arithmetic("ABC"), full=SHAPES, seed=st.integers(0, 99))
def test_any_tree(tree: Expression, full: tuple[int, int], seed: int) -> None:
    values = drawn(seed, full, (full[1], full[0]), ())
    try:
        infer(tree, {name: tuple(map(Axis, np.shape(value))) for name, value in values.items()})
    except ExpressionError:
        assume(False)
    check(tree, values)


def test_a_product_gives_its_row_and_its_column() -> None:
    values = {"A": np.array([[1.0, 2.0], [3.0, 4.0]]), "B": np.array([[5.0, 6.0], [7.0, 8.0]])}
    found = explain(parse("A @ B.T / 2"), (1, 0), values)
    assert found.value == (3 * 5 + 4 * 6) / 2
    product, two = found.parts
    assert (two.value, two.cell, two.text) == (2.0, (), "2")
    assert (product.value, product.cell, product.text) == (39.0, (1, 0), "(A @ B.T)[1, 0]")
    assert product.terms is not None
    assert product.terms.column is not None
    assert product.terms.row.tolist() == [3.0, 4.0]
    assert product.terms.column.tolist() == [5.0, 6.0]
    assert product.terms.values.tolist() == [15.0, 24.0]


def test_truth_values_and_indices() -> None:
    values: dict[str, Value] = {"A": np.array([[1.0, -2.0], [0.0, 4.0]]), "x": np.float64(3)}
    for text in ("not x > 2", "x > 2 and x < 1", "x < 2 or A[1, 1] == 4", "A[1]", "A[:, ::-1] * A",
                 "A[-1, 1] - x", "A[0:1] + A", "(A + A.T).T", "np.where(A > 0, A, x)"):  # fmt: skip
        check(parse(text), values)


def test_infinity_and_nan_are_told_without_a_warning() -> None:
    values = {"A": np.array([[0.0, -1.0, 1e308]])}
    assert explain(parse("np.log(A)"), (0, 0), values).value == -math.inf
    assert math.isnan(explain(parse("np.log(A)"), (0, 1), values).value)
    assert explain(parse("A * 1e10"), (0, 2), values).value == math.inf
    assert math.isnan(explain(parse("A / A"), (0, 0), values).value)
    assert explain(parse("(A * 10) @ (A * 10).T"), (0, 0), values).value == math.inf
