"""Long work as the screen is told of it: what it is, how far it has come, and how it ended."""

from enum import Enum, auto

from msgspec import Struct

from nnscope.engine.find.search import Found


class JobKind(Enum):
    """What a background thread is doing."""

    RUNNING = auto()  # fast, with frames on the way
    SEARCHING = auto()  # for a stop
    SEEKING = auto()  # going to one moment
    FOLLOWING = auto()  # computing the curves of what is followed
    CHECKING = auto()  # gradients
    RESIZING = auto()  # the memory of the history
    RECORDING = auto()  # the program's file, again


class Job(Struct, frozen=True):
    """One piece of long work: `text` tells the reader what it is.

    `reached` is the iteration that it has come to, None as long as that is not known.
    """

    kind: JobKind
    text: str
    reached: int | None = None


class Outcome(Struct, frozen=True):
    """How work has ended.

    `found` is where a search has led, `error` what went wrong, empty if nothing did, and
    `interrupted_at` the iteration at which the work was interrupted.
    """

    found: Found | None = None
    error: str = ""
    interrupted_at: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the work was done to its end."""
        return not self.error and self.interrupted_at is None
