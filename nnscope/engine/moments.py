"""From recordings to a frame: every name as it stands at one moment."""

from nnscope.engine.history import History
from nnscope.engine.machine import Recording, names_of
from nnscope.engine.model import Frame
from nnscope.expression.evaluate import Value


def frame_of(history: History, earlier: Recording | None, now: Recording, ran: int) -> Frame:
    """Freeze the moment at which `ran` lines of an iteration have run.

    `earlier` is the complete iteration before; None for the first, or where nothing of it is left
    to be seen.
    """
    program = history.program.during(now.iteration)
    time = now.iteration * len(program.lines) + ran
    values = names_of(program, now, ran)
    if earlier:  # what has not run yet has its last iteration's value
        values = {**names_of(program, earlier), **values}
    previous = _before(history, earlier, now, ran - 1) if ran else None
    return Frame(program, time, now.iteration, ran - 1, values, previous, now.start,
                 history.costs.known(), history.bytes, history.samples.known(), history.cap,
                 history.bad_iteration())  # fmt: skip


def _before(
    history: History, earlier: Recording | None, now: Recording, index: int
) -> Value | None:
    """Give what the target of a line held before it ran, None the first time."""
    program = history.program
    target = program.lines[index].target
    if target in now.start:
        return now.start[target]
    if earlier:
        return earlier.values[index]
    return program.parameters.get(target, program.constants.get(target))
