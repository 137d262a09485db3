"""The factors of the chain rule that a backward line multiplies in, read off the forward lines."""

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from nnscope.expression.errors import ExpressionError
from nnscope.expression.local import local_derivative
from nnscope.expression.mathematics import as_operator
from nnscope.expression.parse import parse
from nnscope.expression.shapes import infer
from nnscope.expression.syntax import (
    Binary,
    Expression,
    Name,
    Number,
    names,
    substitute,
    walk,
    with_children,
)
from nnscope.expression.table import row_of
from nnscope.program.model import Line, Phase, Program

_MOST_WAYS = 2
_SHOWN_IS_THE_DIAGONAL = (
    "every output depends on every score: ∂aᵢ/∂zⱼ = aᵢ (δᵢⱼ − aⱼ); this is the diagonal, i = j"
)


class Link(Struct, frozen=True):
    """One factor of the chain rule: ∂`above`/∂`below`, which a backward line multiplies in.

    `local` is the local derivative as an expression over the program's values. `rule` says in
    words how it is applied where that is not a product cell by cell.
    """

    above: str
    below: str
    local: Expression
    rule: str = ""


def derived_links(program: Program, line: Line, late: str = "") -> tuple[Link, ...]:
    """Give the local derivatives on the way from what arrives at a gradient line, outermost first.

    What arrives is the one gradient that the line reads, or the cost itself. Empty for a line that
    is no gradient, where several ways lead there, and where a forward line has no single factor.
    `late` is the number that this program divides the cost by only later.
    """
    if not line.gradient_of:
        return ()
    of = {each.target: each.gradient_of for each in program.lines if each.gradient_of}
    arriving = {of[name] for name in names(line.expression) if name in of}
    above = arriving.pop() if len(arriving) == 1 else program.cost if not arriving else ""
    ways = list(_ways(program, line.gradient_of, above))
    if len(ways) != 1:
        return ()
    try:
        return tuple(_link(program, *step, late) for step in reversed(ways[0]))
    except ExpressionError:
        return ()


def _ways(program: Program, below: str, above: str) -> Iterator[list[tuple[Line, str]]]:
    """Yield the ways from a value up to another: at each step the line, and what it reads."""
    judging = (Phase.FORWARD, Phase.LOSS)
    waiting: list[list[tuple[Line, str]]] = [[]]
    found = 0
    while waiting and found < _MOST_WAYS:
        way = waiting.pop()
        here = way[-1][0].target if way else below
        for line in program.lines:
            if line.phase in judging and here in names(line.expression):
                step = [*way, (line, here)]
                if line.target == above:
                    found += 1
                    yield step
                elif len(step) <= len(program.lines):
                    waiting.append(step)


def _link(program: Program, line: Line, below: str, late: str) -> Link:
    diagonal = _diagonal(line.expression)
    if diagonal:
        local = substitute(parse(diagonal), {"y": Name(line.target)})
        return Link(line.target, below, _named(program, local), _SHOWN_IS_THE_DIAGONAL)
    counts = _counts(program, late)
    local = local_derivative(line.expression, below, line.target, program.shapes, counts)
    match local:
        case Binary("/", whole, Number(value)) if value in counts:
            local = Binary("/", whole, counts[value])
    match local:
        case Binary("/", whole, Name(divisor)) if late and divisor == late:
            local = whole
    infer(local, program.shapes)  # behind a sum along an axis, the other side may not fit it
    return Link(line.target, below, _named(program, local))


def _diagonal(expression: Expression) -> str:
    """Give the diagonal of a function each cell of which depends on many; else nothing."""
    return "" if isinstance(expression, Name | Number) else row_of(expression).diagonal


def _counts(program: Program, late: str) -> dict[float, Name]:
    """Name the numbers that cells may be counted by with the constants that have them: n, m.

    Some line divides by such a constant, which no learning rate is. Of several with the same number
    it is the late one, else none.
    """
    data = {*program.notes.data, *program.carried}
    divisors = {
        part.right.id
        for line in program.lines
        for part in map(as_operator, walk(line.expression))
        if isinstance(part, Binary) and part.operator == "/" and isinstance(part.right, Name)
    }
    numbers = [
        (float(number), name)
        for name, number in program.start.items()
        if name in divisors - data and not program.shapes[name]
    ]
    several = Counter(value for value, _ in numbers)
    return {value: Name(name) for value, name in numbers if name == late or several[value] == 1}


def _named(program: Program, expression: Expression) -> Expression:
    """Write every variable as the reader does."""
    if isinstance(expression, Name):
        return program.variables[expression.id].name
    return with_children(expression, lambda child: _named(program, child))
