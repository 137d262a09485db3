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
from nnscope.engine.run.loop import last_line, place_in
from nnscope.expression.errors import ExpressionError
from nnscope.expression.shapes import infer, is_truth, sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Binary, Expression, Number, names, substitute
from nnscope.program.model import Program
from nnscope.program.resolve import read

_TRUTH: Expression = Binary(">", Number(0), Number(0))  # stands for whatever is true or false


class Stop(Struct, frozen=True):
    """One stop.

    It is tested behind the line that makes the variable `line`. Without an `expression` it holds
    whenever that line has run. An expression without a line is tested behind the one that makes the
    last of its variables. `holds` is a test of a whole iteration, for what no expression can say.
    With a `change` it holds when that has happened to the expression, or to what `holds` says,
    since the iteration before. A search halts at its `hits`-th hold. `text` is what was typed.
    """

    line: str = ""
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

    def place_in(self, form: Program) -> int:
        """Find the line of a form behind which it is tested, by its index; -1 if it is not."""
        if self.holds is not None:
            return len(form.lines) - 1
        if self.expression is not None:
            return place_in(form, self.expression, self.line)
        return form.line_of.get(self.line, -1)

    def is_elsewhere(self, form: Program) -> bool:
        """Tell whether it is tested behind another line than the last that it needs."""
        place = self.place_in(form)
        return self.expression is not None and place not in (-1, last_line(form, self.expression))

    def told(self, program: Program) -> str:
        """Write the stop in words; `program` may be one of its forms."""
        form = next((each for each in program.forms if self.place_in(each) >= 0), program)
        place = self.place_in(form)
        spelled = form.lines[place].spelled if place >= 0 else self.line
        if self.expression is not None:
            what = source(self.expression) + (f" {self.change.words}" if self.change else "")
            what += f" on {spelled}" if self.is_elsewhere(form) else ""
        elif self.is_breakpoint:
            what = f"line {place + 1}, {spelled}" if place >= 0 else f"line {spelled}"
        else:
            return self.text
        return what + (f", time {self.hits}" if self.hits > 1 else "")

    def toggled(self) -> "Stop":
        """Give the stop switched on, or off."""
        return replace(self, enabled=not self.enabled)


def line_stop(line: str, hits: int = 1) -> Stop:
    """Make a breakpoint on the line that makes a variable."""
    return Stop(line, hits=hits)


def condition(
    program: Program,
    text: str,
    *,
    change: Change | None = None,
    behind: str = "",
    hits: int = 1,
) -> Stop:
    """Make a stop from the text of an expression, checked for names and shapes.

    It must be a single truth value, or for some changes a single number. `behind` is the variable
    that the line makes behind which it is tested, by default the last that computes one of its
    names. Raises `ExpressionError`, in words for who typed it.
    """
    form = next((each for each in program.forms if behind in each.line_of), program)
    expression = read(form if behind else program, text, form.line_of.get(behind))
    shape = shape_of(program, expression)
    wants_truth = change is None or change.of_truth
    wanted = "one truth value" if wants_truth else "one number"
    if shape:
        wrap = "; wrap it in np.any(...) or np.all(...)" if wants_truth else ""
        raise ExpressionError(f"`{text}` has the shape {shape}, but a stop needs {wanted}{wrap}")
    is_true = any(makes_truth(form, expression) for form in program.forms)
    if not wants_truth and is_true:
        raise ExpressionError(f"`{text}` is true or false: `{text} begins` is where it comes true")
    if wants_truth and not is_true:
        raise ExpressionError(f"`{text}` is a number; compare it, as in `{text} > 1`")
    if behind:
        _check_computed(form, expression, form.line_of[behind])
    return Stop(behind, expression, change, hits)


def shape_of(program: Program, expression: Expression) -> tuple[int, ...]:
    """Give the shape of an expression, which must fit all iterations that have its variables.

    Raises `ExpressionError` where operands or an index do not fit, and where no iteration has all
    variables.
    """
    having = [form for form in program.forms if place_in(form, expression) >= 0]
    having = having or [_known_apart(program, expression)]
    shape = sizes(infer(expression, having[0].shapes))
    for form in having[1:]:
        try:
            infer(expression, form.shapes)
        except ExpressionError as error:
            at = program.order.first(program.forms.index(form))
            raise ExpressionError(f"in iteration {at}, {error}") from None
    return shape


def _known_apart(program: Program, expression: Expression) -> Program:
    """See that some variable is unknown: else no iteration has all of them."""
    read = names(expression)
    if all(any(name in form.variables for form in program.forms) for name in read):
        told = ", ".join(f"`{name}`" for name in read)
        raise ExpressionError(f"{told}: no iteration computes all of them")
    return program


def makes_truth(program: Program, expression: Expression) -> bool:
    """Tell whether an expression is true or false; its names may hold truth values of lines."""
    told = {name: _TRUTH for name, value in program.start.items()
            if np.asarray(value).dtype == np.bool_ and name not in program.carried}  # fmt: skip
    for line in program.lines:
        if is_truth(substitute(line.expression, told)):
            told[line.target] = _TRUTH
    return is_truth(substitute(expression, told))


def _check_computed(program: Program, expression: Expression, behind: int) -> None:
    """See that a line comes after those that compute what is read."""
    for name in names(expression):
        if name not in program.variables:
            raise ExpressionError(f"`{name}` is in no iteration that has the line "
                                  f"{program.lines[behind].spelled}")  # fmt: skip
        line = program.line_of.get(name, -1)
        if line > behind:
            raise ExpressionError(
                f"`{program.spelled(name)}` is computed by line {line + 1}, after line "
                f"{behind + 1}, {program.lines[behind].spelled}"
            )
