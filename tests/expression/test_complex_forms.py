"""The functions of the language for complex numbers: what the complex step takes for granted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnscope.expression import complex_forms as at
from nnscope.expression.at_complex import evaluate_at_complex
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.operation import Kind, Operation
from nnscope.expression.parse import parse
from nnscope.expression.vjp import derivative
from tests.examples import examples

H = 1e-20
NUMBERS = arrays(np.float64, (3, 4), elements=st.floats(-60, 60))
PLAIN = {"sigmoid", "relu", "softmax", "np.tanh", "np.exp", "np.abs", "np.sign", "np.square",
         "np.sin", "np.cos", "np.max", "np.min", "np.sum", "np.mean", "np.log", "np.log1p",
         "np.sqrt"}  # fmt: skip
POSITIVE = ("np.log", "math.log", "np.log1p", "np.sqrt", "np.power")
KINKED = ("relu", "leaky_relu", "np.abs")


def text(name: str, argument: str = "x") -> str:
    return f"{name}({argument}{', axis=1' if name == 'softmax' else ''})"


def complex_value(expression: str, **values: object) -> np.ndarray:
    return np.asarray(evaluate_at_complex(parse(expression), values))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(PLAIN))
@examples(25)
@given(x=NUMBERS)
def test_the_real_part_is_the_ordinary_function(name: str, x: np.ndarray) -> None:
    if name in POSITIVE:
        x = np.abs(x) + 1e-3
    found = complex_value(text(name), x=x + 1j * H)
    wanted = np.asarray(evaluate(parse(text(name)), {"x": x}))
    # what NumPy computes for complex numbers itself may differ in the last bit
    own, summed = bool(FUNCTIONS[name].at_complex), name in ("np.sum", "np.mean")
    np.testing.assert_allclose(
        found.real, wanted, rtol=1e-15 if own else 1e-14, atol=1e-12 if summed else 1e-39
    )


@pytest.mark.parametrize("name", ["sigmoid", "relu", "np.tanh", "np.exp", "np.log", "np.log1p"])
@examples(25)
@given(x=NUMBERS)
def test_the_real_part_keeps_every_bit(name: str, x: np.ndarray) -> None:
    x = np.abs(x) if name in POSITIVE else x
    found = complex_value(text(name), x=x + 1j * H * np.abs(x))
    wanted = np.asarray(evaluate(parse(text(name)), {"x": x}))
    assert np.array_equal(found.real, wanted)


@pytest.mark.parametrize(
    "row",
    [row for row in FUNCTIONS.values() if row.kind is Kind.ELEMENTWISE and row.vjp[0]],
    ids=lambda row: row.name,
)
@examples(25)
@given(x=arrays(np.float64, (6,), elements=st.floats(-8, 8)))
def test_the_imaginary_part_is_the_derivative(row: Operation, x: np.ndarray) -> None:
    if row.name in POSITIVE:
        x = np.abs(x) + 1e-3
    first, *others = row.letters
    values: dict[str, Value] = {first: x, **{letter: np.float64(0.25) for letter in others}}
    expression = f"{row.name}({', '.join(row.letters)})"
    found = complex_value(expression, **{**values, first: x + 1j * H}).imag / H
    values["y"] = np.asarray(evaluate(parse(expression), values))
    wanted = np.asarray(evaluate(derivative(row), values))
    np.testing.assert_allclose(found, np.broadcast_to(wanted, x.shape), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(
    ("expression", "same"),
    [
        ("sigmoid(z)", "1 / (1 + np.exp(-z))"),
        ("np.tanh(z)", "(np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))"),
        ("np.sqrt(z)", "z ** 0.5"),
        ("softmax(z, axis=0)", "np.exp(z) / np.sum(np.exp(z))"),
        ("np.linalg.norm(z) ** 2", "np.sum(z * z)"),
    ],
)
def test_the_forms_are_analytic_away_from_the_real_line_too(expression: str, same: str) -> None:
    z = np.array([0.3 + 0.4j, 1.5 - 0.2j, 0.7 + 1.1j])
    np.testing.assert_allclose(complex_value(expression, z=z), complex_value(same, z=z), rtol=1e-6)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("relu(z)", 0), ("np.abs(z)", 0), ("z > 0", 0), ("z == 0", 1), ("z <= 0", 1),
        ("np.where(z, 5, 3)", 3), ("np.sign(z)", 0), ("not z", 1), ("z and 5", 1j * H),
        ("z or 5", 5), ("np.any(z)", 0), ("np.all(z == 0)", 1), ("np.maximum(z, 0)", 0),
        ("np.minimum(z, 1)", 1j * H), ("np.isnan(z)", 0), ("leaky_relu(z, 0.5)", 0.5j * H),
        ("z ** 2", 0), ("(z + 2) ** 2", 4 + 4j * H), ("np.sqrt(z)", 0), ("np.linalg.norm(z)", 0),
        ("np.max(z)", 1j * H), ("np.min(z - 1)", -1 + 1j * H),
    ],
)  # fmt: skip
def test_the_real_part_decides(expression: str, value: complex) -> None:
    found = complex_value(expression, z=np.complex128(1j * H))
    assert complex(found) == pytest.approx(value, rel=1e-12, abs=1e-30)


@pytest.mark.parametrize("expression", ["np.log(z)", "np.sqrt(z)", "z ** 0.5", "np.log1p(z - 1)"])
def test_what_no_real_number_has_is_nan(expression: str) -> None:
    assert np.isnan(complex_value(expression, z=np.array([-2 + 1j * H])).real).all()


@pytest.mark.parametrize("x", [-800.0, -40.0, 40.0, 800.0])
def test_saturation_keeps_its_slope(x: float) -> None:
    slope = complex_value("sigmoid(z)", z=np.array([x + 1j * H])).imag[0] / H
    assert slope == pytest.approx(np.exp(-abs(x)), rel=1e-12)
    steep = complex_value("np.tanh(z)", z=np.array([x / 2 + 1j * H])).imag[0] / H
    assert steep == pytest.approx(4 * np.exp(-abs(x)), rel=1e-12)


def test_the_largest_along_an_axis_keeps_its_imaginary_part() -> None:
    z = np.array([[1 + 1j, 3 + 2j], [5 + 3j, 4 + 4j]])
    assert complex_value("np.max(z, axis=0)", z=z).tolist() == [5 + 3j, 4 + 4j]
    assert complex_value("np.min(z, axis=1, keepdims=True)", z=z).tolist() == [[1 + 1j], [4 + 4j]]
    assert complex_value("np.max(z, keepdims=True)", z=z).tolist() == [[5 + 3j]]
    assert complex_value("np.linalg.norm(z, axis=0)", z=z.real + 0j).tolist() == pytest.approx(
        np.linalg.norm(z.real, axis=0)
    )


def test_the_operators_of_the_tree_stay_what_they_are() -> None:
    z = np.array([[1 + 2j, 3 - 1j]])
    assert np.array_equal(complex_value("-z.T[0] + z[0, 1] * 2", z=z), -z.T[0] + z[0, 1] * 2)
    assert at.both(0j, 5) == 0
    assert at.either(1 + 0j, 5) == 1
