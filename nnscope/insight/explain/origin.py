"""Where a value comes from: the line that made it, and in which iteration, or the scenario."""

from msgspec import Struct

from nnscope.program.model import Program


class Origin(Struct, frozen=True):
    """What gave a variable its value: a line of an iteration, or with `line` None the start.

    `line` is the index of the line. `words` say it in full.
    """

    name: str
    line: int | None
    iteration: int
    words: str

    def time(self, lines: int) -> int | None:
        """Give the moment right behind that line, of so many; None where no line made the value."""
        return None if self.line is None else self.iteration * lines + self.line + 1


def origin(program: Program, name: str, iteration: int, index: int) -> Origin:
    """Tell what gave a variable the value that line `index` of an iteration reads.

    For the values at the end of the iteration, `index` is the number of lines.
    """
    meaning, kind = program.meanings.get(name, program.spelled(name)), program.origin.kind
    line, when = program.line_of.get(name), iteration
    if name in program.carried:
        line, when = program.line_of[program.carried[name]], iteration - 1
    elif line is not None and line >= index:
        when = iteration - 1
    if line is None:
        kept = f"a constant of the {kind}"
        if name in program.parameters:
            kept = "a starting value that no line changes"
        elif name in program.notes.data:
            kept = f"data of the {kind}"
        elif program.feed and name in program.feed.names:
            kept = f"what the {kind} had in iteration {iteration}"
        words = kept if meaning == kept else f"{meaning}; {kept}"
        return Origin(name, None, iteration, words)
    if when < 0:
        words = f"{meaning}; the value that the {kind} starts with"
        return Origin(name, None, 0, words)
    text = program.lines[line].text
    where = f"line {line + 1}" if when == iteration else f"line {line + 1} of iteration {when}"
    return Origin(name, line, when, f"{where}: {text}")
