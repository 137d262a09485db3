"""Putting another expression into a line of a program, in whatever order the lines then need."""

from msgspec.structs import replace

from nnscope.expression.errors import ExpressionError
from nnscope.expression.shapes import infer, sizes
from nnscope.expression.syntax import Expression, names
from nnscope.program.model import Line, Program


def with_line(program: Program, line: Line, wrong: Expression) -> Program:
    """Put another expression into a line; what it reads too early is moved before it.

    Raises `ExpressionError` where it reads itself or does not fit, and where a parameter would
    change its shape.
    """
    own = replace(line, expression=wrong)
    lines = [own if each.target == line.target else each for each in program.lines]
    lines = _in_order(lines, {*program.start})
    shapes = {name: program.shapes[name] for name in program.start}
    variables = dict(program.variables)
    for each in lines:
        shapes[each.target] = infer(each.expression, shapes)
        variables[each.target] = replace(variables[each.target], shape=shapes[each.target])
    for name, end in program.carried.items():
        if sizes(shapes[end]) != sizes(shapes[name]):
            raise ExpressionError("it would change its shape")
    others = tuple(with_line(form, line, wrong) for form in program.others)
    return replace(program, lines=tuple(lines), variables=variables, others=others)


def _in_order(lines: list[Line], known: set[str]) -> list[Line]:
    made, found, waiting = set(known), list[Line](), list(lines)
    while waiting:
        first = waiting[0]
        is_ready = {*names(first.expression)} <= made
        chosen = first if is_ready else _needed(first, waiting, made)
        found.append(chosen)
        made.add(chosen.target)
        waiting.remove(chosen)
    return found


def _needed(line: Line, waiting: list[Line], made: set[str]) -> Line:
    """Give the line that has to run next so that this one can."""
    by_target = {each.target: each for each in waiting}
    for _ in range(len(waiting)):
        missing = [name for name in names(line.expression) if name not in made]
        if not missing:
            return line
        if missing[0] not in by_target:
            break
        line = by_target[missing[0]]
    raise ExpressionError("it reads itself")
