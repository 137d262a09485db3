"""The base of what stands in a place that is given to it."""

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widget import Widget


class Placed(Widget):
    """A part of the screen with nothing inside that is laid out.

    A widget of Textual that gets another size has the whole screen laid out once more for the size
    of what is inside it; here that is never another one than its own.
    """

    virtual_size = Reactive(Size(0, 0))
