"""All pictures of all programs, in rooms of any size: nothing fails, and nothing is too large."""

import pytest

from nnscope.program.model import Program
from nnscope.scenario.library import paths
from nnscope.tui.picture import Room
from nnscope.tui.pictures import PICTURES
from tests.hand_built import HAND_BUILT, HandBuilt
from tests.samples import library
from tests.tui.pictures.views import drawn, view_of

ROOMS = [Room(1, 3), Room(7, 3, dark=False), Room(13, 4, colours=False), Room(60, 12)]


def check(program: Program) -> None:
    for time in (0, 1, len(program.lines), program.iterations * len(program.lines)):
        view = view_of(program, min(time, 3 * len(program.lines)))
        for picture in PICTURES:
            if not picture.why_not(view):
                for room in ROOMS:
                    drawn(picture, view, room)


@pytest.mark.parametrize("name", [path.stem for path in paths()])
def test_a_scenario(name: str) -> None:
    check(library(name))


@pytest.mark.parametrize("origin", HAND_BUILT.values(), ids=HAND_BUILT)
def test_a_program_of_lines(origin: HandBuilt) -> None:
    check(origin.program())
