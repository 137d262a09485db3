"""Whether a program's cost is one of the usual losses, by its values."""

from msgspec.structs import replace

from nnscope.insight.diagnose.forward import forward_of
from nnscope.insight.diagnose.points import points_of
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.costs import standard_of
from nnscope.program.model import Program


def has_usual_cost(program: Program) -> bool:
    """Tell whether the cost is a multiple of a cross-entropy or a squared error of its output."""
    forward = forward_of(program)
    points = points_of(forward)
    if not points:
        return False
    context = Context(forward, points[-1].values, {})
    others = [replace(context, values=point.values) for point in points[:2]]
    line = program.lines[program.line_of[program.cost]]
    return standard_of(context, line.expression, others) is not None
