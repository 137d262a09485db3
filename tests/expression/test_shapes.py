import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnscope.expression.errors import ShapeError
from nnscope.expression.evaluate import evaluate
from nnscope.expression.parse import parse
from nnscope.expression.shapes import Axis, Shape, infer, sizes, symbols
from nnscope.expression.syntax import Binary, Expression, walk
from nnscope.limits import CELLS
from tests.examples import examples
from tests.expression.strategies import arithmetic

N0, N1, N2, M = Axis(2, "n0"), Axis(4, "n1"), Axis(1, "n2"), Axis(3, "m")
ONE = Axis(1)
SHAPES: dict[str, Shape] = {
    "X": (N0, M), "Y": (N2, M), "W1": (N1, N0), "b1": (N1, ONE), "A1": (N1, M), "W2": (N2, N1),
    "dZ2": (N2, M), "m": (), "v": (Axis(3),), "t": (Axis(2), Axis(3), Axis(4)),
    "labels": (M,),
}  # fmt: skip

INFERRED: dict[str, Shape] = {
    "3": (),
    "m": (),
    "W1 @ X": (N1, M),
    "W1 @ X + b1": (N1, M),
    "b1 + W1 @ X": (N1, M),
    "np.tanh(W1 @ X + b1)": (N1, M),
    "-np.sum(Y * np.log(Y)) / m": (),
    "dZ2 @ A1.T / m": (N2, N1),
    "W2.T @ dZ2 * (1 - A1 ** 2)": (N1, M),
    "np.sum(dZ2, axis=1, keepdims=True) / m": (N2, ONE),
    "np.sum(X, axis=0)": (M,),
    "np.sum(X, axis=-1)": (N0,),
    "np.sum(X, axis=None)": (),
    "np.sum(X, keepdims=True)": (ONE, ONE),
    "np.linalg.norm(W1)": (),
    "softmax(A1, axis=0)": (N1, M),
    "X.T": (M, N0),
    "t.T": (Axis(4), Axis(3), Axis(2)),
    "v.T": (Axis(3),),
    "v @ v": (),
    "X @ v": (N0,),
    "v @ X.T": (N0,),
    "np.dot(W1, X)": (N1, M),
    "X > 0": (N0, M),
    "np.where(X > 0, X, 0)": (N0, M),
    "leaky_relu(X, 0.1)": (N0, M),
    "np.maximum(b1, A1)": (N1, M),
    "X[0]": (M,),
    "X[0, -1]": (),
    "X[:, 0:1]": (N0, ONE),
    "X[:, ::2]": (N0, Axis(2)),
    "X[::-1]": (N0, M),
    "A1[5:9]": (Axis(0), M),
    "np.max(A1[5:9], axis=1)": (Axis(0),),
    "np.sum(A1[5:9])": (),
    "1 - (X > 0)": (N0, M),
    "X + labels": (N0, M),
    "X + v": (N0, M),
    "Y + labels": (N2, M),
    "labels + Y": (N2, M),
    "not m": (),
    "np.any(X > 0) and m > 0": (),
}


@pytest.mark.parametrize(("text", "shape"), INFERRED.items(), ids=list(INFERRED))
def test_shape_and_the_names_of_its_axes(text: str, shape: Shape) -> None:
    assert infer(parse(text), SHAPES) == shape


def test_the_largest_result_is_still_allowed() -> None:
    shapes = {"c": (Axis(4000), ONE), "r": (ONE, Axis(5000)), "s": (ONE, Axis(5001))}
    assert np.prod(sizes(infer(parse("c * r"), shapes))) == CELLS
    with pytest.raises(ShapeError):
        infer(parse("c * s"), shapes)


def test_a_shape_is_written_with_the_names_it_has() -> None:
    assert symbols((N1, M)) == "(n1, m)"
    assert symbols((N1, ONE)) == "(n1, 1)"
    assert symbols((M,)) == "(m,)"
    assert symbols(()) == "()"


KNOWN = ("a", "b", "c")
Environment = dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]
ENVIRONMENTS = st.fixed_dictionaries(
    {name: st.lists(st.integers(1, 3), max_size=2).map(np.ones) for name in KNOWN}
)


def shapes_of(values: Environment) -> dict[str, Shape]:
    return {name: tuple(Axis(size) for size in value.shape) for name, value in values.items()}


@examples(400)
@given(tree=arithmetic(KNOWN), values=ENVIRONMENTS)
def test_inference_agrees_with_numpy(tree: Expression, values: Environment) -> None:
    shapes = shapes_of(values)
    for node in walk(tree):
        try:
            shape = infer(node, shapes)
        except ShapeError:
            if isinstance(node, Binary) and fits(node.left, shapes) and fits(node.right, shapes):
                with pytest.raises(ValueError):
                    evaluate(node, values)
        else:
            assert sizes(shape) == np.shape(evaluate(node, values))


def fits(tree: Expression, shapes: dict[str, Shape]) -> bool:
    try:
        infer(tree, shapes)
    except ShapeError:
        return False
    return True
