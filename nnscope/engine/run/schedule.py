"""In which order an iteration runs: its lines, what is tested or sampled on the way, updates."""

from collections.abc import Container, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from nnscope.engine.run.families import Family, Role
from nnscope.engine.run.loop import Test
from nnscope.expression.syntax import Binary, Expression, Name, names
from nnscope.program.model import Line, Program


class Run(Struct, frozen=True, eq=False):
    """A line of the program."""

    line: Line


class Undivided(Struct, frozen=True, eq=False):
    """A line without its last division, which comes later, for several at once."""

    line: Line

    @property
    def dividend(self) -> Expression:
        """What is divided later."""
        assert isinstance(self.line.expression, Binary)
        return self.line.expression.left


class Together(Struct, frozen=True, eq=False):
    """The same line of several updates, at once."""

    lines: tuple[Line, ...]


class Try(Struct, frozen=True, eq=False):
    """A condition that may end the run, or a number that is written down."""

    number: int
    test: Test


class Sample(Struct, frozen=True, eq=False):
    """What is sampled of an iteration; None for what it does not have."""

    expressions: tuple[Expression | None, ...]


Step = Run | Undivided | Together | Try | Sample
"""What a run does at one place of an iteration."""


def schedule(
    program: Program,
    families: Sequence[Family] = (),
    tests: Sequence[Test] = (),
    sampled: Sequence[Expression] = (),
    divided: Sequence[Role] = (),
) -> list[Step]:
    """Order an iteration.

    The lines of a family run where its last line stands. The variables of each role in `divided`
    are divided at once, behind the last of them, see `divisions`. Each variable is assigned once,
    so a test may come as soon as everything is there that it reads: that is before an update
    overwrites it. What this form of the program does not have is not tested.
    """
    known = program.variables.keys()
    waiting: list[Try | Sample] = [
        Try(*each) for each in enumerate(tests) if each[1].place_in(program) >= 0
    ]
    had = tuple(each if {*names(each)} <= known else None for each in sampled)
    waiting += [Sample(had)] if sampled else []
    computed = {*program.line_of}
    found: list[Step] = []
    for step in _lines(program, families, divided):
        found.append(step)
        computed -= {*made_by(step)}
        found += [each for each in waiting if not computed & read_by(each)]
        waiting = [each for each in waiting if computed & read_by(each)]
    return found


def _lines(
    program: Program, families: Sequence[Family], divided: Sequence[Role]
) -> Iterator[Run | Undivided | Together]:
    """Yield the lines in their order, those of a family all together."""
    last = {max(program.line_of[id_] for id_ in each.targets): each for each in families}
    common = {id_ for each in families for id_ in each.targets}
    division = {max(program.line_of[id_] for id_ in role): role for role in divided}
    undivided = {id_ for role in divided for id_ in role}
    for index, line in enumerate(program.lines):
        if line.target not in common:
            yield Undivided(line) if line.target in undivided else Run(line)
        if index in division:
            yield Together(tuple(_division(program, id_) for id_ in division[index]))
        for role in last[index].lines if index in last else ():
            yield Together(tuple(program.lines[program.line_of[id_]] for id_ in role))


def _division(program: Program, id_: str) -> Line:
    """Write the last division of a line, of the value that it has got without it."""
    line = program.lines[program.line_of[id_]]
    assert isinstance(line.expression, Binary)
    return replace(line, expression=Binary("/", Name(id_), line.expression.right))


def made_by(step: Step) -> Role:
    """List the variables that a step makes."""
    match step:
        case Run(line):
            return (line.target,)
        case Together(lines):
            return tuple(line.target for line in lines)
    return ()


def read_by(step: Step) -> set[str]:
    """List the variables that a step reads."""
    match step:
        case Run(line) | Undivided(line):
            return {*names(line.expression)}
        case Together(lines):
            return {name for line in lines for name in names(line.expression)}
        case Try(_, test):
            return {*names(test.expression)}
        case Sample(expressions):
            return {name for each in expressions if each is not None for name in names(each)}


def overwriting(program: Program, steps: Sequence[Step], fits: Container[str]) -> set[str]:
    """List the next values that may take the place of what is carried: it is not read any more.

    `fits` has the next values that have the layout of what they replace. Updates at once overwrite
    all that they update, or nothing.
    """
    found, read = set[str](), set[str]()  # what is read later than the step that is looked at
    for step in reversed(steps):
        made = made_by(step)
        if all(id_ in fits and program.before[id_] not in read for id_ in made):
            found |= {*made}
        read |= read_by(step)
    return found
