"""Choosing a slip for a program: one that fits a line, and changes what is learned."""

from collections.abc import Iterator, Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.shapes import infer, sizes
from nnscope.expression.syntax import Expression
from nnscope.insight.diagnose.expected import Expected
from nnscope.insight.diagnose.forward import forward_of
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.points import points_of
from nnscope.insight.diagnose.slips.context import Context, same
from nnscope.insight.diagnose.slips.entries import SLIPS_OF
from nnscope.insight.diagnose.slips.slip import Kind, Slip
from nnscope.insight.hunt.putting import with_line
from nnscope.program.model import Line, Program

LEVELS = (1, 2, 3)

_LEVEL_OF = {
    Kind.MISSING: 1,
    Kind.SCALE: 1,
    Kind.DIRECTION: 2,
    Kind.ORDER: 3,
    Kind.COST: 3,
}
_SMALL = 0.1  # a slip that changes a line by less than this share of it is hard to see
_NOTICEABLE = 1e-3
_ITERATIONS = 20


class Planted(Struct, frozen=True, eq=False):
    """A slip in a line of a program: `line` is the right one, `wrong` what now stands there."""

    program: Program
    line: Line
    slip: Slip
    wrong: Expression


def places(program: Program) -> Iterator[tuple[Line, Slip, Context]]:
    """Yield where slips may be made: each line that is judged, with each slip of its phase."""
    judging = Judging.of(Expected(forward_of(program), points_of(forward_of(program))))
    judged = {step.target: step.of for step in judging.steps}
    judged |= {move.line.target: move.parameter for move in judging.moves}
    for line in program.lines:
        of = judged.get(line.target, "")
        if of or line.target == program.cost:
            context = judging.context(of)
            for slip in SLIPS_OF[line.phase]:
                yield line, slip, context


def planted(program: Program, level: int, seed: int) -> Planted | None:
    """Plant one slip of a level; None where none of that level does anything in this program.

    Level 1 are wrong scales and missing updates, 2 wrong directions, 3 a wrong order, a wrong cost,
    and whatever changes its line by less than a tenth.
    """
    draw = np.random.default_rng(seed)
    found = [*places(program)]
    right = run_of(program)
    if right is None:
        return None
    for at in draw.permutation(len(found)):
        line, slip, context = found[at]
        if _LEVEL_OF.get(slip.kind, 0) > level or slip.kind not in _LEVEL_OF:
            continue
        forms = [each for each in slip.plant(line.expression, context)
                 if is_slip(program, line, each, context)]  # fmt: skip
        for place in draw.permutation(len(forms)):
            wrong = forms[place]
            if level_of(program, slip, line, wrong, right.values) != level:
                continue
            made = with_line(program, line, wrong)
            if is_felt(made, line, right):
                return Planted(made, line, slip, wrong)
    return None


def is_slip(program: Program, line: Line, wrong: Expression, context: Context) -> bool:
    """Tell whether a form can be computed, fits, and is not right all the same."""
    try:
        shape = sizes(infer(wrong, program.shapes))
        value = np.asarray(evaluate(wrong, context.values))
    except ExpressionError:
        return False
    if line.target in program.before and shape != sizes(program.shapes[line.target]):
        return False
    try:
        with_line(program, line, wrong)
    except ExpressionError:
        return False
    right = np.asarray(context.values[line.target])
    if value.size == right.size and value.ndim < right.ndim:  # the update adds the same numbers
        value = np.broadcast_to(value, right.shape)
    return bool(np.all(np.isfinite(value))) and not same(value, right)


def level_of(
    program: Program, slip: Slip, line: Line, wrong: Expression, values: Mapping[str, Value]
) -> int:
    """Tell how hard a slip is to find: by its kind, and by how much it changes its line.

    Of an update, by how much it changes the step.
    """
    before = np.asarray(values[program.before[line.target]]) if line.target in program.before else 0
    try:
        steps = [np.asarray(evaluate(each, values)) - before for each in (wrong, line.expression)]
    except ExpressionError:
        return 3
    share = difference(*steps)
    return 3 if share < _SMALL else _LEVEL_OF[slip.kind]


def difference(one: Value, right: Value) -> float:
    """Give the largest difference of two values as a share of the right one's largest cell.

    Values of different shapes, and what is not finite, differ by all of it.
    """
    first, second = np.asarray(one, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if first.shape != second.shape or not np.all(np.isfinite(first)):
        return 1.0
    largest = float(np.max(np.abs(second), initial=0.0))
    return float(np.max(np.abs(first - second), initial=0.0)) / largest if largest else 1.0


class Run(Struct, frozen=True, eq=False):
    """The first iterations of a program: what one of them makes, the costs, how far all moves."""

    values: Mapping[str, Value]
    costs: NDArray[np.float64]
    moves: Mapping[str, NDArray[np.float64]]


def run_of(program: Program) -> Run | None:
    """Run the first iterations; None for a program that can't be run."""
    timeline = Timeline(program)
    try:
        timeline.seek(len(program.lines))
        values = timeline.frame().values
        timeline.seek(min(_ITERATIONS, program.iterations) * len(program.lines))
    except ExpressionError:
        return None
    frame = timeline.frame()
    moves = {name: np.asarray(frame.values[end]) - np.asarray(program.start[name])
             for name, end in program.carried.items()}  # fmt: skip
    return Run(values, frame.costs, moves)


def is_felt(made: Program, line: Line, right: Run) -> bool:
    """Tell whether a slip changes what is learned: the costs, or how far a parameter moves.

    What it makes of its line at first must be finite: a run may run away later.
    """
    run = run_of(made)
    if run is None or not np.all(np.isfinite(np.asarray(run.values[line.target]))):
        return False
    shares = [difference(run.moves[name], move) for name, move in right.moves.items()
              if np.any(run.moves[name]) or np.any(move)]  # fmt: skip
    return max([difference(run.costs, right.costs), *shares]) > _NOTICEABLE
