"""Exponents that are names: `beta ** t`, as optimizers with a bias correction write them."""

import numpy as np
import pytest

from nnscope.expression.at_complex import evaluate_at_complex
from nnscope.expression.errors import ShapeError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.jacobian import vector_jacobian
from nnscope.expression.mathematics import Typesetter
from nnscope.expression.parse import parse
from nnscope.expression.reverse import pull_back
from nnscope.expression.shapes import Axis, infer
from nnscope.expression.source import source
from nnscope.expression.syntax import Name

SHAPES = {"beta": (), "t": (), "A": (Axis(2), Axis(3)), "y": ()}


@pytest.mark.parametrize("text", ["beta ** t", "A ** t", "2 ** t", "beta ** (t - 1)", "A ** -t"])
def test_an_exponent_may_be_a_name(text: str) -> None:
    values: dict[str, Value] = {
        "beta": np.float64(0.9),
        "t": np.float64(3.0),
        "A": np.full((2, 3), 2.0),
    }
    tree = parse(text)
    assert source(tree) == text
    assert infer(tree, SHAPES) == (SHAPES["A"] if "A" in text else ())
    assert np.array_equal(evaluate(tree, values), eval(text, dict(values)))


def test_an_exponent_is_one_number() -> None:
    with pytest.raises(ShapeError, match=r"an exponent is a single number; A \(2, 3\) is an array"):
        infer(parse("beta ** A"), SHAPES)


def test_a_power_grows_to_infinity_and_no_further() -> None:
    large = {"x": np.float64(1e300), "t": np.float64(1e300)}
    with np.errstate(all="ignore"):
        assert evaluate(parse("x ** t"), large) == np.inf
        assert np.isnan(evaluate(parse("(-2) ** t"), {"t": np.float64(0.5)}))


def test_the_slopes_by_base_and_exponent() -> None:
    values = {"beta": np.float64(0.7), "t": np.float64(2.5)}
    found = pull_back(parse("beta ** t"), values, np.float64(1.0))
    assert found["beta"] == pytest.approx(2.5 * 0.7**1.5, rel=1e-14)
    assert found["t"] == pytest.approx(0.7**2.5 * np.log(0.7), rel=1e-14)
    for name, slope in found.items():
        moved = {**values, name: values[name] + 1e-20j}
        value = evaluate_at_complex(parse("beta ** t"), moved)
        assert np.imag(value) / 1e-20 == pytest.approx(float(slope), rel=1e-14)
        assert np.real(value) == 0.7**2.5


def test_its_texts() -> None:
    tree = parse("beta ** t")
    assert Typesetter(str, SHAPES).typeset(tree) == "(beta)^t"
    by_base = vector_jacobian(tree, "beta", Name("dy"), "y", {**SHAPES, "dy": ()})
    assert source(by_base) == "dy * (t * beta ** (t - 1))"


def test_the_whole_number_below() -> None:
    assert evaluate(parse("np.floor(t / 2)"), {"t": np.float64(5.0)}) == 2.0
