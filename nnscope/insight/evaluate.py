"""What the forward passes on other data give, behind so many updates of a run."""

from collections.abc import Mapping, Sequence
from math import prod

from msgspec import Struct
from msgspec.structs import replace

from nnscope.engine.frame import Frame
from nnscope.engine.keep.history import KeepGoing, always
from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value
from nnscope.expression.shapes import sizes
from nnscope.program.evaluations import Evaluation
from nnscope.program.model import Program


class Evaluated(Struct, frozen=True, eq=False):
    """What one evaluation gives `after` so many updates: its results by name.

    `examples` is how many it is about, None where the program does not count them. `mistake` says
    why there are no results, where something can't be computed.
    """

    name: str
    after: int
    examples: int | None
    results: Mapping[str, Value]
    mistake: str = ""


def heading(found: Evaluated) -> str:
    """Say what an evaluation is about: `test (m = 100), after 3 updates`."""
    count = "" if found.examples is None else f" (m = {found.examples})"
    return f"{found.name}{count}, after {found.after} update{'' if found.after == 1 else 's'}"


def timeline_to(program: Program, updates: int) -> Timeline:
    """Give a timeline that is long enough to stand behind so many updates."""
    return Timeline(replace(program, iterations=max(program.iterations, updates + 1)))


def evaluate_after(
    program: Program,
    evaluations: Sequence[Evaluation],
    updates: int | None = None,
    keep_going: KeepGoing = always,
) -> list[Evaluated]:
    """Run so many updates, by default all, and then each evaluation.

    Raises `ExpressionError` for more updates than the run makes, and for what can't be computed.
    """
    most = program.iterations if program.carried else 0
    updates = most if updates is None else updates
    if updates > most:
        raise ExpressionError(f"{updates} updates are too many: the run makes {most}")
    timeline = timeline_to(program, updates)
    timeline.seek(timeline.clock.moment_of(0, updates), keep_going)
    start = timeline.frame().values
    return [evaluated(program, each, start, updates) for each in evaluations]


def evaluated(
    program: Program, evaluation: Evaluation, start: Mapping[str, Value], after: int
) -> Evaluated:
    """Run one evaluation on what an iteration starts from.

    Raises `ExpressionError` for what can't be computed.
    """
    values = evaluation.values(start)
    examples = None
    if "m" in program.notes.counts and "m" in evaluation.given:
        examples = int(values["m"])
    return Evaluated(evaluation.name, after, examples, evaluation.results(values))


def updates_at(frame: Frame) -> int:
    """Count the updates that are complete at a moment: behind its last line, an iteration's too."""
    is_complete = frame.index == len(frame.program.lines) - 1 and bool(frame.program.carried)
    return frame.iteration + is_complete


def start_at(frame: Frame, updates: int) -> Mapping[str, Value]:
    """Give what an iteration starts from that comes behind so many updates: this one, or the next.

    See `updates_at`.
    """
    if updates == frame.iteration:
        return frame.values
    carried = frame.program.carried.items()
    return {**frame.values, **{name: frame.values[end] for name, end in carried}}


class KeptEvaluations:
    """The evaluations of a program behind the updates that were looked at last, to be run once."""

    def __init__(self) -> None:
        self._kept: tuple[Evaluated, ...] = ()
        self._of: tuple[Program | None, int] = None, -1

    def of(self, frame: Frame, may_run: bool) -> tuple[Evaluated, ...]:
        """Give them at the moment of a frame; if they may not run now, as they were last."""
        program, updates = frame.program, updates_at(frame)
        known = self._of[0]
        if known is not None and known.notes is not program.notes:
            self._kept, self._of = (), (None, -1)
        if may_run and self._of != (program, updates):
            self._kept = tuple(_told(each, frame, updates) for each in program.notes.evaluations)
            self._of = program, updates
        return self._kept


MOST_CELLS = 10**7
"""So many cells may the values of an evaluation have that is run wherever one stands."""


def _told(evaluation: Evaluation, frame: Frame, updates: int) -> Evaluated:
    cells = sum(prod(sizes(shape)) for shape in evaluation.shapes.values())
    if cells > MOST_CELLS:
        told = f"{cells:,} cells are too many to be computed at each step; see `nnscope evaluate`"
        return Evaluated(evaluation.name, updates, None, {}, told)
    try:
        return evaluated(frame.program, evaluation, start_at(frame, updates), updates)
    except ExpressionError as error:
        return Evaluated(evaluation.name, updates, None, {}, str(error))
