"""np.arctan, all of whose uses come from its row: value, slope, arithmetic, words, run mode."""

import numpy as np

from nnscope.engine.run.statements import Statements
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.jacobian import vector_jacobian
from nnscope.expression.local import local_derivative
from nnscope.expression.mathematics import Typesetter
from nnscope.expression.parse import parse
from nnscope.expression.reverse import pull_back
from nnscope.expression.shapes import Axis, infer
from nnscope.expression.source import source
from nnscope.expression.syntax import Name
from nnscope.insight.explain.arithmetic import arithmetic
from nnscope.insight.explain.cell import explain
from nnscope.insight.line.phrase import Recipe

LINE = parse("np.arctan(Z)")
VALUES: dict[str, Value] = {"Z": np.array([[1.0, -2.0], [0.5, 0.0]])}
SHAPES = {name: (Axis(2), Axis(2)) for name in ("Z", "A", "dA")}


def test_its_value_and_its_shape() -> None:
    assert np.array_equal(evaluate(LINE, VALUES), np.arctan(VALUES["Z"]))
    assert infer(LINE, SHAPES) == SHAPES["Z"]


def test_its_slope_in_numbers_and_in_names() -> None:
    found = pull_back(LINE, VALUES, np.ones((2, 2)))["Z"]
    np.testing.assert_allclose(found, 1 / (1 + np.square(VALUES["Z"])))
    assert source(vector_jacobian(LINE, "Z", Name("dA"), "A", SHAPES)) == "dA / (1 + Z ** 2)"
    assert source(local_derivative(LINE, "Z", "A", SHAPES)) == "1 / (1 + Z ** 2)"


def test_its_texts() -> None:
    assert Typesetter(str, SHAPES).typeset(LINE) == "arctan(Z)"
    assert Recipe(SHAPES, source).say(LINE) == "arctan of every cell of Z"
    assert arithmetic(explain(LINE, (0, 1), VALUES)) == "arctan(-2)"


def test_it_runs_in_a_buffer() -> None:
    values = {**VALUES, "A": evaluate(LINE, VALUES)}
    assert Statements(values, set()).assign("A", LINE) == ["_arctan(Z, A)"]
