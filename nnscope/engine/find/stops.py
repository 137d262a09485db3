"""Stops: where a run is to be halted, forwards or backwards.

A stop holds at a moment: behind one line of an iteration. A condition is tested behind the line
that computes the last of its names, so that all of them are of the same iteration.
"""

from collections.abc import Callable

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from nnscope.engine.changes import Change
from nnscope.engine.frame import Frame
from nnscope.expression.errors import ExpressionError
from nnscope.expression.shapes import infer, is_truth, sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Binary, Expression, Number, names, substitute
from nnscope.program.model import Program
from nnscope.program.resolve import read

_TRUTH: Expression = Binary(">", Number(0), Number(0))  # stands for whatever is true or false


class Stop(Struct, frozen=True):
    """One stop.

    It is tested behind line `index`. Without an `expression` it holds whenever that line has run.
    `holds` is a test of a whole moment, for what no expression can say. With a `change` it holds
    when that has happened to the expression, or to what `holds` says, since the iteration before. A
    search halts at its `hits`-th hold. `text` is what was typed.
    """

    index: int
    expression: Expression | None = None
    change: Change | None = None
    hits: int = 1
    enabled: bool = True
    text: str = ""
    holds: Callable[[Frame], bool] | None = None

    @property
    def is_breakpoint(self) -> bool:
        """Whether it holds behind its line, whatever the numbers are."""
        return self.expression is None and self.holds is None

    def told(self, program: Program) -> str:
        """Write the stop in words."""
        if self.expression is not None:
            what = source(self.expression) + (f" {self.change.words}" if self.change else "")
            usual = last_line(program, self.expression)
            what += f" on {program.lines[self.index].spelled}" if self.index != usual else ""
        elif self.is_breakpoint:
            what = f"line {self.index + 1}, {program.lines[self.index].spelled}"
        else:
            return self.text
        return what + (f", time {self.hits}" if self.hits > 1 else "")

    def toggled(self) -> "Stop":
        """Give the stop switched on, or off."""
        return replace(self, enabled=not self.enabled)


def line_stop(index: int, hits: int = 1) -> Stop:
    """Make a breakpoint on a line."""
    return Stop(index, hits=hits)


def condition(
    program: Program,
    text: str,
    *,
    change: Change | None = None,
    behind: int | None = None,
    hits: int = 1,
) -> Stop:
    """Make a stop from the text of an expression, checked for names and shapes.

    It must be a single truth value, or for some changes a single number. `behind` is the index of
    the line behind which it is tested, by default the last that computes one of its names. Raises
    `ExpressionError`, in words for who typed it.
    """
    expression = read(program, text, behind)
    shape = shape_of(program, expression)
    wants_truth = change is None or change.of_truth
    wanted = "one truth value" if wants_truth else "one number"
    if shape:
        wrap = "; wrap it in np.any(...) or np.all(...)" if wants_truth else ""
        raise ExpressionError(f"`{text}` has the shape {shape}, but a stop needs {wanted}{wrap}")
    is_true = makes_truth(program, expression)
    if not wants_truth and is_true:
        raise ExpressionError(f"`{text}` is true or false: `{text} begins` is where it comes true")
    if wants_truth and not is_true:
        raise ExpressionError(f"`{text}` is a number; compare it, as in `{text} > 1`")
    if behind is None:
        behind = last_line(program, expression)
    else:
        _check_computed(program, expression, behind)
    return Stop(behind, expression, change, hits)


def shape_of(program: Program, expression: Expression) -> tuple[int, ...]:
    """Give the shape of an expression, which must fit the last, smaller batch too.

    Raises `ExpressionError` where operands or an index do not fit.
    """
    shape = sizes(infer(expression, program.shapes))
    if program.smaller:
        try:
            infer(expression, program.smaller.shapes)
        except ExpressionError as error:
            raise ExpressionError(f"in the last batch of an epoch, {error}") from None
    return shape


def makes_truth(program: Program, expression: Expression) -> bool:
    """Tell whether an expression is true or false; its names may hold truth values of lines."""
    told = {name: _TRUTH for name, value in program.start.items()
            if np.asarray(value).dtype == np.bool_ and name not in program.carried}  # fmt: skip
    for line in program.lines:
        if is_truth(substitute(line.expression, told)):
            told[line.target] = _TRUTH
    return is_truth(substitute(expression, told))


def last_line(program: Program, expression: Expression) -> int:
    """Find the first line behind which all variables of an expression have been made."""
    return max((program.line_of.get(name, 0) for name in names(expression)), default=0)


def _check_computed(program: Program, expression: Expression, behind: int) -> None:
    """See that a line comes after those that compute what is read."""
    for name in names(expression):
        line = program.line_of.get(name, -1)
        if line > behind:
            raise ExpressionError(
                f"`{program.spelled(name)}` is computed by line {line + 1}, after line "
                f"{behind + 1}, {program.lines[behind].spelled}"
            )
