"""The gradient check: what the backward lines say, against the slope of the scenario's own cost.

`ground_of(frame)` or `ground_at(program, iteration)` gives the numbers to stand on; then there are
`check_cell`, `check_gradient` and `check_all`. The complex step decides: it is exact to about 1e-12
and knows no kinks. The centred difference is told with it, because it is what students write.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

import numpy as np

from nnscope.engine.keep.history import Interrupted, KeepGoing, always
from nnscope.expression.errors import UnknownNameError
from nnscope.expression.suggest import did_you_mean
from nnscope.insight.comparison import CellCheck, Comparison, GradientCheck
from nnscope.insight.complex_step import Cells
from nnscope.insight.convention import Postponed, postponed
from nnscope.insight.ground import Ground
from nnscope.insight.ratio import find_ratio
from nnscope.insight.rounding import is_rounding
from nnscope.insight.slopes import Slopes, slopes
from nnscope.insight.verdicts import Array, Verdict, relative_errors
from nnscope.program.model import Line, Program

_PORTION = 1024
_FITS = 1e-6


def gradient_line(program: Program, name: str) -> Line:
    """Find the line of a gradient by its own name or that of what it differentiates by.

    Raises `UnknownNameError` where the program has no such gradient.
    """
    lines = [line for line in program.lines if line.gradient_of]
    for line in lines:
        if name in (line.target, line.gradient_of):
            return line
    if not lines:
        raise UnknownNameError("this program only runs forwards: it has no gradient to check")
    known = [line.target for line in lines]
    raise UnknownNameError(f"`{name}` is not a gradient{did_you_mean(name, known)}")


def check_cell(ground: Ground, name: str, cell: tuple[int, ...]) -> CellCheck:
    """Check one cell of a gradient, `dW1` or by its `W1`.

    Raises `UnknownNameError` for what is no gradient, and `ExpressionError` for a gradient that is
    not shaped as what it belongs to, or a cost that is not one number.
    """
    line = gradient_line(ground.program, name)
    cells = np.array([cell], dtype=np.intp).reshape(1, len(cell))
    return _cell_check(line, *_compared(ground, line, cells, always), 0)


def check_gradient(
    ground: Ground, name: str, sample: int | None = None, keep_going: KeepGoing = always
) -> GradientCheck:
    """Check a whole gradient, or a random `sample` of its cells, the same ones every time.

    `keep_going` is asked with the number of cells done. Raises as `check_cell` does, and
    `Interrupted` when `keep_going` says so.
    """
    line = gradient_line(ground.program, name)
    shape = ground.gradient(line).shape
    size = int(np.prod(shape))
    places = np.arange(size)
    if sample is not None and sample < size:
        places = np.sort(np.random.default_rng(0).choice(size, sample, replace=False))
    cells = np.stack(np.unravel_index(places, shape), axis=1) if shape else np.empty((1, 0), int)
    return _gradient_check(ground, line, *_compared(ground, line, cells, keep_going))


def check_all(
    ground: Ground,
    keep_going: KeepGoing = always,
    sample: int | None = None,
    names: Sequence[str] | None = None,
) -> Iterator[GradientCheck]:
    """Check gradients one after the other: those of all parameters, or the `names`, in their order.

    `keep_going` is asked with the number of cells done, of `cells_of` in all.
    """
    done = 0
    for name in parameter_gradients(ground.program) if names is None else names:
        check = check_gradient(ground, name, sample, _after(done, keep_going))
        done += int(check.checked.sum())
        yield check


def _after(done: int, keep_going: KeepGoing) -> KeepGoing:
    return lambda count: keep_going(done + count)


def parameter_gradients(program: Program) -> tuple[str, ...]:
    """List the gradients of the parameters, in the order of the program."""
    return tuple(line.target for line in program.lines if line.gradient_of in program.parameters)


def cells_of(ground: Ground, names: Sequence[str], sample: int | None = None) -> int:
    """Count the cells that checking these gradients takes."""
    sizes = [np.size(ground.values[name]) for name in names]
    return sum(size if sample is None else min(size, sample) for size in sizes)


def _compared(
    ground: Ground, line: Line, cells: Cells, keep_going: KeepGoing
) -> tuple[Comparison, Postponed | None]:
    parts = []
    for first in range(0, len(cells), _PORTION):
        if not keep_going(first):
            raise Interrupted
        parts.append(slopes(ground, line.gradient_of, cells[first : first + _PORTION]))
    found = _joined(parts)
    analytic = ground.gradient(line)[tuple(cells.T)].reshape(-1)
    late = _late(ground, line, analytic, found)
    factor = late.value if late else 1.0
    plain = Comparison(cells, analytic, found, factor, np.zeros(len(cells), bool))
    excused = np.zeros(len(cells), bool)
    suspects = np.flatnonzero(plain.suspects & np.isfinite(analytic))
    if suspects.size:
        exact = found.by_complex_step[suspects]
        excused[suspects] = is_rounding(ground, line, cells[suspects], exact, factor)
    return replace(plain, excused=excused), late


def _joined(parts: Sequence[Slopes]) -> Slopes:
    names = [field.name for field in fields(Slopes)]
    return Slopes(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _late(ground: Ground, line: Line, analytic: Array, found: Slopes) -> Postponed | None:
    """Tell by its numbers whether a gradient in between is still to be divided."""
    late = postponed(ground.program)
    if late is None or late.value == 1 or line.gradient_of in ground.program.parameters:
        return None
    slope = found.by_complex_step
    slope = np.where(np.isnan(slope), found.centred, slope)
    at_once, later = (np.nanmean(relative_errors(analytic, factor * slope) < _FITS)
                      for factor in (1.0, late.value))  # fmt: skip
    return None if at_once > later else late


def _cell_check(line: Line, compared: Comparison, late: Postponed | None, place: int) -> CellCheck:
    one = _only(compared, place)
    exact = bool(np.isfinite(one.slopes.by_complex_step[0]))
    return CellCheck(
        line.target, line.gradient_of, tuple(one.cells[0].tolist()), float(one.analytic[0]),
        float(one.expected[0]), float(one.factor * one.slopes.centred[0]),
        float(one.errors[0] if exact else one.centred_errors[0]), float(one.centred_errors[0]),
        one.verdict, one.centred_verdict, bool(one.slopes.kinks[0]), exact, late,
    )  # fmt: skip


def _only(compared: Comparison, place: int) -> Comparison:
    part, found = slice(place, place + 1), compared.slopes
    return Comparison(
        compared.cells[part], compared.analytic[part],
        Slopes(*(getattr(found, field.name)[part] for field in fields(Slopes))),
        compared.factor, compared.excused[part],
    )  # fmt: skip


def _gradient_check(
    ground: Ground, line: Line, compared: Comparison, late: Postponed | None
) -> GradientCheck:
    analytic, places = ground.gradient(line), tuple(compared.cells.T)
    verdict = compared.verdict

    def laid_out(values: Array, empty: float | bool) -> Array:
        array = np.full(analytic.shape, empty)
        array[places] = values if analytic.ndim else values[0]
        return array

    ratio = None
    if verdict is Verdict.WRONG:
        noise = 1e-9 * float(np.nanmax(np.abs(compared.expected)))
        ratio = find_ratio(ground.program, compared.analytic, compared.expected, noise)
    return GradientCheck(
        line.target, line.gradient_of, analytic,
        laid_out(compared.expected, np.nan), laid_out(compared.errors, np.nan),
        laid_out(compared.centred_errors, np.nan),
        laid_out(np.ones(len(compared.cells), bool), False),
        laid_out(compared.wrong, False), laid_out(compared.slopes.kinks, False),
        laid_out(compared.excused, False), verdict, compared.centred_verdict,
        compared.centred_error, _cell_check(line, compared, late, compared.worst), ratio, late,
        np.shape(ground.values[line.target]),
    )  # fmt: skip
