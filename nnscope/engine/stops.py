"""Stops: where a run is to be halted, forwards or backwards.

A stop holds at a moment: behind one line of an iteration. A condition is tested behind the line
that computes the last of its names, so that all of them are of the same iteration.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from nnscope.engine.model import Frame
from nnscope.expression.errors import ExpressionError
from nnscope.expression.parse import parse
from nnscope.expression.shapes import infer, is_truth, sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, names
from nnscope.program.model import Phase, Program


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop.

    It is tested behind line `index`. Without an `expression` it holds whenever that line has run.
    With `change` it holds when the expression has changed since the iteration before: its sign
    (`"sign"`), from false to true (`"begins"`), or by more than a number. A search halts at its
    `hits`-th hold. `text` is what was typed. `holds` is a test of a whole moment, for what no
    expression can say.
    """

    index: int
    expression: Expression | None = None
    change: float | str | None = None
    hits: int = 1
    enabled: bool = True
    text: str = ""
    holds: Callable[[Frame], bool] | None = None

    def told(self, program: Program) -> str:
        """Write the stop in words."""
        line = f"line {self.index + 1}, {program.lines[self.index].target}"
        if self.holds is not None:
            return self.text
        if self.expression is None:
            what = line
        elif self.change == "sign":
            what = f"the sign of {source(self.expression)} changes"
        elif self.change == "begins":
            what = f"{source(self.expression)} begins"
        elif self.change is not None:
            what = f"{source(self.expression)} changes by more than {self.change:g}"
        else:
            what = source(self.expression)
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
    change: float | str | None = None,
    phase: Phase | None = None,
    hits: int = 1,
) -> Stop:
    """Make a stop from the text of an expression, checked for names and shapes.

    It must be a single truth value, or to be watched for a `change` a single number. `phase` puts
    the test behind the last line of a phase. Raises `ExpressionError`, in words for who typed it.
    """
    expression = parse(text)
    shape = sizes(infer(expression, program.shapes))
    wants_number = change not in (None, "begins")
    wanted = "one number" if wants_number else "one truth value"
    if shape:
        wrap = "" if wants_number else "; wrap it in np.any(...) or np.all(...)"
        raise ExpressionError(f"`{text}` has the shape {shape}, but a stop needs {wanted}{wrap}")
    if wants_number and is_truth(expression):
        raise ExpressionError(f"`{text}` is true or false: `{text} begins` is where it comes true")
    if not wants_number and not is_truth(expression):
        raise ExpressionError(f"`{text}` is a number; compare it, as in `{text} > 1`")
    return Stop(_place(program, expression, phase), expression, change, hits)


def _place(program: Program, expression: Expression, phase: Phase | None) -> int:
    """Find the line behind which all names of an expression are of this iteration."""
    own = max((program.line_of.get(name, 0) for name in names(expression)), default=0)
    if phase is None:
        return own
    last = max((at for at, line in enumerate(program.lines) if line.phase is phase), default=-1)
    if last < 0:
        raise ExpressionError(f"this program has no {phase.value} lines")
    if last < own:
        line = program.lines[own]
        raise ExpressionError(f"`{line.target}` is computed in the {line.phase.value} phase, "
                              f"after the {phase.value} phase")  # fmt: skip
    return last
