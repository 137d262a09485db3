"""The rules of the table: each vector-Jacobian product against an independent way."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnscope.expression.at_complex import evaluate_at_complex
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.operation import Kind, Operation, Truth
from nnscope.expression.parse import parse
from nnscope.expression.reverse import pull_back
from nnscope.expression.rows.internal import INTERNAL
from nnscope.expression.rows.operators import BINARY, UNARY
from nnscope.expression.source import source
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Items,
    Name,
    Number,
    Slice,
    Transpose,
    Unary,
)
from nnscope.expression.table import row_of
from tests.examples import examples
from tests.expression.calls import call_of

H = 1e-20
STEP = 1e-6
SHAPES = [(), (1,), (3,), (2, 1), (1, 3), (2, 3)]
SHAPES_OF: dict[Kind, Sequence[tuple[int, ...]]] = {
    Kind.SINGLE: [()], Kind.TRANSPOSE: [(3,), (2, 3)], Kind.COLUMN: [(3,)],
    Kind.OUTER: [(3,), (2,)],
    Kind.ALONG_AXIS: SHAPES[1:], Kind.JOINED: SHAPES[1:],
}  # fmt: skip
FACTORS = [((2, 3), (3, 4)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((1, 1), (1, 1))]
EXPONENTS = [Number(2), Number(3), Number(0.5), Number(1), Number(0), Unary("-", Number(2))]
ITEMS: list[Items] = [
    (0,),
    (-1, 1),
    (Slice(None, None, None), 1),
    (Slice(1, None, None),),
    (0, Slice(None, None, -2)),
    (Slice(1, 1, None),),
]


def operations() -> Iterator[Expression]:
    """List an expression for each row of the table, over the names of its rules."""
    for row in FUNCTIONS.values():
        yield parse(call_of(row, (), *("axis=0" for _ in row.needed if "axis" in row.needed)))
    for sign, row in BINARY.items():
        if row.whole is None or row.truth is not Truth.NUMBER:  # `**` has a test of its own
            yield Binary(sign, Name("a"), Name("b"))
    yield from (Unary(sign, Name("x")) for sign in UNARY)
    yield Transpose(Name("x"))
    yield Call("_spread", (Name("a"), Name("b")))
    yield Call("_column", (Name("x"),))


def shapes_of(row: Operation, draw: st.DataObject) -> list[tuple[int, ...]]:
    if row.kind is Kind.PRODUCT:
        return list(draw.draw(st.sampled_from(FACTORS)))
    known = SHAPES_OF.get(row.kind, SHAPES)
    shapes = [draw.draw(st.sampled_from(known)) for _ in range(row.operands)]
    return [shapes[0]] * len(shapes) if row.kind is Kind.JOINED else shapes


def with_options(call: Call, rank: int, draw: st.DataObject) -> Call:
    """Choose options that a call may have for an operand with so many axes."""
    row = row_of(call)
    options = [(name, value) for name, value in call.options if name in row.placed]
    if row.kind is Kind.RESHAPED and not row.placed:
        return call  # only an axis of length 1 can go
    if rank and ("axis" in row.needed or ("axis" in row.options and draw.draw(st.booleans()))):
        options.append(("axis", draw.draw(st.integers(-rank, rank - 1))))
    if "keepdims" in row.options:
        options.append(("keepdims", draw.draw(st.booleans())))
    return Call(call.function, call.arguments, tuple(options))


def drawn(shape: tuple[int, ...], random: np.random.Generator, *, condition: bool) -> Value:
    """Draw numbers away from 0, of both signs; for a condition, 0 and 1."""
    if condition:
        return np.asarray(random.integers(0, 2, shape), dtype=float)[()]
    signs = random.choice([-1.0, 1.0], shape)
    return np.asarray(signs * random.uniform(0.2, 2, shape))[()]


def moved(values: dict[str, Value], name: str, by: Value) -> dict[str, Value]:
    return {**values, name: np.asarray(np.add(values[name], by))[()]}


def check(expression: Expression, values: dict[str, Value], random: np.random.Generator) -> None:
    """Compare the gradients along a random direction with a complex step, or with differences."""
    with np.errstate(all="ignore"):
        if not np.isfinite(np.asarray(evaluate(expression, values), dtype=float)).all():
            values = {name: np.abs(value) for name, value in values.items()}  # a logarithm, a root
    arriving = random.standard_normal(np.shape(evaluate(expression, values)))
    found = pull_back(expression, values, arriving)
    assert set(found) == set(values)
    for name, value in values.items():
        assert found[name].shape == np.shape(value)
        along = random.standard_normal(np.shape(value))

        if isinstance(expression, Call) and expression.function in INTERNAL:
            above, below = (
                np.sum(np.multiply(arriving, evaluate(expression, moved(values, name, by * along))))
                for by in (STEP, -STEP)
            )
            wanted, off = (above - below) / (2 * STEP), 1e-8
        else:
            wanted = (
                np.sum(
                    arriving
                    * np.imag(evaluate_at_complex(expression, moved(values, name, 1j * H * along)))
                )
                / H
            )
            off = 1e-12
        assert np.sum(found[name] * along) == pytest.approx(wanted, rel=1e-11, abs=off), name


@pytest.mark.parametrize("expression", list(operations()), ids=source)
@examples(25)
@given(draw=st.data(), seed=st.integers(0, 2**32 - 1))
def test_a_rule_gives_the_slope_along_any_direction(
    expression: Expression, draw: st.DataObject, seed: int
) -> None:
    random, row = np.random.default_rng(seed), row_of(expression)  # type: ignore[arg-type]
    shapes = shapes_of(row, draw)
    values = {
        letter: drawn(shape, random, condition=place < row.conditions or row.kind is Kind.SINGLE)
        for place, (letter, shape) in enumerate(zip(row.letters, shapes, strict=True))
    }
    if isinstance(expression, Call):
        if row.kind is Kind.SPREAD:
            expression = with_options(expression, len(shapes[1]), draw)
            inner = Call("np.sum", (Name("b"),), expression.options)
            values["a"] = evaluate(inner, values)
        else:
            expression = with_options(expression, len(shapes[0]), draw)
    check(expression, values, random)


@pytest.mark.parametrize("exponent", EXPONENTS, ids=source)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_rule_of_a_power(exponent: Expression, shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(5)
    check(
        Binary("**", Name("x"), exponent),
        {"x": np.abs(drawn(shape, random, condition=False))},
        random,
    )


@pytest.mark.parametrize("items", ITEMS, ids=str)
def test_the_rule_of_an_index(items: Items) -> None:
    random = np.random.default_rng(6)
    x = random.standard_normal((2, 3))
    check(Index(Name("x"), items), {"x": x}, random)
    check(Call("_picked", (Name("x"),), (("at", items),)), {"x": x}, random)
    scattered = Call("_scatter", (Name("g"), Name("x")), (("at", items),))
    check(scattered, {"g": evaluate(Index(Name("x"), items), {"x": x}), "x": x}, random)


@pytest.mark.parametrize(
    ("text", "x", "slope"),
    [
        ("relu(x)", 0.0, 0.0),
        ("leaky_relu(x, 0.25)", 0.0, 0.25),
        ("np.abs(x)", 0.0, 0.0),
        ("np.maximum(x, 2)", 2.0, 0.0),
        ("np.maximum(2, x)", 2.0, 1.0),
        ("np.minimum(x, 2)", 2.0, 0.0),
        ("np.linalg.norm(x)", 0.0, 0.0),
        ("x ** 0", 0.0, 0.0),
        ("x ** 1", 0.0, 1.0),
        ("np.max(x)", [3.0, 1.0, 3.0], [1.0, 0.0, 0.0]),
        ("np.min(x)", [3.0, 1.0, 1.0], [0.0, 1.0, 0.0]),
        ("np.max(x, axis=1)", [[2.0, 2.0], [1.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]]),
        ("np.max(x)", [1.0, np.nan], [0.0, 1.0]),
    ],
)
def test_a_kink_has_the_slope_that_the_complex_step_takes(
    text: str, x: float | list[float], slope: object
) -> None:
    value = np.asarray(x)[()]
    arriving = np.ones(np.shape(evaluate(parse(text), {"x": value})))
    found = pull_back(parse(text), {"x": value}, arriving)["x"]
    assert found.tolist() == slope
    for cell in np.ndindex(value.shape):
        moved = np.asarray(value, dtype=complex)
        moved[cell] += 1j * H
        complex_value = evaluate_at_complex(parse(text), {"x": moved[()]})
        assert np.sum(np.imag(complex_value)) / H == pytest.approx(found[cell], abs=1e-30)


def test_every_row_that_gives_numbers_has_a_rule_for_each_operand() -> None:
    for row in (*FUNCTIONS.values(), *BINARY.values(), *UNARY.values(), *INTERNAL.values()):
        assert len(row.vjp) == row.operands, row.name
        if row.truth is Truth.MADE:
            assert not any(row.vjp), row.name
