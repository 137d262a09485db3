"""A line cell by cell, for every function of the language: the values, and what is read."""

from collections.abc import Iterator, Mapping
from itertools import product
from time import perf_counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.operation import Kind
from nnscope.expression.parse import parse
from nnscope.expression.shapes import Axis, infer
from nnscope.expression.syntax import Binary, Expression, Transpose, names
from nnscope.insight.explain.cell_steps import EVERY_TERM, CellStep, CellWalk, stops, walk_of
from tests.examples import examples
from tests.expression.calls import call_of
from tests.expression.strategies import arithmetic
from tests.samples import PAIR, Sample, program, samples

OF_KIND = {kind: [row for row in FUNCTIONS.values() if row.kind is kind] for kind in Kind}
SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 4))
Cell = tuple[int, ...]


def drawn(seed: int, *shapes: Cell) -> dict[str, Value]:
    """Fill arrays named A, B and C with ordinary numbers of both signs, and a few zeros."""
    draw = np.random.default_rng(seed)
    values = (np.round(draw.normal(size=shape), 1) for shape in shapes)
    pairs = zip("ABC", values, strict=False)
    return {name: np.float64(value) if value.ndim == 0 else value for name, value in pairs}


def steps(expression: Expression, values: Mapping[str, Value]) -> list[CellStep]:
    walk = CellWalk(expression, values, evaluate(expression, values))
    return [walk.at(number) for number in range(walk.count)]


def check(expression: Expression, values: Mapping[str, Value]) -> None:
    """Walk through every cell: it is what NumPy has, from what was read and nothing else."""
    whole = np.asarray(evaluate(expression, values), dtype=np.float64)
    found = steps(expression, values)
    ends = [step for step in found if step.is_last]
    assert [step.cell for step in ends] == list(np.ndindex(whole.shape))
    assert [step.number for step in found] == list(range(len(found)))
    for step in ends:
        assert step.stored == whole[step.cell] or np.isnan(whole[step.cell])
        assert step.value == pytest.approx(step.stored, rel=1e-9, abs=1e-9, nan_ok=True)
    for cell in np.ndindex(whole.shape):
        check_reads(expression, values, [step for step in found if step.cell == cell])


def check_reads(
    expression: Expression, values: Mapping[str, Value], cell_steps: list[CellStep]
) -> None:
    """See that a cell does not change when cells change that none of its steps has read."""
    read: dict[str, set[Cell]] = {name: set() for name in names(expression)}
    for step in cell_steps:
        for name, cell in cells_read(step):
            read[name].add(cell)
    draw = np.random.default_rng(1)
    others: dict[str, Value] = {}
    for name, cells in read.items():
        other = np.array(values[name])
        for cell in np.ndindex(other.shape):
            other[cell] = other[cell] if cell in cells else draw.normal()
        others[name] = other
    cell = cell_steps[0].cell
    before = np.asarray(evaluate(expression, values))[cell]
    after = np.asarray(evaluate(expression, others))[cell]
    assert float(after) == pytest.approx(float(before), rel=1e-9, abs=1e-9, nan_ok=True)


def cells_read(step: CellStep) -> Iterator[tuple[str, Cell]]:
    for operand, boxes in step.reads.items():
        for box in boxes:
            upright = box[::-1] if isinstance(operand, Transpose) else box
            yield from ((names(operand)[0], cell) for cell in product(*upright))


@examples(60)
@given(data=st.data(), full=SHAPES, seed=st.integers(0, 99))
def test_functions_of_single_cells(data: st.DataObject, full: tuple[int, int], seed: int) -> None:
    row = data.draw(st.sampled_from(OF_KIND[Kind.ELEMENTWISE]))
    rows, columns = full
    smaller = [full, (), (columns,), (1, columns), (rows, 1), (1, 1)]
    shapes = [data.draw(st.sampled_from(smaller)) for _ in range(row.operands)]
    values = drawn(seed, *shapes)
    call = parse(call_of(row, list(values)))
    check(call, values)
    assert all(step.is_last and not step.part for step in steps(call, values))


@examples(48)
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
    values = drawn(seed, shape)
    check(parse(call_of(row, ["A"], *options)), values)
    check(parse(f"1 - {call_of(row, ['A * A'], *options)}"), values)


@examples(40)
@given(
    form=st.sampled_from(["A @ B", "np.dot(A, B)", "np.matmul(A, B)", "(A + A) @ B / 3"]),
    sizes=st.tuples(*[st.integers(1, 4)] * 3),
    vectors=st.tuples(st.booleans(), st.booleans()),
    seed=st.integers(0, 99),
)
def test_products(
    form: str, sizes: tuple[int, int, int], vectors: tuple[bool, bool], seed: int
) -> None:
    values = drawn(seed, sizes[1:2] if vectors[0] else sizes[:2],
                   sizes[1:2] if vectors[1] else sizes[1:])  # fmt: skip
    check(parse(form), values)


@examples(48)
@given(tree=arithmetic("ABC"), full=SHAPES, seed=st.integers(0, 99))
def test_any_tree(tree: Expression, full: tuple[int, int], seed: int) -> None:
    values = drawn(seed, full, (full[1], full[0]), ())
    try:
        infer(tree, {name: tuple(map(Axis, np.shape(value))) for name, value in values.items()})
    except ExpressionError:
        assume(False)
    check(tree, values)


def test_indices_truth_values_and_operators() -> None:
    values = drawn(3, (2, 2), (2, 2), ())
    for text in ("A[1]", "A[:, ::-1] * A", "A[-1, 1] - C", "(A @ B)[0, ::-1]", "(A @ B).T + A.T",
                 "not np.any(A > C)", "C > 2 and np.all(A < 9)", "-A ** 2", "A != B",
                 "np.where(A > 0, A @ B, C)"):  # fmt: skip
        check(parse(text), values)


def test_a_sum_of_no_cells() -> None:
    values = drawn(3, (2, 2), (2, 2))
    for text in ("np.sum(A[:0])", "A[:, :0] @ B[:0]", "1 + np.sum(A[:, 1:1], axis=1)"):
        check(parse(text), values)
        assert all(step.is_last for step in steps(parse(text), values))


def test_the_running_sum_of_a_product_is_added_in_order() -> None:
    values = {"A": np.array([[1.0, 2.0, 3.0]]), "B": np.array([[4.0], [5.0], [-6.0]])}
    found = steps(parse("A @ B / 2"), values)
    assert [step.value for step in found] == [4.0, 14.0, -4.0, -2.0]
    assert [step.text for step in found] == [
        "1 · 4", "4 + 2 · 5", "14 + 3 · (-6)", "(-4) / 2",
    ]  # fmt: skip
    assert [step.part for step in found] == [
        "term 1 of 3 of A @ B", "term 2 of 3 of A @ B", "term 3 of 3 of A @ B", "",
    ]  # fmt: skip
    assert [step.is_last for step in found] == [False] * 3 + [True]
    name, whole = parse("A"), (range(1), range(3))
    assert found[1].reads[name] == ((range(1), range(1, 2)), whole)
    assert name not in found[3].reads


def test_reductions_say_what_they_do_with_each_term() -> None:
    values = {"A": np.array([3.0, 4.0])}
    told = {
        text: [step.text for step in steps(parse(text), values)]
        for text in ("np.sum(A)", "np.mean(A)", "np.max(A)", "np.linalg.norm(A)", "np.any(A)")
    }
    assert told["np.sum(A)"] == ["3", "3 + 4"]
    assert told["np.mean(A)"] == ["3", "3 + 4", "7 / 2"]
    assert told["np.max(A)"] == ["3", "maximum(3, 4)"]
    assert [step.value for step in steps(parse("np.linalg.norm(A)"), values)] == [9, 25, 5]
    assert told["np.any(A)"][1] == "1 or 1"


def test_softmax_goes_by_its_largest_score_and_its_sum() -> None:
    values = {"Z": np.array([[1.0], [3.0]])}
    found = steps(parse("softmax(Z, axis=0)"), values)[:5]
    assert [step.value for step in found] == pytest.approx(
        [1.0, 3.0, np.exp(-2), np.exp(-2) + 1, np.exp(-2) / (np.exp(-2) + 1)]
    )


def test_a_long_sum_goes_in_jumps() -> None:
    assert stops(3) == (1, 2, 3)
    assert stops(EVERY_TERM) == tuple(range(1, EVERY_TERM + 1))
    assert stops(30) == (1, 2, 3, 4, 5, 6, 7, 8, 16, 30)
    assert stops(784)[8:] == (16, 32, 64, 128, 256, 512, 784)
    values = {"A": np.ones((1, 40)), "B": np.full((40, 1), 2.0)}
    found = steps(parse("A @ B"), values)
    assert [step.value for step in found] == [2 * stop for stop in stops(40)]
    assert found[8].part == "terms 9 to 16 of 40 of A @ B"
    assert found[8].text == "16 + 16"


def test_a_difference_in_the_last_bit_is_told() -> None:
    values = {"A": np.array([1.0, 1e16, -1e16, 1.0])}
    assert [step.differs for step in steps(parse("np.sum(A)"), values)][-1] == (
        float(np.sum(values["A"])) != 1.0
    )
    walk = CellWalk(parse("A * 2"), values, values["A"] * 2 + 1)
    assert walk.at(0).differs
    nan = {"A": np.array([np.nan])}
    assert not steps(parse("A * 2"), nan)[0].differs


def test_where_a_cell_begins_and_what_is_computed_by_then() -> None:
    walk = CellWalk(parse("A @ A"), {"A": np.eye(3)}, np.eye(3))
    assert [walk.first_of(cell) for cell in ((0, 0), (0, 2), (1, 0), (2, 2))] == [0, 6, 9, 24]
    step = walk.at(10)
    assert step.cell == (1, 0)
    computed = [step.is_computed(cell) for cell in ((0, 2), (1, 0), (1, 1), (2, 0))]
    assert computed == [True, False, False, False]
    assert walk.at(11).is_computed((1, 0))


def test_an_update_reads_the_value_before_it() -> None:
    timeline = Timeline(program(PAIR))
    timeline.seek(12)
    step = walk_of(timeline.frame()).at(0)
    assert step.value == step.stored
    assert step.text.startswith("0.5 − 0.5 · ")


@examples(25)
@given(sample=samples())
def test_every_line_of_a_network(sample: Sample) -> None:
    timeline = Timeline(sample.program())
    while timeline.time < timeline.length:
        timeline.step()
        walk = walk_of(timeline.frame())
        for step in map(walk.at, range(walk.count)):
            if step.is_last:
                assert step.value == pytest.approx(step.stored, rel=1e-9, abs=1e-12)


def test_a_step_of_a_wide_product_takes_no_time() -> None:
    values = {"W": np.ones((20, 12288)), "X": np.ones((12288, 209))}
    walk = CellWalk(parse("W @ X + 1"), values, evaluate(parse("W @ X + 1"), values))
    started = perf_counter()
    found = [walk.at(number) for number in range(0, walk.count, walk.count // 100)]
    assert (perf_counter() - started) / len(found) < 0.02
    assert Binary("@", *map(parse, "WX")) not in found[0].reads
