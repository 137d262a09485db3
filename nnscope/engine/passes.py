"""How often a line has run up to a moment, and where it will have run so often: no run is needed.

A moment is the number of lines that have run since the start.
"""


def passes(index: int, time: int, lines: int) -> int:
    """Count how often line `index`, of so many lines, has run up to a moment."""
    return max(0, (time - 1 - index) // lines + 1)


def moment_of(index: int, iteration: int, lines: int) -> int:
    """Give the moment right behind a line of an iteration."""
    return iteration * lines + index + 1


def later(index: int, time: int, count: int, lines: int) -> int:
    """Give the moment after `time` at which a line has run `count` times more."""
    return moment_of(index, passes(index, time, lines) + count - 1, lines)


def earlier(index: int, time: int, count: int, lines: int) -> int:
    """Give the moment before `time` at which a line ran `count` times ago; 0 for the start."""
    iteration = passes(index, time - 1, lines) - count
    return moment_of(index, iteration, lines) if iteration >= 0 else 0
