"""Explaining a cell agrees with NumPy: every function, over random shapes and broadcasts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.operation import Kind
from nnscope.expression.parse import parse
from nnscope.insight.explain.cell import Explanation, explain
from tests.examples import examples

Array = NDArray[np.float64]
NUMBERS = st.floats(-8, 8).map(lambda number: round(number, 3))
ELEMENTWISE = [row for row in FUNCTIONS.values() if row.kind is Kind.ELEMENTWISE]
REDUCTIONS = [row for row in FUNCTIONS.values()
              if row.kind is Kind.REDUCTION and "axis" in row.options]  # fmt: skip
W, X = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0, 7.0], [8.0, 9.0, 10.0]])


def agrees(text: str, values: dict[str, Value]) -> None:
    """Explain every cell of an expression, and compare it with the whole."""
    expression = parse(text)
    whole = np.asarray(evaluate(expression, values))
    for cell in np.ndindex(whole.shape):
        found = explain(expression, cell, values)
        assert found.cell == cell
        np.testing.assert_allclose(found.value, float(whole[cell]), rtol=1e-12, atol=1e-14)
        consistent(found, values)


def consistent(found: Explanation, values: dict[str, Value]) -> None:
    """See that every part is the cell of its own expression that it says it is."""
    for part in found.parts:
        whole = np.asarray(evaluate(part.expression, values))
        np.testing.assert_allclose(part.value, float(whole[part.cell]), rtol=1e-12, atol=1e-14)
        consistent(part, values)


@st.composite
def broadcastable(draw: st.DrawFn, count: int) -> dict[str, Value]:
    """Draw arrays that fit each other: some axes of length 1, some missing."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    shapes = [(rows, columns), (rows, 1), (1, columns), (1, 1), (columns,), ()]
    return {
        name: draw(arrays(np.float64, draw(st.sampled_from(shapes)), elements=NUMBERS))[()]
        for name in "abc"[:count]
    }


@pytest.mark.parametrize("row", ELEMENTWISE, ids=lambda row: row.name)
@examples(15)
@given(data=st.data())
def test_functions_of_cells(row: object, data: st.DataObject) -> None:
    function = next(each for each in ELEMENTWISE if each is row)
    values = data.draw(broadcastable(function.operands))
    agrees(f"{function.name}({', '.join(values)})", values)


@pytest.mark.parametrize("row", [*REDUCTIONS, FUNCTIONS["softmax"]], ids=lambda row: row.name)
@examples(15)
@given(data=st.data())
def test_functions_along_an_axis(row: object, data: st.DataObject) -> None:
    function = next(each for each in FUNCTIONS.values() if each is row)
    shape = tuple(data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=2)))
    values: dict[str, Value] = {"a": data.draw(arrays(np.float64, shape, elements=NUMBERS))}
    axes: st.SearchStrategy[int | None] = st.integers(-len(shape), len(shape) - 1)
    axis = data.draw(axes if function.kind is Kind.ALONG_AXIS else st.none() | axes)
    keep = data.draw(st.sampled_from(["", ", keepdims=True", ", keepdims=False"]))
    keep = keep if "keepdims" in function.options else ""
    agrees(f"{function.name}(a * 2 - 1, axis={axis}{keep})", values)


@pytest.mark.parametrize("product", ["a @ b", "np.dot(a, b)", "np.matmul(a, b)", "a @ b.T.T / 3"])
@examples(15)
@given(data=st.data())
def test_products(product: str, data: st.DataObject) -> None:
    rows, inner, columns = (data.draw(st.integers(1, 5)) for _ in range(3))
    left = data.draw(st.sampled_from([(rows, inner), (inner,)]))
    right = data.draw(st.sampled_from([(inner, columns), (inner,)]))
    values: dict[str, Value] = {
        "a": data.draw(arrays(np.float64, left, elements=NUMBERS)),
        "b": data.draw(arrays(np.float64, right, elements=NUMBERS)),
    }
    agrees(product, values)


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!="])
@examples(15)
@given(values=broadcastable(2))
def test_operators(sign: str, values: dict[str, Value]) -> None:
    agrees(f"a {sign} b", values)
    agrees(f"-(a {sign} b * 1.5) * 2" if sign in "+-*/" else f"(a {sign} b) * 1", values)


@pytest.mark.parametrize("text", [
    "(W @ X)[1:, ::-1].T", "X.T[1:, 0]", "(W - 1)[0]", "W ** 2 - W ** -1", "(W > 1) + (W > 3)",
    "(W > 1) * (W < 4)", "np.sum(W > 1, axis=0) / 2", "2 ** 3 + 0 * W", "np.where(W > 2, 1, W)",
    "not m > 2", "m > 2 and m < 4 or m == 9", "W @ X + b", "W[0] @ X", "softmax(W, axis=-1)",
])  # fmt: skip
def test_expressions_of_several_kinds(text: str) -> None:
    agrees(text, {"W": W, "X": X, "b": np.array([[0.5], [0.25]]), "m": np.float64(3)})


def test_a_product_has_its_row_and_its_column() -> None:
    found = explain(parse("W @ X / 2"), (1, 2), {"W": W, "X": X})
    product = found.parts[0]
    assert product.terms is not None
    assert product.terms.column is not None
    assert (product.terms.row.tolist(), product.terms.column.tolist()) == ([3, 4], [7, 10])
    assert product.terms.values.tolist() == [21, 40]
    assert (product.text, product.value, found.value) == ("(W @ X)[1, 2]", 61, 30.5)


def test_a_softmax_knows_its_own_place_in_the_row() -> None:
    found = explain(parse("softmax(X, axis=1)"), (1, 2), {"X": X})
    assert found.terms is not None
    assert found.terms.row[found.terms.own] == 10
    np.testing.assert_allclose(found.terms.values, np.exp([8.0, 9.0, 10.0]))


def test_the_part_that_is_broadcast_says_along_which_axes() -> None:
    found = explain(parse("X + b"), (1, 2), {"X": X, "b": np.array([[0.5], [0.25]])})
    assert [(part.text, part.broadcast) for part in found.parts] == [
        ("X[1, 2]", ()), ("b[1, 0]", (1,))]  # fmt: skip


def test_an_index_means_the_cell_behind_it() -> None:
    found = explain(parse("(X - 1)[:, ::2].T"), (1, 0), {"X": X})
    assert found.meant.text == "(X - 1)[0, 2]"


def test_what_is_not_finite_comes_through() -> None:
    values: dict[str, Value] = {"Z": np.array([[0.0, -1.0]])}
    assert explain(parse("1 / Z"), (0, 0), values).value == np.inf
    assert np.isnan(explain(parse("np.log(Z)"), (0, 1), values).value)
