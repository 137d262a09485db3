"""The moments that were visited, marked, and left for a while."""

from collections.abc import Callable

from msgspec import Struct, field


class Bookmarks(Struct):
    """A trail to go back on, marks by letter, and the home of a walk along the dataflow.

    `stopped` are the moments at which a search has found what it looked for.
    """

    trail: list[int] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)
    home: int | None = None
    stopped: set[int] = field(default_factory=set)
    _was_scrubbing: bool = False

    def leave(self, time: int, scrubbing: bool = False) -> None:
        """Remember a moment before a jump; of many that go along the axis, only the first."""
        goes_on = scrubbing and self._was_scrubbing
        self._was_scrubbing = scrubbing
        if not goes_on and (not self.trail or self.trail[-1] != time):
            self.trail.append(time)

    def back(self, time: int) -> int | None:
        """Give the last moment on the trail that is not this one; None when there is none left."""
        self._was_scrubbing = False
        while self.trail:
            if (last := self.trail.pop()) != time:
                return last
        return None

    def move(self, moved: Callable[[int], int]) -> None:
        """Put every moment where it is in another program."""
        self.trail = [moved(time) for time in self.trail]
        self.marks = {letter: moved(time) for letter, time in self.marks.items()}
        self.home = None if self.home is None else moved(self.home)

    def walk(self, time: int) -> None:
        """Begin a walk along the dataflow, if none has begun."""
        if self.home is None:
            self.home = time
        self.leave(time)

    def come_home(self) -> int | None:
        """End the walk and give the moment at which it began."""
        home, self.home = self.home, None
        return home
