"""Where a value comes from: the line that made it, and in which iteration, or the scenario."""

from msgspec import Struct

from nnscope.engine.clock import Clock
from nnscope.program.model import Program


class Origin(Struct, frozen=True):
    """What gave a variable its value: a line of an iteration, or with `line` None the start.

    `line` is the index of the line in that iteration. `words` say it in full.
    """

    name: str
    line: int | None
    iteration: int
    words: str

    def time(self, clock: Clock) -> int | None:
        """Give the moment right behind that line; None where no line made the value."""
        return None if self.line is None else clock.moment_of(self.line, self.iteration)


def origin(program: Program, name: str, iteration: int, index: int) -> Origin:
    """Tell what gave a variable the value that line `index` of an iteration reads.

    For the values at the end of the iteration, `index` is the number of lines. `program` is the one
    with all forms.
    """
    form = program.during(iteration)
    meaning, kind = form.meanings.get(name, form.spelled(name)), program.origin.kind
    target, when = name, iteration
    if name in form.carried:
        target, when = _carried_by(program, name, iteration - 1)
    elif form.line_of.get(name, -1) >= index:
        when = iteration - 1
    made = program.during(max(when, 0))
    line = made.line_of.get(target)
    if line is None and when >= 0:
        kept = f"a constant of the {kind}"
        if name in form.parameters:
            kept = "a starting value that no line changes"
        elif name in form.notes.data:
            kept = f"data of the {kind}"
        elif form.feed and name in form.feed.names:
            kept = f"what the {kind} had in iteration {iteration}"
        words = kept if meaning == kept else f"{meaning}; {kept}"
        return Origin(name, None, iteration, words)
    if line is None or when < 0:
        words = f"{meaning}; the value that the {kind} starts with"
        return Origin(name, None, 0, words)
    text = made.lines[line].text
    where = f"line {line + 1}" if when == iteration else f"line {line + 1} of iteration {when}"
    return Origin(name, line, when, f"{where}: {text}")


def _carried_by(program: Program, name: str, iteration: int) -> tuple[str, int]:
    """Find what made a carried value, in the last iteration up to one that did; -1 for none."""
    for when in range(iteration, -1, -1):
        form = program.during(when)
        if form.carried[name] in form.line_of:
            return form.carried[name], when
    return program.carried[name], -1
