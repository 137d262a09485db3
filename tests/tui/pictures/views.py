"""Help for the tests of pictures: a view of a moment, and a picture of it as text."""

from rich.segment import Segment

from nnscope.engine.timeline import Timeline
from nnscope.program.model import Program
from nnscope.tui.draw.text import plain, segments
from nnscope.tui.picture import Picture, Room
from nnscope.tui.view import Cells, Selection, View


def view_of(program: Program, time: int = 0, selection: Selection | None = None) -> View:
    """Give a view of a moment, with a selected cell."""
    timeline = Timeline(program)
    timeline.seek(time)
    return View(timeline.frame(), Cells(selection or Selection(0)))


def drawn(picture: type[Picture], view: View, room: Room) -> list[str]:
    """Draw a picture, see that it keeps to its room, and give it without its colours."""
    lines = picture.draw(view, room)
    assert len(lines) <= room.height
    assert max(Segment.get_line_length(segments(line)) for line in lines) <= room.width
    return [plain(line) for line in lines]
