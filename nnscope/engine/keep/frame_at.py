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
    whole = history.program
    program = whole.during(now.iteration)
    time = program_clock(whole).begin(now.iteration) + ran
    values = values_of(program, now, ran)
    if earlier:  # what has not run yet has its last iteration's value
        past = values_of(whole, earlier)
        if whole.others:
            past = {name: value for name, value in past.items() if name in program.variables}
        values = {**past, **values}
    costs, samples = history.costs.known(), history.samples.known()
    return Frame(program, time, now.iteration, ran - 1, values, costs, history.bytes, samples,
                 history.cap, history.bad_iteration(), whole)  # fmt: skip
