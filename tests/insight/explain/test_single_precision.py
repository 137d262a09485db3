"""Cells of float32: the arithmetic that explains them has the bits that the program has."""

import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from nnscope.insight.explain.cell import explain
from nnscope.insight.explain.cell_steps import walk_of
from nnscope.insight.explain.derivation import derive
from nnscope.insight.explain.rounding_bound import rounding_bound
from tests.samples import PAIR, program

TEXT = 'dtype = "float32"\n' + PAIR
OWN = """
[[override]]
target = "dZ2"
expression = "(1 / 3) * (A2 - Y) * 2 ** -0.5"
"""


@pytest.mark.parametrize("text", [TEXT, TEXT.replace('"tanh"', '"leaky_relu"') + OWN])
def test_every_cell_is_explained_in_its_own_type(text: str) -> None:
    timeline = Timeline(program(text))
    for line in timeline.program.lines:
        timeline.step()
        frame = timeline.frame()
        value = np.asarray(frame.values[line.target])
        for cell in np.ndindex(value.shape):
            found = explain(line.expression, cell, frame.values)
            assert np.asarray(found.exact).dtype == np.float32, line.text
            if any(part.terms is not None for part in found.walk()):
                assert abs(found.value - value[cell]) <= rounding_bound(found), line.text
            else:
                assert found.exact == value[cell], line.text


def test_the_last_step_of_each_cell_is_what_the_line_stored() -> None:
    timeline = Timeline(program(TEXT))
    for _ in timeline.program.lines:
        timeline.step()
        walk = walk_of(timeline.frame())
        for step in filter(lambda each: each.is_last, map(walk.at, range(walk.count))):
            assert np.float32(step.value) == step.value
            assert abs(step.value - step.stored) <= 1e-6 * abs(step.stored)


def test_a_number_has_the_digits_that_numpy_prints() -> None:
    derivation = derive(program(TEXT), "dW1[0, 1]")
    first = str(derivation).split("   ")[0]
    assert first == "dW1[0, 1] = " + str(np.float32(derivation.stored))
    assert "more than rounding" not in derivation.agreement
