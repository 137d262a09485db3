"""The geometry of operations: which cells of an operand a cell of the result is computed from."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.parse import parse
from nnscope.expression.shapes import infer
from nnscope.expression.syntax import Expression, Operated, names
from nnscope.insight.explain.cells import (
    Along,
    Box,
    Cell,
    Coordinates,
    Sizes,
    Whole,
    box_at,
    box_of,
    cell_at,
    index_at,
    places_of,
    stretched,
)
from nnscope.insight.explain.environment import shapes_of
from nnscope.insight.explain.reads import Shapes, first_reads, read_cell
from tests.examples import examples
from tests.expression.strategies import arithmetic

WHOLE = Whole.AXIS
VALUES: dict[str, Value] = {
    "A": np.arange(12.0).reshape(3, 4), "B": np.arange(4.0, 12.0).reshape(4, 2),
    "b": np.array([[1.0], [2.0], [3.0]]), "r": np.arange(1.0, 5.0), "m": np.float64(3),
}  # fmt: skip


def of(text: str) -> tuple[Coordinates, ...]:
    node = parse(text)
    assert isinstance(node, Operated)
    return Shapes(shapes_of(VALUES)).coordinates(node)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A + b", ((Along(0), Along(1)), (Along(0), 0))),
        ("A * r", ((Along(0), Along(1)), (Along(1),))),
        ("A / m", ((Along(0), Along(1)), ())),
        ("np.where(A > 1, b, m)", ((Along(0), Along(1)), (Along(0), 0), ())),
        ("A @ B", ((Along(0), WHOLE), (WHOLE, Along(1)))),
        ("r @ B", ((WHOLE,), (WHOLE, Along(0)))),
        ("np.dot(A, r)", ((Along(0), WHOLE), (WHOLE,))),
        ("r @ r", ((WHOLE,), (WHOLE,))),
        ("np.sum(A)", ((WHOLE, WHOLE),)),
        ("np.sum(A, axis=0)", ((WHOLE, Along(0)),)),
        ("np.mean(A, axis=-1)", ((Along(0), WHOLE),)),
        ("np.max(A, axis=0, keepdims=True)", ((WHOLE, Along(1)),)),
        ("softmax(A, axis=0)", ((WHOLE, Along(1)),)),
        ("A.T", ((Along(1), Along(0)),)),
        ("A[-1]", ((2, Along(0)),)),
        ("A[1:, ::-2]", ((Along(0, 1), Along(1, 3, -2)),)),
        ("A[:, 2]", ((Along(0), 2),)),
        ("not m", ((),)),
    ],
)
def test_the_coordinates_of_every_kind(text: str, wanted: object) -> None:
    assert of(text) == wanted


def test_what_follows_from_coordinates() -> None:
    row = (Along(0), WHOLE)
    assert index_at(row, (2, 1)) == (2, slice(None))
    assert cell_at(row, (2, 1), (3,)) == (2, 3)
    assert box_at(row, (range(1, 3), range(1)), (3, 4)) == (range(1, 3), range(4))
    assert places_of((WHOLE, WHOLE), (3, 4), 7) == (1, 3)
    assert places_of((), (), 0) == ()
    assert cell_at((3, Along(0, 3, -2)), (1,)) == (3, 1)
    assert box_at((3, Along(0, 3, -2)), (range(2),), (4, 6)) == (range(3, 4), range(3, -1, -2))


def test_the_axes_along_which_an_operand_is_broadcast() -> None:
    assert stretched((5,), (4, 5)) == (0,)
    assert stretched((1, 5), (4, 5)) == (0,)
    assert stretched((4, 1), (4, 1)) == ()
    assert stretched((), (4, 1)) == ()


Read = set[tuple[str, Cell]]


def cells_of(operand: Expression, box: Box) -> Read:
    return {read_cell(operand, cell) for cell in product(*box)}


def depends(
    expression: Expression, cell: Cell, values: Mapping[str, Value]
) -> set[tuple[str, Cell]]:
    """Find by trying which cells change a cell of the result when they become nan."""
    found = set()
    for name in names(expression):
        for place in np.ndindex(np.shape(values[name])):
            other = np.array(values[name], dtype=float)
            other[place] = np.nan
            changed = np.asarray(evaluate(expression, {**values, name: other}), dtype=float)
            if np.isnan(changed[cell]):
                found.add((name, place))
    return found


@examples(60)
@given(tree=arithmetic("ABC"), sizes=st.tuples(st.integers(1, 3), st.integers(1, 3)))
def test_whatever_spoils_a_cell_is_among_its_reads(tree: Expression, sizes: Sizes) -> None:
    values: dict[str, Value] = {
        "A": np.ones(sizes), "B": np.ones(sizes[::-1]), "C": np.float64(2)
    }  # fmt: skip
    try:
        infer(tree, shapes_of(values))
    except ExpressionError:
        assume(False)
    for cell in np.ndindex(np.shape(evaluate(tree, values))):
        reads = Shapes(shapes_of(values)).reads(tree, box_of(cell))
        read = {each for operand, boxes in reads.items() for box in boxes
                for each in cells_of(operand, box)}  # fmt: skip
        assert depends(tree, cell, values) <= read


@pytest.mark.parametrize("text", [
    "A @ B", "np.sum(A[::-1][::-1], axis=0)", "np.sum(A[:, ::-1].T[1:], axis=1)", "A[2:0:-1] + r",
    "(A.T + b.T)[::2, 1:]",
    "softmax(A[:, 1:], axis=1)", "np.sum(A.T @ b)",
])  # fmt: skip
def test_exactly_what_spoils_a_cell_is_read(text: str) -> None:
    expression = parse(text)
    for cell in np.ndindex(np.shape(evaluate(expression, VALUES))):
        reads = Shapes(shapes_of(VALUES)).reads(expression, box_of(cell))
        read = {each for operand, boxes in reads.items() for box in boxes
                for each in cells_of(operand, box)}  # fmt: skip
        assert depends(expression, cell, VALUES) == read


def test_the_first_cell_of_every_name_that_is_read() -> None:
    shapes = shapes_of(VALUES)
    assert first_reads(parse("A.T[1] @ b + m"), (0,), shapes) == [
        ("A", (0, 1)), ("b", (0, 0)), ("m", ()),
    ]  # fmt: skip
    assert first_reads(parse("np.sum(A[:0])"), (), shapes) == []


@pytest.mark.parametrize("text", [
    "A @ B", "A * b + r", "np.sum(A[:, ::-1].T[1:], axis=1)", "A[2:0:-1] + r",
    "(A.T + b.T)[::2, 1:]", "softmax(A[:, 1:], axis=1)", "np.sum(A.T @ b)", "A[1] + r / m",
])  # fmt: skip
def test_a_cell_that_is_read_leads_to_a_cell_that_reads_it(text: str) -> None:
    expression, shapes = parse(text), Shapes(shapes_of(VALUES))
    everything = shapes.reads(expression, tuple(map(range, shapes.of(expression))))
    for operand in everything:
        read = {cell for box in everything[operand] for cell in product(*box)}
        for cell in product(*map(range, shapes.of(operand))):
            found = shapes.reader(expression, operand, cell)
            assert (found is not None) == (cell in read)
            behind = shapes.reads(expression, box_of(found))[operand] if found is not None else ()
            assert cell not in read or any(cell in product(*box) for box in behind)
