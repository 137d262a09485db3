"""The backward lines as they are judged: whose gradient each is, and what it was given.

A line is the gradient of the value for which most speaks: that it is right as that, that the lines
which read it are right if it is that, its name, the update that reads it. So a wrong line has a
role too, and a right one may have any name. What is the gradient of nothing, such as a local
derivative that is computed beforehand, is put into the lines that read it.
"""

import re
from collections.abc import Iterator

import numpy as np
from msgspec import Struct, field

from nnscope.expression.operation import Kind
from nnscope.expression.shapes import infer, sizes
from nnscope.expression.syntax import (
    Binary,
    Expression,
    Name,
    Number,
    children,
    names,
    substitute,
    walk,
)
from nnscope.expression.table import row_of
from nnscope.insight.diagnose.expected import Expected, Role, agreed, constant
from nnscope.insight.diagnose.forward import Forward
from nnscope.insight.diagnose.points import trained_of
from nnscope.program.model import Evidence, Line, Phase, Program

Given = tuple[tuple[str, Role], ...]
"""The gradients that a line reads, with their roles."""

_NAMED, _SHARED, _MEASURED, _UPDATES = 1.5, 0.2, 0.1, 2.0
_MOST_LINES = 120
_MANY_LINES = 100  # from here on no other role is looked for where one was measured: it takes long


class Step(Struct, frozen=True):
    """One backward line as it is judged.

    `expression` is the line's own, with the lines put in that are no gradients themselves, whose
    variables `parts` lists. `given` are the gradients that it reads, with their roles. `ratio` is
    the one number between what it computes and what it should: nan where both are 0, None where
    there is none.
    """

    line: Line
    of: str
    expression: Expression
    given: Given
    ratio: float | None
    parts: tuple[str, ...] = ()
    is_masked: bool = False
    untold: str = ""

    @property
    def target(self) -> str:
        """The variable that the line makes."""
        return self.line.target


class Reading(Struct, eq=False):
    """What has been read off the backward lines so far."""

    expected: Expected
    roles: dict[str, Role] = field(default_factory=dict)
    inlined: dict[str, Expression] = field(default_factory=dict)
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def program(self) -> Program:
        """The program whose lines they are."""
        return self.expected.forward.program

    def whole(self, expression: Expression) -> Expression:
        """Put in the lines that are no gradients themselves."""
        return substitute(expression, self.inlined)

    def given(self, expression: Expression) -> Given:
        """List the gradients that an expression reads, those of parameters last.

        The first hands its factor on: what comes down the chain rule is no parameter's gradient.
        """
        found = [(name, self.roles[name]) for name in names(expression) if name in self.roles]
        return tuple(sorted(found, key=lambda each: each[1].of in self.program.start))

    def ratio(self, target: str, of: str, given: Given, is_own: bool = False) -> float | None:
        """Give the number between what a line computes and the gradient by a value.

        `is_own` leaves out the starts of our own making.
        """
        return agreed(
            constant(point.values[target], self.expected.at(point, of, given))
            for point in self.expected.points
            if not (is_own and point.is_made)
        )


def backward_lines(program: Program) -> list[Line]:
    """List the lines between the cost and the updates."""
    return [line for line in program.lines if line.phase is Phase.BACKWARD]


def judged(expected: Expected) -> tuple[list[Step], Reading]:
    """Read the roles of the backward lines; give too what was read."""
    reading, found = Reading(expected), list[Step]()
    lines = backward_lines(reading.program)[:_MOST_LINES]
    for place, line in enumerate(lines):
        expression = reading.whole(line.expression)
        given = reading.given(expression)
        of = _of(reading, line, expression, lines[place + 1 :])
        if of and (
            _is_step(reading, line, of, given)
            or (
                _is_wrong(reading, line, of, given)
                and (
                    _is_part(reading, line)
                    or _is_on_the_way(reading, line, expression, lines[place + 1 :])
                )
            )
        ):
            of = ""
        parts = tuple(
            part for name in names(line.expression) for part in reading.parts.get(name, ())
        )
        if not of:
            reading.inlined[line.target] = expression
            reading.parts[line.target] = (*parts, line.target)
            continue
        ratio, is_masked = _judged(reading, line, of, expression, given)
        known = ratio is not None and not np.isnan(ratio)
        factor = ratio if known and ratio is not None else _carried(reading, of, given)
        reading.roles[line.target] = Role(of, factor)
        untold = _untold(reading, line, of, expression, given)
        found.append(Step(line, of, expression, given, ratio, parts, is_masked, untold))
    return found, reading


def _judged(
    reading: Reading, line: Line, of: str, expression: Expression, given: Given
) -> tuple[float | None, bool]:
    """Give the ratio of a line, and whether it is wrong only at starts of our own making."""
    ratio = reading.ratio(line.target, of, given)
    if ratio is not None:
        return ratio, False
    own = reading.ratio(line.target, of, given, is_own=True)
    if own is None or _is_opaque(reading.program, expression):
        return own, False
    return None, True


def _is_opaque(program: Program, expression: Expression) -> bool:
    """Tell whether a line reads what was computed where no line shows it, as in a callback.

    That would have to change with the parameters, and does not: it is no data, as no forward line
    reads it.
    """
    judging = (Phase.FORWARD, Phase.LOSS)
    known = {name for line in program.lines if line.phase in judging
             for name in names(line.expression)}  # fmt: skip
    fed = program.feed.names if program.feed else ()
    return any(
        name in program.start and name not in known and name not in program.notes.data
        and (name in fed or np.ndim(program.start[name]) or program.start[name] in (0, 1))
        for name in names(expression)
    )  # fmt: skip


def _is_wrong(reading: Reading, line: Line, of: str, given: Given) -> bool:
    """Tell whether a line is wrong by itself, as far as that is known."""
    is_told = line.evidence is Evidence.DECLARED and bool(line.gradient_of)
    return not is_told and reading.ratio(line.target, of, given, is_own=True) is None


def _is_part(reading: Reading, line: Line) -> bool:
    """Tell whether a line is one term of a sum that the next ones add up.

    The next line then is the only one that reads it, and adds it or has the same name.
    """
    readers = [each for each in reading.program.lines if line.target in names(each.expression)]
    if len(readers) != 1:
        return False
    return readers[0].spelled == line.spelled or _adds(readers[0].expression, line.target)


def _is_on_the_way(reading: Reading, line: Line, expression: Expression, later: list[Line]) -> bool:
    """Tell whether all lines that read one are right with it put in: then it is no gradient."""
    readers = _readers(line, later)
    if len(readers) != sum(line.target in names(each.expression) for each in reading.program.lines):
        return False
    return bool(readers) and all(
        _is_right_as(reading, each, substitute(each.expression, {line.target: expression}))
        for each in readers
    )


def _is_right_as(reading: Reading, line: Line, expression: Expression) -> bool:
    """Tell whether a line is the gradient of something before those that it reads."""
    whole = reading.whole(expression)
    given = reading.given(whole)
    unknown = {each.target for each in backward_lines(reading.program)} - {*reading.roles}
    if not given or unknown & {*names(whole)}:
        return False
    point, forward, own = reading.expected.points[0], reading.expected.forward, dict(given)
    below = _ancestors(forward, [role.of for role in own.values()])
    shape = np.shape(point.values[line.target])
    ratios = [reading.ratio(line.target, of, given)
              for of in reading.expected.all_at(point, given)
              if of in below - {role.of for role in own.values()}
              and fits(shape, np.shape(point.values[of]))]  # fmt: skip
    return any(ratio is not None and not np.isnan(ratio) for ratio in ratios)


def _is_step(reading: Reading, line: Line, of: str, given: Given) -> bool:
    """Tell whether a line is what is taken off a parameter: its gradient with the rate in it.

    It reads the gradient, and the update takes off, or adds, just what it makes.
    """
    program = reading.program
    if of not in program.carried or of not in {role.of for _, role in given}:
        return False
    ratios = list[float | None]()
    for point in reading.expected.points:
        moved = np.asarray(point.values[of], dtype=float) - point.values[program.carried[of]]
        own = np.asarray(point.values[line.target], dtype=float)
        room = 1e-9 * np.max(np.abs(own), initial=0.0) + 1e-14 * np.max(np.abs(point.values[of]))
        signs = [sign for sign in (1.0, -1.0) if own.shape == moved.shape
                 and np.all(np.abs(moved - sign * own) <= room)]  # fmt: skip
        ratios.append(signs[0] if signs else None)
    return agreed(ratios) is not None


def _adds(expression: Expression, name: str) -> bool:
    """Tell whether an expression is a sum of which a value is one term."""
    if isinstance(expression, Name | Number) or row_of(expression).name not in ("+", "np.add"):
        return False
    return any(
        (isinstance(term, Name) and term.id == name) or _adds(term, name)
        for term in children(expression)
    )


def _carried(reading: Reading, of: str, given: Given) -> float:
    """Give the factor of what a line was given: a wrong line is taken to hand it on."""
    if given:
        return given[0][1].factor
    late = reading.program.notes.late_divisor
    is_late = late in reading.program.start and of not in reading.program.parameters
    return float(np.asarray(reading.program.start[late])) if is_late else 1.0


def _untold(
    reading: Reading, line: Line, of: str, expression: Expression, given: Given
) -> str:  # fmt: skip
    """Say why a line can't be judged; empty where it can be."""
    program = reading.program
    if isinstance(expression, Name) and expression.id in program.start:
        return "it is handed in, not computed"
    before = next((name for name, role in given if role.of == of), "")
    if before and _is_limited(reading, line.target, before):
        return "it limits a gradient, as clipping does"
    wanted = [reading.expected.at(point, of, given) for point in reading.expected.points]
    if all(each is None for each in wanted):
        return f"no line leads from {reading.expected.forward.spelled(of)} to the cost"
    is_read = any(line.target in names(each.expression) for each in program.lines)
    if not is_read and of not in program.start:
        return "nothing reads it"
    return ""


def _is_limited(reading: Reading, target: str, before: str) -> bool:
    """Tell whether a line makes some cells of a gradient smaller, or all in one share."""
    role = reading.roles[before]
    if reading.ratio(target, role.of, ((before, role),)) is not None:
        return False
    found = [(np.asarray(point.values[target], dtype=float),
              np.asarray(point.values[before], dtype=float))
             for point in reading.expected.points]  # fmt: skip
    if any(own.shape != was.shape for own, was in found):
        return False
    is_cut = all(np.all(own * was >= 0) and np.all(np.abs(own) <= np.abs(was))
                 for own, was in found)  # fmt: skip
    some_stay = any(np.any(own == was) for own, was in found) or all(
        np.ptp(np.abs(own)) == 0 for own, _ in found
    )
    ratios = [constant(own, was) for own, was in found]
    in_share = all(ratio is not None and not ratio < 0 for ratio in ratios)
    return (is_cut and some_stay) or in_share


def _of(reading: Reading, line: Line, expression: Expression, later: list[Line]) -> str:
    """Find the value that a line differentiates by; empty for a line that is no gradient."""
    is_measured = line.evidence is Evidence.MEASURED and len(reading.program.lines) > _MANY_LINES
    if line.gradient_of and (line.evidence is Evidence.DECLARED or is_measured):
        return line.gradient_of
    if _is_forward(reading, line):
        return ""
    candidates = list(_candidates(reading, line, expression))
    scores = {of: _score(reading, line, expression, of, later) for of in candidates}
    best = max(scores, key=lambda of: scores[of], default="")
    return best if best and scores[best] > 0 else ""


def _is_forward(reading: Reading, line: Line) -> bool:
    """Tell whether a line only computes a forward value again, as backward functions often do."""
    points, forward = reading.expected.points, reading.expected.forward
    return any(
        all(np.array_equal(point.values[line.target], point.values[target]) for point in points)
        for target, _ in forward.lines
        if np.ndim(points[0].values[target]) and target not in forward.inner
    )


def _candidates(reading: Reading, line: Line, expression: Expression) -> Iterator[str]:
    """Yield what a line may be the gradient of: what comes before, of its shape.

    A name that says so goes before all shapes. What is nearest to the given gradients comes first.
    """
    point = reading.expected.points[0]
    forward = reading.expected.forward
    given = reading.given(expression)
    reached = reading.expected.all_at(point, given)
    above = _ancestors(forward, [role.of for _, role in given]) if given else {*reached}
    shape = np.shape(point.values[line.target])
    own = {role.of for _, role in given}
    for of in reversed(list(dict.fromkeys(_all_values(forward)))):
        if of not in reached or of == forward.program.cost:
            continue
        is_told = _is_named(reading, line, of) and _is_only(forward, of)
        is_told = is_told or _is_read_by_update(reading.program, line.target, of)
        if is_told or (of in above | own and fits(shape, np.shape(point.values[of]))):
            yield of


def fits(shape: tuple[int, ...], of: tuple[int, ...]) -> bool:
    """Tell whether a gradient of a shape can be that of a value of another, as an update has it."""
    if shape == of:
        return True
    return len(shape) < len(of) and int(np.prod(shape)) == int(np.prod(of))


def _all_values(forward: Forward) -> Iterator[str]:
    for target, expression in forward.lines:
        yield from (name for name in names(expression) if name in forward.program.start)
        yield target


def _ancestors(forward: Forward, of: list[str]) -> set[str]:
    found = {*of}
    for target, expression in reversed(forward.lines):
        if target in found:
            found |= {*names(expression)}
    return found


def _score(
    reading: Reading, line: Line, expression: Expression, of: str, later: list[Line]
) -> float:
    """Count what speaks for a role."""
    ratio = reading.ratio(line.target, of, reading.given(expression))
    is_data = _is_data(reading.program, of)
    if ratio is None and is_data:
        return 0.0  # what is called `d_y` is seldom the slope by the targets y
    score = -_MEASURED * is_data
    score += 1.1 if ratio is not None and not np.isnan(ratio) else 0.0
    score += _MEASURED * (line.gradient_of == of and line.evidence is Evidence.MEASURED)
    if _is_named(reading, line, of):
        is_sure = _is_only(reading.expected.forward, of) and not _is_taken(reading, line, of)
        score += _NAMED if is_sure else _SHARED
    score += _UPDATES * _is_read_by_update(reading.program, line.target, of)
    factor = ratio if score and ratio else 1.0
    own = (line.target, Role(of, factor if np.isfinite(factor) else 1.0))
    return score + sum(_is_right_with(reading, reader, own) for reader in _readers(line, later))


def _is_data(program: Program, name: str) -> bool:
    own = (*program.carried, *program.notes.parameters)
    return name in program.start and name not in own and bool(program.notes.sources)


def _readers(line: Line, later: list[Line]) -> list[Line]:
    return [each for each in later if line.target in names(each.expression)]


def _is_right_with(reading: Reading, reader: Line, own: tuple[str, Role]) -> bool:
    """Tell whether a line that reads a gradient is right as something, if that has a role."""
    target, role = own
    expression = reading.whole(reader.expression)
    unknown = {line.target for line in backward_lines(reading.program)} - {target}
    if any(name in unknown and name not in reading.roles for name in names(expression)):
        return False
    given = (*(each for each in reading.given(expression) if each[0] != target), (target, role))
    point = reading.expected.points[0]
    shape = np.shape(point.values[reader.target])
    below = _ancestors(reading.expected.forward, [role.of])
    for of in reading.expected.all_at(point, given):
        if of in below and fits(shape, np.shape(point.values[of])):
            ratio = reading.ratio(reader.target, of, given)
            if ratio is not None and not np.isnan(ratio):
                return True
    return False


def _is_named(reading: Reading, line: Line, of: str) -> bool:
    """Tell whether a name is customarily that of the gradient of a value: `dW1`, `grads["W1"]`."""
    forward = reading.expected.forward
    if of in forward.inner:
        return False
    spelled = forward.spelled(of)
    if line.gradient_of == of and line.evidence is Evidence.GUESSED:
        return True
    return is_gradient_name(line.spelled, spelled)


def is_gradient_name(name: str, of: str) -> bool:
    """Tell whether a name is that of the gradient of another."""
    letter, whole = re.escape(of), name.strip("_")
    before, behind = "d_?|g|grads?_?|gradient_?", "_?(grad|gradient)"
    return bool(re.fullmatch(f"({before}){letter}|{letter}{behind}", whole))


def _is_taken(reading: Reading, line: Line, of: str) -> bool:
    """Tell whether an earlier line of the same name is the gradient already."""
    return any(
        role.of == of and reading.program.spelled(target) == line.spelled
        for target, role in reading.roles.items()
    )


def _is_only(forward: Forward, of: str) -> bool:
    """Tell whether no other forward value goes by the same name."""
    spelled = forward.spelled(of)
    return [forward.spelled(each) for each in {*_all_values(forward)}].count(spelled) == 1


def _is_read_by_update(program: Program, target: str, of: str) -> bool:
    """Tell whether the update of a parameter reads a line."""
    if of not in program.carried or of not in trained_of(program):
        return False
    if program.shapes[target] and not fits(
        sizes(program.shapes[target]), sizes(program.shapes[of])
    ):
        return False
    if not program.shapes[target] and program.shapes[of] and _is_multiplied(program, target):
        return False
    return _update_reads(program, program.carried[of]) == {target}


def _is_multiplied(program: Program, target: str) -> bool:
    """Tell whether a single number is a factor of arrays, as a delta of one example is."""
    found = (node for line in program.lines for node in walk(line.expression)
             if isinstance(node, Binary) and node.operator == "*")  # fmt: skip
    return any(
        Name(target) in (node.left, node.right) and infer(node, program.shapes) for node in found
    )


def _update_reads(program: Program, end: str) -> set[str]:
    """List the backward lines that an update reads cell by cell, also through its own lines."""
    own = {line.target: line for line in program.lines if line.phase is Phase.UPDATE}
    backward = {line.target for line in backward_lines(program)}
    others = {*program.carried.values()} - {end}
    found, waiting, seen = set[str](), [end], set[str]()
    while waiting:
        name = waiting.pop()
        if name in own and name not in seen:
            seen.add(name)
            waiting += [each for each in by_cells(own[name].expression) if each not in others]
        elif name in backward:
            found.add(name)
    return found


def by_cells(expression: Expression) -> Iterator[str]:
    """Yield the names that an expression reads cell by cell, and not in a product or a sum."""
    if isinstance(expression, Name):
        yield expression.id
    elif not isinstance(expression, Number) and row_of(expression).kind is Kind.ELEMENTWISE:
        for child in children(expression):
            yield from by_cells(child)
