"""Where a line or a moment of a program is, in another form of the program."""

from nnscope.program.model import Program


def moved_line(old: Program, new: Program, index: int) -> int | None:
    """Find the line that makes the same variable; None where the other form has none."""
    return new.line_of.get(old.lines[index].target)


def moved_place(old: Program, new: Program, place: tuple[int, int]) -> tuple[int, int]:
    """Find an iteration, and a line in it by its index, which is -1 at the start.

    A line that is gone stands for the one in its place, an iteration for the last one.
    """
    iteration, index = place
    last = min(iteration, new.iterations - 1)
    old, new = old.during(iteration), new.during(last)
    found = moved_line(old, new, index) if index >= 0 else -1
    nearest = min(index, len(new.lines) - 1) if found is None else found
    return last, nearest
