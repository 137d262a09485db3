"""The picture pane: the network drawn, in a thread of its own."""

from collections.abc import Sequence
from operator import is_not

from msgspec import Struct
from textual.geometry import Size
from textual.message import Message

from nnscope.expression.errors import ExpressionError
from nnscope.tui.draw.text import Text, wrapped
from nnscope.tui.pane import Pane
from nnscope.tui.picture import Picture, Room, pictures
from nnscope.tui.view import View


class Wanted(Struct, frozen=True, eq=False):
    """A picture that is asked for: of what, and for how much room."""

    picture: type[Picture]
    view: View
    room: Room

    def draw(self) -> Sequence[Text]:
        """Draw it, or say why it can't be drawn."""
        told = self.picture.why_not(self.view)
        try:
            if not told:
                return self.picture.draw(self.view, self.room)
        except MemoryError:
            told = "There is not enough memory to draw this."
        except ExpressionError as error:
            told = f"This can't be drawn: {error}"
        except Exception as error:  # the pane must not wait for ever, whatever it was
            told = f"A mistake of nnscope itself, please report it: {error!r}"
        return wrapped(told, self.room.width)


class PicturePane(Pane):
    """One picture at a time; the last one stays until the next one is drawn."""

    NAME, TITLE, KEY = "picture", "Picture", "0"
    ABOUT = (
        "A drawing of this moment, drawn anew while the run goes on, and when it goes back. When "
        "this pane is chosen, <cell.left> and <cell.right> go from picture to picture."
    )

    MEANS = {"cell.left": "picture.back", "cell.right": "picture.next"}  # noqa: RUF012

    class Drawn(Message):
        """A picture has been drawn in the background."""

        def __init__(self, wanted: Wanted, lines: Sequence[Text]) -> None:
            self.wanted = wanted
            self.lines = lines
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._drawn: Sequence[Text] = ()
        self._wanted: Wanted | None = None
        self._in_work: Wanted | None = None

    @classmethod
    def about(cls) -> str:
        """Say for the help what each picture shows."""
        each = (f"{picture.TITLE.capitalize()}: {picture.ABOUT}." for picture in pictures())
        return " ".join((cls.ABOUT, *each))

    def parts(self, view: View) -> tuple[object, ...]:
        """Which picture, and what it shows."""
        picture = pictures()[view.picture]
        return picture, *picture.parts(view)

    def show(self, view: View, place: Size | None = None) -> None:
        """Take a view and ask for its picture; what is there stays as it is until that is drawn."""
        self.view, self._given = view, place
        size = self.room
        if size.width:
            self._ask(view, size.width, size.height)

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Ask for a new picture, and show the last one as long as it is not there."""
        self._ask(view, width, height)
        return self._drawn

    def _ask(self, view: View, width: int, height: int) -> None:
        picture = pictures()[view.picture]
        room = Room(width, max(height, 3), self.dark, not self.app.no_color)
        if self._is_new(picture, view, room):
            self.entitle(f"Picture {view.picture + 1}/{len(pictures())}: {picture.TITLE}")
            self._wanted = Wanted(picture, view, room)
            self._begin()

    def _is_new(self, picture: type[Picture], view: View, room: Room) -> bool:
        """Tell whether something else is wanted than was asked for last."""
        last = self._wanted
        if last is None or (last.picture, last.room) != (picture, room):
            return True
        return any(map(is_not, picture.parts(last.view), picture.parts(view)))

    def _begin(self) -> None:
        """Draw what is wanted, once what is being drawn is done: there is one thread at a time."""
        wanted = self._wanted
        if self._in_work is not None or wanted is None:
            return
        self._in_work = wanted

        def work() -> None:
            self.post_message(self.Drawn(wanted, wanted.draw()))

        self.run_worker(work, thread=True, group="picture", exit_on_error=False)

    def on_picture_pane_drawn(self, message: Drawn) -> None:
        """Show a picture; draw the next one if something else is wanted by now."""
        message.stop()
        is_other, self._in_work = list(message.lines) != list(self._drawn), None
        self._drawn = message.lines
        if is_other:
            self._repaint()
        if self._wanted is not message.wanted:
            self._begin()
