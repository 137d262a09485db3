"""The functions that courses use: each as NumPy has it, with its slope, its shape and its words."""

from collections.abc import Mapping

import numpy as np
import pytest

from nnscope.engine.frame import Event
from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError, ShapeError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.jacobian import vector_jacobian
from nnscope.expression.kinks import side_of_bounds
from nnscope.expression.mathematics import Typesetter
from nnscope.expression.parse import parse
from nnscope.expression.reverse import pull_back
from nnscope.expression.shapes import Axis, Shape, infer, sizes, symbols
from nnscope.expression.source import source
from nnscope.expression.syntax import Name, names
from nnscope.insight.explain.arithmetic import arithmetic
from nnscope.insight.explain.cell import explain
from nnscope.insight.explain.environment import shapes_of
from nnscope.insight.line.phrase import Recipe
from tests.hand_built import HandBuilt
from tests.insight.explain.test_cell_steps import check as check_steps

_draw = np.random.default_rng(7)
VALUES: dict[str, Value] = {
    "A": _draw.normal(size=(3, 4)), "B": _draw.uniform(0.2, 2, (3, 4)), "r": _draw.normal(size=4),
    "u": _draw.normal(size=3), "J": np.array([[0.75]]), "s": np.float64(2.5),
}  # fmt: skip
HOLES = np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, 5.0], [np.nan, np.nan, np.nan]])

CALLS = [
    "np.add(A, r)", "np.subtract(A, s)", "np.multiply(A, B)", "np.divide(A, B)",
    "np.power(B, 2)", "np.power(B, 0.5)", "np.power(B, A)", "np.power(B, s)", "np.power(B, -2)",
    "np.power(A, 3.0)", "np.transpose(A)", "np.transpose(A)[1:] @ B", "np.reshape(A, (2, 6))",
    "np.reshape(A, (4, -1))", "np.reshape(A, -1)", "np.reshape(u, (3, 1)) * A",
    "np.reshape(J, ())", "np.squeeze(J)", "np.squeeze(J, axis=1)", "np.squeeze(A)",
    "np.squeeze(np.sum(A, axis=0, keepdims=True))", "np.outer(u, r)", "np.outer(u * u, A[0])",
    "np.clip(A, -0.5, 0.5)", "np.clip(A, 0, B)", "np.mean(A, axis=1)",
    "np.std(A)", "np.std(A, axis=0)", "np.std(A, axis=1, keepdims=True)",
    "np.std(A, axis=-1, ddof=1)", "np.var(A, axis=0)", "np.var(A, ddof=2)", "np.nansum(A, axis=1)",
    "np.nanmean(A)", "np.nanmean(A, axis=0, keepdims=True)", "np.argmax(A, axis=0)",
    "np.argmax(A)", "np.argmax(A, axis=1, keepdims=True)", "np.zeros_like(A)",
    "np.ones_like(A) * s", "np.concatenate((A, B))", "np.concatenate([A, B], axis=1)",
    "np.concatenate((u, r, u))", "np.concatenate((A, B, A.T.T, 2 * A), axis=-1)",
    "np.concatenate((A[:, :1], A), axis=1) @ np.concatenate((r, u[:1]))",
]  # fmt: skip


def holed(text: str) -> Value:
    return evaluate(parse(text), {"N": HOLES})


@pytest.mark.parametrize("text", CALLS)
def test_the_value_is_numpys_bit_for_bit(text: str) -> None:
    found = evaluate(parse(text), VALUES)
    wanted = eval(text, {"np": np}, dict(VALUES))
    assert np.shape(found) == np.shape(wanted) == sizes(infer(parse(text), shapes_of(VALUES)))
    assert np.asarray(found).dtype == np.asarray(wanted).dtype
    assert np.array_equal(found, wanted)
    assert parse(source(parse(text))) == parse(text)


@pytest.mark.parametrize("text", CALLS)
def test_the_gradient_is_the_slope_of_a_centred_difference(text: str) -> None:
    tree = parse(text)
    arriving = np.asarray(np.random.default_rng(3).normal(size=np.shape(evaluate(tree, VALUES))))
    found = pull_back(tree, VALUES, arriving)

    def total(name: str, cell: tuple[int, ...], step: float) -> float:
        moved = np.array(VALUES[name])
        moved[cell] += step
        value = evaluate(tree, {**VALUES, name: moved[()]})
        return float(np.sum(arriving * np.asarray(value)))

    for name in names(tree):
        for cell in np.ndindex(np.shape(VALUES[name])):
            slope = (total(name, cell, 1e-6) - total(name, cell, -1e-6)) / 2e-6
            assert found[name][cell] == pytest.approx(slope, abs=1e-7, rel=1e-5), (name, cell)


@pytest.mark.parametrize("text", CALLS)
def test_the_gradient_in_names_has_the_same_value(text: str) -> None:
    tree = parse(text)
    result = evaluate(tree, VALUES)
    arriving = np.random.default_rng(4).normal(size=np.shape(result))[()]
    values: Mapping[str, Value] = {**VALUES, "C": result, "dC": arriving}
    for name, wanted in pull_back(tree, VALUES, arriving).items():
        line = vector_jacobian(tree, name, Name("dC"), "C", shapes_of(values))
        np.testing.assert_allclose(
            np.asarray(evaluate(line, values), float), wanted, rtol=1e-12, atol=1e-12
        )


@pytest.mark.parametrize("text", CALLS)
def test_every_cell_is_explained(text: str) -> None:
    whole = np.asarray(evaluate(parse(text), VALUES))
    for cell in np.ndindex(whole.shape):
        found = explain(parse(text), cell, VALUES)
        assert found.value == pytest.approx(float(whole[cell]), rel=1e-13, abs=1e-15)
        assert arithmetic(found)


@pytest.mark.parametrize("text", CALLS)
def test_every_cell_is_computed_step_by_step_from_what_it_reads(text: str) -> None:
    check_steps(parse(text), {name: VALUES[name] for name in names(parse(text))})


@pytest.mark.parametrize(
    ("text", "cell", "wanted"),
    [
        ("np.add(P, 2)", (0, 1), "add(-0.5, 2) = (-0.5) + 2"),
        ("np.power(P, 2)", (0, 1), "power(-0.5, 2) = (-0.5) ^ 2"),
        ("np.transpose(P)", (1, 0), "-0.5"),
        ("np.reshape(P, -1)", (3,), "4"),
        ("np.squeeze(P[:1])", (1,), "-0.5"),
        ("np.concatenate((P, P * 2))", (3, 1), "4 · 2"),
        ("np.outer(P[0], P[1])", (1, 1), "outer(-0.5, 4) = (-0.5) · 4"),
        ("np.var(P, axis=0)", (0,), "(0.25 + 0.25) / 2"),
        ("np.std(P, axis=0, ddof=1)", (0,), "sqrt((0.25 + 0.25) / 1)"),
        ("np.nansum(H)", (), "1 + 0 + 2"),
        ("np.nanmean(H)", (), "(1 + 0 + 2) / (1 + 0 + 1)"),
        ("np.argmax(P, axis=1)", (1,), "argmax(2, 4)"),
        ("np.zeros_like(P)", (1, 1), "zeros_like(4) = 0"),
    ],
)
def test_the_arithmetic_of_a_cell(text: str, cell: tuple[int, ...], wanted: str) -> None:
    values: dict[str, Value] = {
        "P": np.array([[1.0, -0.5], [2.0, 4.0]]), "H": np.array([1.0, np.nan, 2.0]),
    }  # fmt: skip
    assert arithmetic(explain(parse(text), cell, values)) == wanted


def test_nan_is_left_out_and_its_slope_is_0() -> None:
    np.testing.assert_array_equal(holed("np.nansum(N, axis=1)"), [4, 5, 0])
    np.testing.assert_array_equal(holed("np.nanmean(N, axis=1)"), [2, 5, np.nan])
    for text, slope in (("np.nansum(N)", 1), ("np.nanmean(N)", 1 / 3)):
        found = pull_back(parse(text), {"N": HOLES}, np.float64(1))["N"]
        np.testing.assert_allclose(found, np.where(np.isnan(HOLES), 0, slope))


def test_kinks_and_flat_places() -> None:
    x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    slopes = pull_back(parse("np.clip(x, -1, 1)"), {"x": x}, np.ones(5))["x"]
    assert slopes.tolist() == [0, 0, 1, 0, 0]
    assert side_of_bounds(x, np.array(-1.0), np.array(1.0)).tolist() == [0, 0, 1, 1, 3]
    for name in ("np.argmax", "np.zeros_like", "np.ones_like"):
        assert not any(FUNCTIONS[name].vjp)
    assert "its slope is 0 almost everywhere" in FUNCTIONS["np.argmax"].meaning
    flat = np.full(3, 2.0)
    assert pull_back(parse("np.std(x)"), {"x": flat}, np.float64(1))["x"].tolist() == [0, 0, 0]


N1, M = Axis(3, "n1"), Axis(4, "m")
SHAPES: dict[str, Shape] = {"Z": (N1, M), "v": (M,), "b": (N1, Axis(1)), "J": (Axis(1), Axis(1))}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("np.transpose(Z)", "(m, n1)"), ("np.reshape(v, (1, -1))", "(1, m)"),
        ("np.reshape(Z, (2, 6))", "(2, 6)"), ("np.squeeze(b)", "(n1,)"),
        ("np.squeeze(J)", "()"), ("np.outer(v, v)", "(m, m)"),
        ("np.concatenate((Z, b), axis=1)", "(n1, 5)"), ("np.std(Z, axis=1)", "(n1,)"),
        ("np.argmax(Z, axis=0)", "(m,)"), ("np.power(Z, v)", "(n1, m)"),
    ],
)  # fmt: skip
def test_shapes_keep_the_names_of_their_axes(text: str, wanted: str) -> None:
    assert symbols(infer(parse(text), SHAPES)) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("np.reshape(Z, (5, 2))", "`np.reshape(Z, (5, 2))`: the 12 cells of (3, 4) do not fill "
         "the shape (5, 2)"),
        ("np.reshape(Z, (-1, -1))", "a shape has lengths from 0, and -1 once for the length that "
         "is left"),
        ("np.reshape(Z, (5, -1))", "the 12 cells of (3, 4) do not fill the shape (5, -1)"),
        ("np.reshape(Z, (1, 1, 1, 1, 1, 1, 1, 12, 1))", "a shape has 8 axes at most"),
        ("np.squeeze(Z, axis=1)", "axis 1 has the length 4; only a length of 1 can go"),
        ("np.squeeze(Z, axis=2)", "there is no axis 2"),
        ("np.outer(Z, v)", "Z (3, 4) = (n1, m) has 2 axes, and np.outer takes vectors of one"),
        ("np.concatenate((Z, v))", "both must have as many axes"),
        ("np.concatenate((Z, b))", "only axis 0 may differ, but on axis 1 4 meets 1"),
        ("np.concatenate((np.sum(Z), np.sum(v)))", "single numbers have no axis to be joined"),
        ("np.std(b, axis=1, ddof=1)", "1 cell less ddof=1 leaves none to divide by"),
        ("np.add(Z, b.T)", "on axis 1, 4 cells (m) meet 3 cells (n1)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(text: str, message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        infer(parse(text), SHAPES)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "phrase", "symbol"),
    [
        ("np.add(Z, b)", "Z plus b", "Z + b"),
        ("np.multiply(Z, Z)", "Z times (cell by cell) Z", "Z ⊙ Z"),
        ("np.power(Z, 2)", "Z squared", "Z²"),
        ("np.transpose(Z)", "np.transpose(Z)", "Zᵀ"),
        ("np.reshape(v, (1, -1))", "v in the shape (1, -1)", "reshape(v)"),
        ("np.concatenate((Z, b, Z), axis=1)", "Z, b and Z, one behind the other along axis 1",
         "[[Z; b]; Z]"),
        ("np.outer(v, v)", "every cell of v times every cell of v", "v ⊗ v"),
        ("np.std(Z)", "the standard deviation of Z", "std Z"),
        ("np.clip(Z, 0, 1)", "Z, but at least 0 and at most 1", "clip(Z, 0, 1)"),
        ("np.zeros_like(Z)", "0 in every cell, in the shape of Z", "zeros_like(Z)"),
        ("np.argmax(Z, axis=0)",
         "the place of the largest over the n1 units of layer 1 (axis 0) of Z", "argmaxₙ₁ Z"),
    ],
)  # fmt: skip
def test_the_words(text: str, phrase: str, symbol: str) -> None:
    assert Recipe(SHAPES, source).say(parse(text)) == phrase
    assert Typesetter(str, SHAPES).typeset(parse(text)) == symbol


NETWORK = HandBuilt(
    "courses",
    """
    Z = np.add(np.dot(np.transpose(W), X), b)
    A = np.divide(1, np.add(1, np.exp(np.subtract(0, Z))))
    S = np.clip(np.concatenate((A, np.zeros_like(A), np.ones_like(A)), axis=1), 0.01, 0.99)
    O = np.outer(np.mean(S, axis=1), np.std(S, axis=0)) + np.var(S)
    P = np.argmax(A, axis=1, keepdims=True)
    J = np.squeeze(np.reshape(np.nanmean(np.power(A - P, 2)) + np.nansum(O), (1, 1)))
    dA = np.divide(np.multiply(2, A - P), 12.0)
    dW = X @ np.transpose(dA)
    W = np.subtract(W, np.multiply(0.1, dW))
    """,
    {"W": np.array([[0.1, -0.2], [0.3, 0.4]]), "X": np.array([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]]),
     "b": np.array([[0.1], [0.2]])},
    cost="J",
    iterations=40,
)  # fmt: skip


def test_a_program_of_them_steps_and_runs_to_the_same_bits() -> None:
    program = NETWORK.program()
    stepped: dict[str, Event] = {}
    for event in Timeline(program).events():
        stepped[event.line.target] = event
    ran = Timeline(program)
    ran.seek(ran.length)
    values = ran.frame().values
    for target, event in stepped.items():
        assert np.array_equal(np.asarray(values[target]), np.asarray(event.value)), target
    assert program.lines[0].text == "Z = np.add(np.dot(np.transpose(W), X), b)"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("len(X)", "`len` is not a function of the language: lengths have names here, such as `m`"),
        ("X.shape[1]", "lengths have names here, such as `m` for the number of examples"),
        (
            "2 * np.pi",
            "`.pi`: the only attribute is `.T`, and functions must be called: write 3.14",
        ),
        ("np.einsum(X)", "write it with `@`, `*`, `.T` and np.sum"),
        ("np.vstack(X)", "write np.concatenate((a, b), axis=0)"),
        ("np.argmin(X)", "write np.argmax(-x)"),
        ("np.median(X)", "is not a function of the language, though NumPy has it. It has sigmoid"),
        ("np.random.randn(X)", "no line draws; an array can be drawn under [data]"),
        ("np.powr(X, 2)", "did you mean `np.power`?"),
        ("np.reshpae(X, 2)", "did you mean `np.reshape`?"),
        ("power(X, 2)", "did you mean `np.power`?"),
        ("np.sigmoid(X)", "did you mean `sigmoid`?"),
        ("np.sum(X, 0)", "np.sum takes 1 argument, this call has 2; an option has its name: axis="),
        ("np.reshape(X)", "np.reshape needs its shape: np.reshape(x, (3, -1)), where -1 stands"),
        ("np.reshape(X, (m, 1))", "a shape must be whole numbers, such as (3, -1)"),
        ("np.concatenate(X, Y)", "np.concatenate takes its arrays in brackets of their own"),
        ("np.concatenate((X,))", "np.concatenate takes its arrays in brackets of their own"),
        ("np.std(X, ddof=-1)", "ddof must be 0 or more"),
    ],
)
def test_what_is_not_there_is_told_with_the_way_to_write_it(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert message in str(caught.value)


@pytest.mark.parametrize("word", ["cov", "median", "linspace", "prod", "round", "cumsum"])
def test_a_function_of_numpy_is_no_misspelling(word: str) -> None:
    with pytest.raises(ExpressionError, match="though NumPy has it"):
        parse(f"np.{word}(X)")
