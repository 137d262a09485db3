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


def origin(program: Program, time: int, name: str) -> int | None:
    """Give the moment right behind the line that wrote what `name` holds for the current line.

    None for data, constants and starting parameters, which no line has written.
    """
    lines = len(program.lines)
    iteration, index = place(time, lines)
    if name not in program.line_of:
        return None
    line = program.line_of[name]
    if line >= index:  # not yet in this iteration, or read by the very line that writes it anew
        iteration -= 1
    return iteration * lines + line + 1 if iteration >= 0 else None
