"""The network as a drawing."""

import numpy as np
import pytest

from nnscope.tui.picture import Room
from nnscope.tui.pictures.network import NetworkPicture
from nnscope.tui.view import Selection
from tests.samples import library, program
from tests.tui.pictures.views import drawn, view_of

DASHED = """\
[data]
X = [[1.0]]
[[layer]]
units = 1
activation = "identity"
weights = [[{weight}]]
"""


def test_units_show_the_selected_example_and_the_lit_layer() -> None:
    view = view_of(library("two_layer"), 2, Selection(-1, 0, 1))  # A1, second example
    text = "\n".join(drawn(NetworkPicture, view, Room(60, 16)))
    a1 = np.asarray(view.frame.by_name["A1"])
    assert "[A1]" in text  # the current line's layer
    assert "[A2]" not in text
    assert f"[{a1[0, 1]:>7.4g}]"[1:6] in text
    assert "example 1 of 3" in text
    assert text.count("∂") == 5  # the gradients to come, below each unit


def test_gradients_take_the_place_of_activations_where_there_is_little_room() -> None:
    view = view_of(library("two_layer"), 9)
    low, high = (drawn(NetworkPicture, view, Room(60, height)) for height in (7, 20))
    gradient = f"{np.asarray(view.frame.by_name['dZ1'])[0, 0]:.2g}"[:5]
    for lines in (low, high):
        assert gradient in "\n".join(lines)
    assert sum("[" in line for line in low[1:]) == 4  # a row a unit


@pytest.mark.parametrize(("weight", "dots"), [(2.0, {"⠶"}), (-2.0, {"⠶", " "})])
def test_a_negative_weight_is_dashed(weight: float, dots: set[str]) -> None:
    view = view_of(program(DASHED.format(weight=weight)), 2)
    lines = drawn(NetworkPicture, view, Room(60, 5))
    (row,) = (line for line in lines if "[" in line and "W1" in line)
    line = row[row.index("]") + 1 : row.index(" W1")]
    assert set(line) == dots
    assert f"W1 {weight:g}" in row


def test_layers_and_units_without_room_are_counted() -> None:
    view = view_of(library("two_layer"), 2)
    assert any("+" in line for line in drawn(NetworkPicture, view, Room(40, 5)))
    deep = view_of(library("deep_network"), 5)
    text = "\n".join(drawn(NetworkPicture, deep, Room(14, 12)))
    assert "[" in text


def test_a_program_without_layers_says_so() -> None:
    view = view_of(program('[data]\nA = [[1.0]]\n[[line]]\ntarget = "B"\nexpression = "A * 2"\n'))
    assert NetworkPicture.why_not(view) == "No layers can be told in this program."
