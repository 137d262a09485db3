"""The outputs over a grid of two inputs: known boundaries, in both notations."""

import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.insight.surface import Surface, surface, why_no_surface
from tests.samples import program

STRAIGHT = """\
notation = "{notation}"
[data]
X = {{ value = [[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]]{turned} }}
Y = {{ value = [[0.0, 1.0, 1.0, 1.0]]{turned} }}
[[layer]]
units = 1
activation = "sigmoid"
weights = {{ value = [[4.0, 0.0]]{turned} }}
bias = -2.0
[loss]
name = "binary_cross_entropy"
[training]
learning_rate = 1.0
iterations = 200
"""


def found(notation: str, time: int = 0) -> Surface:
    turned = ", transpose = true" if notation == "row" else ""
    built = program(STRAIGHT.format(notation=notation, turned=turned))
    timeline = Timeline(built)
    timeline.seek(time)
    return surface(timeline.frame(), 9, 12)  # x from -0.1 to 1.1, none of them 0.5


@pytest.mark.parametrize("notation", ["column", "row"])
def test_a_boundary_stands_where_the_weighted_sum_is_zero(notation: str) -> None:
    here = found(notation)
    assert np.array_equal(here.regions, np.tile([0] * 6 + [1] * 6, (9, 1)))  # 4 x = 2
    assert here.labels is not None
    assert here.labels.tolist() == [0, 1, 1, 1]
    assert here.found.tolist() == [0, 1, 0, 1]
    assert here.right == 3
    assert np.allclose([here.low, here.high], [[-0.1, -0.1], [1.1, 1.1]])


def test_a_boundary_moves_with_the_updates_and_its_first_row_is_the_upper_one() -> None:
    lines = len(program(STRAIGHT.format(notation="column", turned="")).lines)
    assert np.array_equal(found("column", lines - 1).regions, found("column").regions)
    here = found("column", 150 * lines)  # after the last update of iteration 149
    assert here.right == 4
    assert here.regions[0, 0] == 1
    assert here.regions[-1, 0] == 0


def test_the_largest_of_several_outputs_is_the_class() -> None:
    built = program("""\
[data]
X = [[0.0, 1.0, 2.0], [0.0, 1.0, 0.0]]
[[layer]]
units = 3
activation = "softmax"
weights = [[-9.0, 0.0], [9.0, 0.0], [0.0, 90.0]]
""")
    here = surface(Timeline(built).frame(), 3, 3)
    assert here.labels is None  # there are no targets
    assert here.regions.tolist() == [[2, 2, 2], [2, 2, 2], [0, 1, 1]]


def test_outputs_that_are_no_class_are_divided_into_bands() -> None:
    built = program("""\
[data]
X = [[0.0, 1.0, 2.0], [0.0, 1.0, 0.0]]
[[layer]]
units = 1
activation = "identity"
weights = [[6.0, 0.0]]
""")
    here = surface(Timeline(built).frame(), 2, 6)
    assert here.regions.tolist() == [[0, 1, 2, 3, 4, 5]] * 2


def test_a_network_with_other_inputs_has_no_surface() -> None:
    built = program("""\
[data]
X = [[0.0, 1.0, 2.0]]
[[layer]]
units = 1
activation = "identity"
""")
    assert "two inputs" in why_no_surface(built)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ({"S": "W @ X", "E": "S - Y", "J": "np.sum(E ** 2)"}, ""),
        ({"E": "W @ X - Y", "J": "np.sum(E ** 2)"}, "`E` is computed with the targets"),
    ],
)
def test_outputs_are_read_before_the_targets_come_in(lines: dict[str, str], told: str) -> None:
    text = "[data]\nX = [[0.0, 1.0], [1.0, 0.0]]\nY = [[0.0, 1.0]]\nW = [[1.0, 0.0]]\n"
    lines = {**lines, "dW": "2 * E @ X.T", "W": "W - 0.1 * dW"}
    text += "".join(f'[[line]]\ntarget = "{target}"\nexpression = "{expression}"\n'
                    for target, expression in lines.items())  # fmt: skip
    frame = Timeline(program(text)).frame()
    if told:
        with pytest.raises(ExpressionError, match=told):
            surface(frame, 3, 3)
    else:
        assert surface(frame, 1, 12).regions.tolist() == [[0] * 6 + [1] * 6]
