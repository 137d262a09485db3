"""A scenario's own lines in place of those that were compiled or written."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from nnscope.expression.constants import as_numpy
from nnscope.expression.errors import ExpressionError
from nnscope.expression.parse import parse
from nnscope.expression.syntax import Expression
from nnscope.network.single import own_line
from nnscope.program.assignment import Assignment
from nnscope.scenario.errors import Problem, ScenarioError, counted, one_of
from nnscope.scenario.schema import OverrideTable, Precision


class Overridden(Struct, frozen=True, eq=False):
    """Where in the file a line was replaced, and the expression that was compiled for it."""

    where: str
    compiled: Expression


def with_overrides(
    lines: Sequence[Assignment], overrides: Sequence[OverrideTable], dtype: Precision = "float64"
) -> tuple[list[Assignment], dict[str, Overridden]]:
    """Put overrides in their places; tell too, by target, where in the file each of them stands.

    Raises `ScenarioError` for a target that no line computes, and for what is no expression.
    """
    result, overridden = list(lines), dict[str, Overridden]()
    problems, done = list[Problem](), set[int]()
    for number, override in enumerate(overrides, 1):
        where = f"[[override]] {number}"
        found = _place(result, override, where)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        if found in done:
            message = f"{override.target} is overridden twice"
            problems.append(Problem(f"{where}, target", message))
            continue
        done.add(found)
        try:
            expression = own_line(as_numpy(parse(override.expression)), dtype)
        except ExpressionError as error:
            problems.append(Problem(f"{where}, expression", str(error)))
            continue
        because = override.because or "the scenario has its own line here"
        compiled = result[found].expression
        overridden[override.target] = Overridden(f"{where}, expression", compiled)
        result[found] = replace(result[found], expression=expression, because=because)
    if problems:
        raise ScenarioError(problems)
    return result, overridden


def _place(lines: Sequence[Assignment], override: OverrideTable, where: str) -> int | Problem:
    """Find the line that is meant, or say why there is none."""
    own = [index for index, line in enumerate(lines) if line.target == override.target]
    if not own:
        known = dict.fromkeys(line.target for line in lines)
        message = one_of(override.target, known, "computed by this program")
        return Problem(f"{where}, target", message)
    nth = override.nth or len(own)
    if nth > len(own):
        message = f"{override.target} is assigned {counted(len(own), 'time')}, not {nth}"
        return Problem(f"{where}, nth", message)
    return own[nth - 1]
