import tracemalloc

import pytest

from nnscope.expression.errors import ExpressionError, ShapeError, UnknownNameError
from nnscope.expression.parse import parse
from nnscope.expression.shapes import Axis, Shape, infer

N0, N1, N2, M = Axis(2, "n0"), Axis(4, "n1"), Axis(1, "n2"), Axis(3, "m")
ONE = Axis(1)
SHAPES: dict[str, Shape] = {
    "X": (N0, M), "Y": (N2, M), "W1": (N1, N0), "b1": (N1, ONE), "A1": (N1, M), "dZ2": (N2, M),
    "m": (), "v": (Axis(3),), "u": (Axis(4),), "t": (Axis(2), Axis(3), Axis(4)),
    "row": (ONE, Axis(10**6)), "column": (Axis(10**6), ONE),
}  # fmt: skip

PRODUCT = "the {} on the left must agree with the {} on the right"
NUMBER = "`m` is a single number: `@` multiplies matrices, `*` multiplies by a number"
TRUTH = "needs one truth value; wrap it in np.any(...) or np.all(...)"
LARGE = "would have 1,000,000,000,000 cells; the most is 20,000,000"

MISFITS = {
    "X @ W1": "X (2, 3) = (n0, m) @ W1 (4, 2) = (n1, n0): "
    + PRODUCT.format("3 columns (m)", "4 rows (n1)"),
    "A1 @ (W1 @ X)": "A1 (4, 3) = (n1, m) @ W1 @ X (4, 3) = (n1, m): "
    + PRODUCT.format("3 columns (m)", "4 rows (n1)"),
    "W1 @ Y": "W1 (4, 2) = (n1, n0) @ Y (1, 3) = (n2, m): "
    + PRODUCT.format("2 columns (n0)", "1 row (n2)"),
    "b1 @ X": "b1 (4, 1) = (n1, 1) @ X (2, 3) = (n0, m): "
    + PRODUCT.format("1 column", "2 rows (n0)"),
    "X @ u": "X (2, 3) = (n0, m) @ u (4,): " + PRODUCT.format("3 columns (m)", "4 rows"),
    "v @ u": "v (3,) @ u (4,): " + PRODUCT.format("3 columns", "4 rows"),
    "m @ X": NUMBER,
    "X @ m": NUMBER,
    "np.dot(m, X)": NUMBER.replace("`@`", "np.dot"),
    "np.dot(X, W1)": "np.dot of X (2, 3) = (n0, m) and W1 (4, 2) = (n1, n0): "
    + PRODUCT.format("3 columns (m)", "4 rows (n1)"),
    "m.T": "`m` is a single number: `.T` is for arrays",
    "(not m).T": "`not m` is a single number: `.T` is for arrays",
    "np.sum(m, axis=0)": "`np.sum(m, axis=0)`: m () is a single number and has no axis 0",
    "np.sum(v, axis=1)": "`np.sum(v, axis=1)`: there is no axis 1; v (3,) has 1 axis, "
    "counted from 0",
    "np.sum(X, axis=-3)": "`np.sum(X, axis=-3)`: there is no axis -3; X (2, 3) = (n0, m) has "
    "2 axes, counted from 0",
    "np.max(X[2:])": "`np.max(X[2:])`: X[2:] (0, 3) = (0, m) has no cells to take it of",
    "np.min(X[2:], axis=0)": "`np.min(X[2:], axis=0)`: X[2:] (0, 3) = (0, m) has no cells to "
    "take it of",
    "np.mean(v[:0])": "`np.mean(v[:0])`: v[:0] (0,) has no cells to take it of",
    "softmax(X[2:], axis=0)": "`softmax(X[2:], axis=0)`: X[2:] (0, 3) = (0, m) has no cells to "
    "take it of",
    "t @ X": "`t` has 3 axes; `@` takes one or two here",
    "X and m": f"X (2, 3) = (n0, m): `and` {TRUTH}",
    "m or X > 0": f"X > 0 (2, 3) = (n0, m): `or` {TRUTH}",
    "not v": f"v (3,): `not` {TRUTH}",
    "X[2]": "`X[2]`: index 2 is outside 0 to 1",
    "X[0, -4]": "`X[0, -4]`: index -4 is outside 0 to 2",
    "m[0]": "`m[0]`: 1 index, but the shape is ()",
    "X[5:][0]": "`X[5:][0]`: index 0 has no cell to point at",
    "X[0, 1, 2]": "`X[0, 1, 2]`: 3 indices, but the shape is (2, 3)",
    "column * row": f"`column * row` {LARGE}",
    "column @ row": f"`column @ row` {LARGE}",
    "np.sum(column + row)": f"`column + row` {LARGE}",
}


@pytest.mark.parametrize(("text", "message"), MISFITS.items(), ids=list(MISFITS))
def test_a_misfit_names_the_operands_and_the_axes(text: str, message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        infer(parse(text), SHAPES)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "operands", "pair"),
    [
        ("X + b1", "X (2, 3) = (n0, m) + b1 (4, 1) = (n1, 1): on axis 0, ",
         "2 cells (n0) meet 4 cells (n1)"),
        ("A1 * X.T", "A1 (4, 3) = (n1, m) * X.T (3, 2) = (m, n0): on axis 0",
         "4 cells (n1) meet 3 cells (m)"),
        ("Y - u", "Y (1, 3) = (n2, m) - u (4,): on axis 1", "3 cells (m) meet 4 cells"),
        ("v / u", "v (3,) / u (4,): on axis 0", "3 cells meet 4 cells"),
        ("X < W1", "X (2, 3) = (n0, m) < W1 (4, 2) = (n1, n0): on axis 0",
         "2 cells (n0) meet 4 cells (n1)"),
        ("np.maximum(X, b1)", "X (2, 3) = (n0, m) and b1 (4, 1) = (n1, 1): on axis 0",
         "2 cells (n0) meet 4 cells (n1)"),
    ],
)  # fmt: skip
def test_cells_that_do_not_pair_up_are_counted(text: str, operands: str, pair: str) -> None:
    with pytest.raises(ShapeError) as caught:
        infer(parse(text), SHAPES)
    assert str(caught.value).startswith(operands)
    assert str(caught.value).endswith(f", {pair}; they must agree, or one of them be 1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-(X > 0)", "`-(X > 0)`: `-` takes no truth values; make them numbers, as in 1 * (X > 0)"),
        (
            "(X > 0) - (X > 1)",
            "`(X > 0) - (X > 1)`: `-` takes no truth values; make them numbers, as in 1 * (X > 0)",
        ),
        (
            "-np.any(X > 0)",
            "`-np.any(X > 0)`: `-` takes no truth values; make them numbers, "
            "as in 1 * (np.any(X > 0))",
        ),
    ],
)
def test_truth_values_are_not_subtracted(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        infer(parse(text), SHAPES)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dz2 + 1", "`dz2` has no value: did you mean `dZ2`?"),
        ("np.sum(w1)", "`w1` has no value: did you mean `W1`?"),
        ("colums - 1", "`colums` has no value: did you mean `column`?"),
        ("open", "`open` has no value"),
        ("np.abs(quit)", "`quit` has no value"),
    ],
)
def test_an_unknown_name_is_told_with_its_neighbour(text: str, message: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        infer(parse(text), SHAPES)
    assert str(caught.value) == message


def test_a_far_too_large_result_is_refused_before_anything_is_allocated() -> None:
    trees = [parse(text) for text in ("column * row", "column @ row", "np.sum(column + row)")]
    tracemalloc.start()
    try:
        for tree in trees:
            with pytest.raises(ShapeError):
                infer(tree, SHAPES)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2**20
