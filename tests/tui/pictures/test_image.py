"""A matrix as an image, and weights as tiles."""

import numpy as np
import pytest

from nnscope.tui.draw.shades import NEGATIVE, POSITIVE, half_blocks, levels, shade, shrunk
from nnscope.tui.draw.style import LEVELS
from nnscope.tui.draw.text import segments
from nnscope.tui.picture import Room
from nnscope.tui.pictures.image import ImagePicture
from nnscope.tui.view import Selection
from tests.samples import program
from tests.tui.pictures.views import drawn, view_of

DIGITS = """\
notation = "{notation}"
[data]
X = {{ draw = "rand", shape = [{shape}] }}
[[layer]]
units = {units}
activation = "tanh"
weights = {{ draw = "linspace", start = -1.0, stop = 1.0 }}
"""


def test_shades_tell_sign_and_size_without_colours() -> None:
    assert shade(0) == " "
    assert {shade(level) for level in range(1, LEVELS + 1)} == {*POSITIVE}
    assert {shade(-level) for level in range(1, LEVELS + 1)} == {*NEGATIVE}
    found = levels(np.array([[-2.0, 0.0, np.nan, 1.0]]), 2.0)
    assert found.tolist() == [[-LEVELS, 0, 0, LEVELS // 2]]


def test_a_pixel_of_a_shrunk_matrix_is_the_mean_of_its_cells() -> None:
    values = np.arange(12.0).reshape(3, 4)
    assert shrunk(values, 3, 2).tolist() == [[0.5, 2.5], [4.5, 6.5], [8.5, 10.5]]
    assert shrunk(values, 1, 1).tolist() == [[5.5]]


def test_half_blocks_grow_lighter_with_the_number_in_grey_too() -> None:
    greys = []
    for level in range(-LEVELS, LEVELS + 1):
        (line,) = half_blocks(np.array([[level]]), dark=True)
        (pixel,) = segments(line)
        assert pixel.style is not None
        assert pixel.style.color is not None
        red, green, blue = pixel.style.color.get_truecolor()
        greys.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    assert greys == sorted(greys)
    assert len(set(greys)) == len(greys)


@pytest.mark.parametrize("notation", ["column", "row"])
def test_weights_of_pictures_are_tiles(notation: str) -> None:
    shape = "64, 5" if notation == "column" else "5, 64"
    built = program(DIGITS.format(notation=notation, shape=shape, units=10))
    view = view_of(built, 1, Selection(0 if notation == "column" else 1))
    lines = drawn(ImagePicture, view, Room(80, 20))
    assert "10 tiles of 8 x 8" in lines[-1]
    assert [len(tile) for tile in lines[0].split()] == [8] * 9  # and one in the next row
    assert "8 of 10 tiles" in drawn(ImagePicture, view, Room(20, 6))[-1]


def test_any_other_matrix_is_one_image_and_has_signs_where_there_are_no_colours() -> None:
    built = program(DIGITS.format(notation="column", shape="6, 5", units=2))
    view = view_of(built, 1)
    *rows, told = drawn(ImagePicture, view, Room(60, 9, colours=False))
    assert told.startswith("W1 (n1=2, n0=6)")
    assert rows[0][0] == NEGATIVE[-1]
    assert rows[-1][-1] == POSITIVE[-1]
    assert len(rows) == 8
