"""The decision boundary, drawn."""

from nnscope.tui.draw.text import segments
from nnscope.tui.picture import Room
from nnscope.tui.pictures.boundary import BoundaryPicture
from tests.insight.test_surface import STRAIGHT
from tests.samples import program
from tests.tui.pictures.views import drawn, view_of


def test_regions_have_dots_and_examples_their_class() -> None:
    view = view_of(program(STRAIGHT.format(notation="column", turned="")))
    *rows, legend = drawn(BoundaryPicture, view, Room(26, 9))
    assert legend.startswith("3 of 4 right")
    digits = {(sign, y < 4, x < 13) for y, row in enumerate(rows) for x, sign in enumerate(row)
              if sign in "01"}  # fmt: skip
    assert digits == {("0", False, True), ("1", True, True), ("1", False, False),
                      ("1", True, False)}  # fmt: skip
    middle = rows[3]
    assert middle[:12].strip() == ""  # the first region is empty
    assert set(middle[14:]) == {"⠁"}  # the second has its dots
    assert middle[12:14].strip()  # between them is the boundary


def test_an_example_on_the_wrong_side_is_reversed() -> None:
    view = view_of(program(STRAIGHT.format(notation="column", turned="")))
    signs = [(sign, bool(each.style and each.style.reverse))
             for line in BoundaryPicture.draw(view, Room(26, 9))[:-1] for each in segments(line)
             for sign in each.text if sign in "01"]  # fmt: skip
    assert sorted(signs) == [("0", False), ("1", False), ("1", False), ("1", True)]
