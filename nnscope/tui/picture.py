"""The base of all pictures: given a view and a room, each draws lines of text."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct

from nnscope.tui.draw.text import Text
from nnscope.tui.view import View


class Room(Struct, frozen=True):
    """Where a picture has to go: columns and rows of text, at least 3, and the colours there are.

    `dark` tells a dark background, `colours` whether there are colours at all.
    """

    width: int
    height: int
    dark: bool = True
    colours: bool = True


class Picture:
    """One way of drawing a moment; it keeps nothing, and is drawn in a thread of its own."""

    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    RANK: ClassVar[int]  # its place among the pictures, from 0
    ABOUT: ClassVar[str]  # what it shows, for the help

    @staticmethod
    def why_not(view: View) -> str:
        """Say in a sentence why there is nothing to draw; empty where there is."""
        raise NotImplementedError

    @staticmethod
    def parts(view: View) -> tuple[object, ...]:
        """Give the parts of a view that are drawn; while they stay the same, so does the picture.

        All pictures show the frame, and some nothing else.
        """
        return (view.frame,)

    @staticmethod
    def draw(view: View, room: Room) -> Sequence[Text]:
        """Draw in so much room, at most its height in lines; raises `ExpressionError`."""
        raise NotImplementedError


def pictures() -> tuple[type[Picture], ...]:
    """Give all pictures, in the order in which the pane goes through them."""
    from nnscope.tui.pictures import PICTURES  # noqa: PLC0415  not at the start

    return PICTURES
