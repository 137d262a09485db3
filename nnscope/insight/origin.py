"""Where a value comes from: the line that made it, and in which iteration, or the scenario."""

from dataclasses import dataclass

from nnscope.program.model import Program


@dataclass(frozen=True, slots=True)
class Origin:
    """What gave a name its value: a line of an iteration, or with `line` None the scenario.

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
    """Tell what gave a name the value that line `index` of an iteration reads.

    For the values at the end of the iteration, `index` is the number of lines.
    """
    meaning = program.meanings.get(name, name)
    line = program.line_of.get(name)
    if line is None:
        kept = "a constant of the scenario"
        if name in program.parameters:
            kept = "a starting value that no line changes"
        elif name in program.scenario.data:
            kept = "data of the scenario"
        words = kept if meaning == kept else f"{meaning}; {kept}"
        return Origin(name, None, iteration, words)
    when = iteration if line < index else iteration - 1
    if when < 0:
        words = f"{meaning}; the value that the scenario starts with"
        return Origin(name, None, 0, words)
    text = program.lines[line].text
    where = f"line {line + 1}" if when == iteration else f"line {line + 1} of iteration {when}"
    return Origin(name, line, when, f"{where}: {text}")
