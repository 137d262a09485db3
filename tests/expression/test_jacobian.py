"""The right backward lines, in the reader's own names, and the factors of the chain rule."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.jacobian import vector_jacobian
from nnscope.expression.local import local_derivative
from nnscope.expression.mathematics import Typesetter
from nnscope.expression.operation import Kind
from nnscope.expression.parse import parse
from nnscope.expression.reverse import pull_back, summed_back
from nnscope.expression.shapes import Axis, Shape, infer, sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, Name, Number, names, walk
from nnscope.expression.table import row_of
from tests.examples import examples
from tests.expression.strategies import arithmetic


def shape(*lengths: int) -> Shape:
    return tuple(map(Axis, lengths))


BCE = "-np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m"
SHAPES: dict[str, Shape] = {
    "W2": shape(1, 4), "b2": shape(1, 1), "A1": shape(4, 3), "Z1": shape(4, 3),
    "Z2": shape(1, 3), "A2": shape(1, 3), "Y": shape(1, 3), "X": shape(3, 4),
    "v": shape(4), "w": shape(3), "c": shape(4), "m": (), "J": (),
}  # fmt: skip
SHAPES |= {f"d{name}": each for name, each in SHAPES.items()}


@pytest.mark.parametrize(
    ("line", "name", "backward"),
    [
        ("Z2 = W2 @ A1 + b2", "W2", "dZ2 @ A1.T"),
        ("Z2 = W2 @ A1 + b2", "b2", "np.sum(dZ2, axis=1, keepdims=True)"),
        ("Z2 = W2 @ A1 + b2", "A1", "W2.T @ dZ2"),
        ("X = A1.T * 2 + c", "c", "np.sum(dX, axis=0)"),
        ("X = X + m", "m", "np.sum(dX)"),
        ("X = X + b2", "b2", "np.sum(dX, keepdims=True)"),
        ("w = X @ v", "v", "X.T @ dw"),
        ("w = X @ v", "X", "_column(dw) * v"),
        ("A1 = np.tanh(Z1)", "Z1", "dA1 * (1 - A1 ** 2)"),
        ("A2 = sigmoid(Z2)", "Z2", "dA2 * (A2 * (1 - A2))"),
        ("A1 = relu(Z1)", "Z1", "dA1 * (Z1 > 0)"),
        ("A1 = leaky_relu(Z1, 0.1)", "Z1", "dA1 * np.where(Z1 > 0, 1, 0.1)"),
        ("A1 = softmax(Z1, axis=0)", "Z1",
         "A1 * (dA1 - np.sum(dA1 * A1, axis=0, keepdims=True))"),
        ("A1 = np.exp(-Z1)", "Z1", "-dA1 * A1"),
        ("A1 = Z1 ** -2", "Z1", "dA1 * (-2 * Z1 ** -3)"),
        ("A1 = Z1 - m * Z1", "Z1", "dA1 * (1 - m)"),
        ("A1 = Z1 * Z1", "Z1", "dA1 * Z1 * 2"),
        ("Z2 = -(W2 @ A1)", "A1", "-(W2.T @ dZ2)"),
        ("w = np.sum(Z1, axis=0)", "Z1", "_spread(dw, Z1, axis=0)"),
        ("w = np.sum(Z1 * Z1, axis=0)", "Z1", "dw * Z1 * 2"),
        ("A1 = Z1 + (Z1 > 0)", "Z1", "dA1"),
        ("A1 = np.sign(Z1)", "Z1", "0"),
        ("A1 = A1 + 1", "Z1", "0"),
    ],
)  # fmt: skip
def test_the_right_backward_line(line: str, name: str, backward: str) -> None:
    target, text = line.split(" = ")
    expression, arriving = parse(text), Name(f"d{target}")
    found = vector_jacobian(expression, name, arriving, target, SHAPES)
    assert source(found) == backward


@pytest.mark.parametrize(
    ("cost", "gradient"),
    [
        (BCE, "-(Y / A2 - (1 - Y) / (1 - A2)) / m"),
        ("-np.sum(Y * np.log(A2)) / m", "-Y / A2 / m"),
        ("np.sum((A2 - Y) ** 2) / (2 * m)", "(A2 - Y) / m"),
        ("np.sum((A2 - Y) ** 2) / 2", "A2 - Y"),
        ("np.mean((A2 - Y) ** 2)", "2 * (A2 - Y) / 3"),
        ("0.5 * np.sum(A2 ** 2)", "A2"),
        ("np.sum(A2) / m", "_spread(1 / m, A2)"),
    ],
)
def test_the_gradient_of_a_cost(cost: str, gradient: str) -> None:
    assert source(vector_jacobian(parse(cost), "A2", Number(1), "J", SHAPES)) == gradient


@pytest.mark.parametrize(
    ("line", "name", "factor"),
    [
        ("Z2 = W2 @ A1 + b2", "W2", "A1.T"),
        ("Z2 = W2 @ A1 + b2", "A1", "W2.T"),
        ("Z2 = W2 @ A1 + b2", "b2", "1"),
        ("Z2 = -(W2 @ A1) / m", "A1", "-W2.T / m"),
        ("w = X @ v", "X", "v"),
        ("A1 = np.tanh(Z1)", "Z1", "1 - A1 ** 2"),
        ("A2 = sigmoid(Z2)", "Z2", "A2 * (1 - A2)"),
        ("A1 = relu(Z1)", "Z1", "Z1 > 0"),
        (f"J = {BCE}", "A2", "-(Y / A2 - (1 - Y) / (1 - A2)) / m"),
        ("J = np.sum(A2)", "A2", "1"),
        ("J = np.mean(A2)", "A2", "1 / 3"),
        ("w = np.linalg.norm(Z1, axis=0)", "Z1", "np.where(w == 0, 0, 1 / w) * Z1"),
        ("X = A1.T", "A1", "1"),
        ("A1 = np.sign(Z1)", "Z1", "0"),
    ],
)
def test_the_factor_of_the_chain_rule(line: str, name: str, factor: str) -> None:
    target, text = line.split(" = ")
    assert source(local_derivative(parse(text), name, target, SHAPES)) == factor


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("softmax(Z1, axis=0)", "Z1"),
        ("W2 @ np.tanh(A1)", "A1"),
        ("np.tanh(W2 @ A1)", "A1"),
    ],
)
def test_what_is_no_single_factor_is_refused(text: str, name: str) -> None:
    with pytest.raises(ExpressionError, match="has no single factor in the chain rule"):
        local_derivative(parse(text), name, "Z2", SHAPES)


def test_what_only_rules_call_can_be_typeset() -> None:
    write = Typesetter(str, SHAPES).typeset
    found = vector_jacobian(parse("np.max(Z1, axis=0)"), "Z1", Name("dw"), "w", SHAPES)
    assert source(found) == "dw * _taken(w, Z1, axis=0)"
    assert write(found) == "dw ⊙ taken(w)"
    found = vector_jacobian(parse("np.mean(Z1, axis=0)"), "Z1", Name("dw"), "w", SHAPES)
    assert source(found) == "_spread(dw, Z1, axis=0) / 4"
    assert write(found) == "spread(dw) / 4"


VALUES: dict[str, Value] = {
    "W2": np.array([[0.5, -1.0, 0.25], [1.5, 0.75, -0.5], [-0.25, 1.25, 1.0]]),
    "A1": np.array([[1.0, -0.5, 0.75], [0.25, 1.25, -1.5], [-0.75, 0.5, 1.0]]),
    "b2": np.array([[0.5], [-0.25], [1.5]]),
    "v": np.array([0.75, -1.25, 0.5]),
    "m": np.float64(3),
}


@examples(160)
@given(tree=arithmetic(list(VALUES)), seed=st.integers(0, 99))
def test_the_expression_has_the_value_that_reverse_mode_computes(
    tree: Expression, seed: int
) -> None:
    shapes = {name: shape(*np.shape(value)) for name, value in VALUES.items()}
    try:
        shapes["R"] = shapes["dR"] = infer(tree, shapes)
        value = evaluate(tree, VALUES)
    except ExpressionError:
        assume(False)
    random = np.random.default_rng(seed)
    arriving = random.standard_normal(sizes(shapes["R"]))[()]
    values = {**VALUES, "R": value, "dR": arriving}
    found = pull_back(tree, VALUES, arriving)
    assume(np.isfinite(value).all())
    assume(all(np.isfinite(each).all() and np.all(np.abs(each) < 1e6) for each in found.values()))
    for name in names(tree):
        backward = vector_jacobian(tree, name, Name("dR"), "R", shapes)
        gradient = np.asarray(evaluate(backward, values), dtype=float)
        if backward != Number(0):
            assert sizes(infer(backward, shapes)) == gradient.shape == np.shape(VALUES[name])
        np.testing.assert_allclose(
            np.broadcast_to(gradient, found[name].shape), found[name], rtol=1e-9, atol=1e-7
        )


def is_elementwise(tree: Expression) -> bool:
    return all(
        isinstance(node, Name | Number) or row_of(node).kind is Kind.ELEMENTWISE
        for node in walk(tree)
    )


@examples(80)
@given(tree=arithmetic(["A1", "W2", "b2", "m"]))
def test_a_factor_times_what_arrives_is_the_gradient(tree: Expression) -> None:
    shapes = {name: shape(*np.shape(value)) for name, value in VALUES.items()}
    try:
        shapes["R"] = infer(tree, shapes)
        value = evaluate(tree, VALUES)
        factors = {name: local_derivative(tree, name, "R", shapes) for name in names(tree)}
    except ExpressionError:
        assume(False)
    assume(np.isfinite(value).all())
    for name, factor in factors.items():
        local = np.asarray(evaluate(factor, {**VALUES, "R": value}))
        whole = np.broadcast_shapes(np.shape(value), np.shape(VALUES[name]))
        if is_elementwise(tree) and np.shape(value) == whole:
            wanted = pull_back(tree, VALUES, np.ones(whole))[name]
            gradient = summed_back(np.ones(whole) * local, np.shape(VALUES[name]))
            np.testing.assert_allclose(gradient, wanted, rtol=1e-9, atol=1e-9)
