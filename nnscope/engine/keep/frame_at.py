"""From recordings to a frame: every name as it stands at one moment."""

from nnscope.engine.clock import program_clock
from nnscope.engine.frame import Frame
from nnscope.engine.keep.history import History
from nnscope.engine.run.machine import Recording, values_of


def frame_of(history: History, earlier: Recording | None, now: Recording, ran: int) -> Frame:
    """Freeze the moment at which `ran` lines of an iteration have run.

    `earlier` is the complete iteration before; None for the first, or where nothing of it is left
    to be seen.
    """
    program = history.program.during(now.iteration)
    time = program_clock(history.program).begin(now.iteration) + ran
    values = values_of(program, now, ran)
    if earlier:  # what has not run yet has its last iteration's value
        values = {**values_of(program, earlier), **values}
    costs, samples = history.costs.known(), history.samples.known()
    return Frame(program, time, now.iteration, ran - 1, values, costs, history.bytes, samples,
                 history.cap, history.bad_iteration())  # fmt: skip
