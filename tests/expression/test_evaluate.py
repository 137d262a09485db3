import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.parse import parse
from nnscope.expression.table import NAMESPACE
from tests.examples import examples

Array = NDArray[np.float64]
TRUTHS = "truth values can't be subtracted or negated; multiply them by 1 first"
X = np.array([[-1000.0, -2.0, 0.0], [3.0, 1000.0, -0.0]])


def value(text: str, **values: Value) -> Value:
    return evaluate(parse(text), values)


def equal(result: Value, wanted: object) -> None:
    expected = np.asarray(wanted)
    assert np.shape(result) == expected.shape  # a plain comparison would broadcast
    np.testing.assert_array_equal(result, expected)


def test_sigmoid_is_exact_at_the_extremes_and_warns_of_nothing() -> None:
    result = value("sigmoid(X)", X=X)
    equal(result, [[0, 1 / (1 + np.exp(2.0)), 0.5], [1 / (1 + np.exp(-3.0)), 1, 0.5]])


def test_softmax_survives_scores_whose_exponentials_overflow() -> None:
    scores = np.array([[1000.0, -1000.0, 0.0], [1000.0, 1000.0, 0.0]])
    equal(value("softmax(Z, axis=0)", Z=scores), [[0.5, 0, 0.5], [0.5, 1, 0.5]])


@examples(40)
@given(scores=arrays(np.float64, (3, 4), elements=st.floats(-1e6, 1e6)))
def test_softmax_gives_probabilities_along_its_axis(scores: Array) -> None:
    for axis, count in ((0, 4), (1, 3)):
        result = np.asarray(value(f"softmax(Z, axis={axis})", Z=scores))
        assert ((result >= 0) & (result <= 1)).all()
        np.testing.assert_allclose(result.sum(axis=axis), np.ones(count), rtol=1e-14)


def test_relu_keeps_what_is_positive() -> None:
    equal(value("relu(X)", X=X), [[0, 0, 0], [3, 1000, 0]])


def test_leaky_relu_lets_a_slope_of_the_rest_through() -> None:
    equal(value("leaky_relu(X, 0.25)", X=X), [[-250, -0.5, 0], [3, 1000, 0]])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("np.log(x)", -np.inf),
        ("1 / x", np.inf),
        ("-1 / x", -np.inf),
        ("x ** -1", np.inf),
        ("x / x", np.nan),
        ("np.log(x - 1)", np.nan),
        ("np.exp(x + 1000)", np.inf),
        ("np.sqrt(x - 1)", np.nan),
    ],
)
def test_overflow_and_division_by_zero_give_their_values_quietly(text: str, wanted: float) -> None:
    equal(value(text, x=np.float64(0)), wanted)
    equal(value(text, x=0.0), wanted)
    equal(value(text, x=np.zeros((2, 2))), np.full((2, 2), wanted))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("W @ A + b", [[21, 28], [46, 62]]),
        ("np.sum(W, axis=1, keepdims=True) / 2", [[1.5], [3.5]]),
        ("np.mean(W, axis=0)", [2, 3]),
        ("-np.sum(W * np.sign(W - 2)) / m", -1.5),
        ("np.where(W > 2, W, 0)", [[0, 0], [3, 4]]),
        ("np.maximum(W, 2.5)", [[2.5, 2.5], [3, 4]]),
        ("np.linalg.norm(b)", 5),
        ("W.T[0, ::-1]", [3, 1]),
        ("(W - 1) ** 2", [[0, 1], [4, 9]]),
        ("np.square(W) - W ** 2", [[0, 0], [0, 0]]),
        ("np.dot(W, A) - W @ A", [[0, 0], [0, 0]]),
        ("np.any(W > 3) and not np.all(W > 3)", True),
        ("W[0, 1] == 2 or m < 0", True),
    ],
)
def test_a_line_gives_what_numpy_gives(text: str, wanted: object) -> None:
    W, A = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[6.0, 8.0], [6.0, 8.5]])
    equal(value(text, W=W, A=A, b=np.array([[3.0], [4.0]]), m=np.float64(4)), wanted)


@pytest.mark.parametrize("text", ["X + 1", "X.T", "X[0]", "X[:, 1:]", "X @ X.T", "np.exp(X)"])
def test_an_array_in_the_result_is_read_only(text: str) -> None:
    result = value(text, X=np.ones((2, 3)))
    assert isinstance(result, np.ndarray)
    with pytest.raises(ValueError, match="read-only"):
        result[...] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        result += 1


def test_a_single_number_stays_a_numpy_number() -> None:
    assert type(value("np.sum(X) / 2", X=X)) is np.float64
    assert type(value("X[0, 0]", X=X)) is np.float64


def test_evaluating_leaves_the_operands_as_they_were() -> None:
    before = X.copy()
    for text in ("X + 1", "relu(X)", "softmax(X, axis=0)", "np.abs(X)", "X ** 2", "-X"):
        value(text, X=X)
    equal(X, before)
    assert X.flags.writeable


@pytest.mark.parametrize("text", ["X", "X.T.T", "m and X", "m or X"])
def test_the_callers_own_array_stays_writeable(text: str) -> None:
    mine = X.copy()
    result = value(text, X=mine, m=np.float64("and" in text))
    assert isinstance(result, np.ndarray)
    assert not result.flags.writeable
    assert mine.flags.writeable


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 / 0", "`1 / 0` can't be computed: division by zero"),
        ("2 + 0 ** -1", "`2 + 0 ** -1` can't be computed: "),
        ("-(X > 0)", f"`-(X > 0)` can't be computed: {TRUTHS}"),
        ("(X > 0) - (X > 1)", f"`(X > 0) - (X > 1)` can't be computed: {TRUTHS}"),
        ("np.max(X[2:])", "`np.max(X[2:])` can't be computed: "),
        ("softmax(X[2:], axis=0)", "`softmax(X[2:], axis=0)` can't be computed: "),
        ("np.mean(X[2:])", "`np.mean(X[2:])` can't be computed: "),
        ("X[7]", "`X[7]` can't be computed: "),
        ("X + X[:, :2]", "`X + X[:, :2]` can't be computed: "),
        ("(not m).T", "`(not m).T` can't be computed: "),
        ("(2.0 ** 64) ** 64", "`(2.0 ** 64) ** 64` can't be computed: the number gets too large"),
        (
            "(X > 0) ** -1",
            "`(X > 0) ** -1` can't be computed: a whole number or a truth value has no negative "
            "power here; divide by it",
        ),
        (
            "np.sign(X > 0)",
            "`np.sign(X > 0)` can't be computed: the function takes no truth values; multiply "
            "them by 1 first",
        ),
        ("x + 1", "`x` has no value: did you mean `X`?"),
    ],
)
def test_what_can_not_be_computed_is_an_expression_error(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(text, X=X, m=np.float64(3))
    assert str(caught.value).startswith(message)


def test_lines_reach_the_listed_functions_and_no_builtins() -> None:
    assert set(NAMESPACE["__builtins__"]) == {"__import__"}  # which no expression can name
    assert set(NAMESPACE) == {"__builtins__"} | {name.partition(".")[0] for name in FUNCTIONS}
    assert {*vars(NAMESPACE["builtins"])} == {"sum"}
