"""Where a move leads: from one moment to another, by lines, phases and iterations."""

from nnscope.engine.timeline import place
from nnscope.program.model import Phase, Program


def end_of_phase(program: Program, time: int) -> int:
    """Give the moment at which this phase has run, or the next one where it has already."""
    time += 1
    while time < _length(program) and _phase(program, time) is _phase(program, time + 1):
        time += 1
    return min(time, _length(program))


def start_of_phase(program: Program, time: int) -> int:
    """Give the moment after the first line of this phase; from there, of the one before."""
    time -= 1
    while time > 1 and _phase(program, time) is _phase(program, time - 1):
        time -= 1
    return max(time, 0)


def iterations_later(program: Program, time: int, count: int) -> int:
    """Give the same line some iterations later, or earlier for a negative count."""
    lines = len(program.lines)
    target = time + count * lines
    last = (program.iterations - 1) * lines + (time - 1) % lines + 1
    return min(max(target, 0), last)


def same_line_at(program: Program, time: int, iteration: int) -> int:
    """Give the moment of this line in another iteration; at the start, of the first line."""
    lines = len(program.lines)
    iteration = min(max(iteration, 0), program.iterations - 1)
    return iteration * lines + max(place(time, lines)[1], 0) + 1


def _length(program: Program) -> int:
    return len(program.lines) * program.iterations


def _phase(program: Program, time: int) -> Phase:
    return program.lines[place(time, len(program.lines))[1]].phase
