"""Diagnosing a program for a command: of a script, with the cost that its steps are to follow.

The cost of a recorded script is the one that its steps follow. A wrong script follows none, or not
with all parameters, or follows a loss that it does not print. Then the usual losses that it
computes are tried, and those that it could have computed: the one that leaves the fewest lines
wrong counts.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from nnscope.expression.errors import ExpressionError
from nnscope.insight.diagnose.diagnose import diagnose
from nnscope.insight.diagnose.finding import Diagnosis
from nnscope.insight.diagnose.unrolled import folded, repeats, with_copies
from nnscope.insight.diagnose.usual import has_usual_cost
from nnscope.program.model import Program
from nnscope.script.program import ScriptOrigin, is_read_by_updates

_MOST = 12


def diagnosed(program: Program) -> Diagnosis:
    """Diagnose a program, a script perhaps by another cost than the one that it was opened with."""
    origin = program.origin
    unrolled = [each for each in folded(program) if has_usual_cost(each)]
    if unrolled:
        return with_copies(diagnose(unrolled[0]))
    if repeats(program):
        return Diagnosis(program, (), trouble="no loop was found in it that trains something")
    own = diagnose(program)
    is_sure = bool(program.cost) and not _is_added(program)
    if not isinstance(origin, ScriptOrigin) or origin.options.cost or is_sure:
        return own
    printed = [*_by_printed_costs(origin)]
    explained = [each for each in printed if not each.trouble and not _doubt(each)[1]]
    if explained:
        return min(explained, key=_doubt)
    if printed:
        return min([own, *printed], key=_doubt)
    others = [diagnose(each) for each in _losses(origin)] if own.trouble else []
    return min([own, *(each for each in others if not _doubt(each)[1])], key=_doubt)


def _by_printed_costs(origin: ScriptOrigin) -> Iterator[Diagnosis]:
    """Diagnose with each number that the script computes and that is a loss, or nearly one."""
    for id_ in [*origin.recorded.costs][:_MOST]:
        program = _with_cost(origin, id_)
        if program is None or is_read_by_updates(program):
            continue
        if has_usual_cost(program):
            yield diagnose(program)
        else:
            found = diagnose(program)
            if _is_a_slipped_cost(found):
                yield found


def _is_a_slipped_cost(diagnosis: Diagnosis) -> bool:
    """Tell whether a number is a usual loss but for a slip, and all that is wrong is explained."""
    first = diagnosis.findings[0] if diagnosis.findings else None
    is_cost = first is not None and first.line.target == diagnosis.program.cost
    return is_cost and _doubt(diagnosis)[1] == 0


def _is_added(program: Program) -> bool:
    return program.is_added(program.lines[program.line_of[program.cost]])


def _doubt(diagnosis: Diagnosis) -> tuple[bool, int, int]:
    """Tell how much speaks against a cost: what can't be explained, and what has to be."""
    told = sum(any(cause.is_exact for cause in each.causes) for each in diagnosis.findings)
    return bool(diagnosis.trouble), len(diagnosis.findings) - told, len(diagnosis.findings)


def _with_cost(origin: ScriptOrigin, id_: str) -> Program | None:
    try:
        return replace(origin, cost=id_, loss=None).program()
    except ExpressionError:
        return None


def _losses(origin: ScriptOrigin) -> Iterator[Program]:
    for candidate in [*origin.with_standard_losses()][:_MOST]:
        try:
            yield candidate.program()
        except ExpressionError:
            continue
