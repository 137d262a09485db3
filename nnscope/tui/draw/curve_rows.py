"""The curves of the time pane: which ones, in which scale, and what is said of each."""

from nnscope.engine.frame import Frame
from nnscope.engine.watch import Curve
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import evaluate
from nnscope.expression.syntax import Name, names
from nnscope.insight.numbers import short
from nnscope.tui.draw.braille import Plot
from nnscope.tui.draw.text import Part, bold, dim
from nnscope.tui.view import View


def all_curves(view: View) -> tuple[Curve, ...]:
    """List the cost, if there is one, and what else is followed."""
    program = view.frame.whole
    name = program.spelled(program.cost)
    cost = (Curve(name, Name(program.cost), view.frame.costs),) if program.cost else ()
    return (*cost, *view.curves.curves)


def in_sight(count: int, chosen: int, fit: int) -> range:
    """Give the places of the curves that there is room for, the chosen one among them."""
    fit = min(max(fit, 1), count)
    first = min(max(chosen - fit + 1, 0), count - fit)
    return range(first, first + fit)


def plotted(curve: Curve, logarithmic: bool) -> tuple[Plot, str]:
    """Make the plot of a curve, and say what its scale is."""
    plot, scale = Plot(curve.values, logarithmic), "log scale" if logarithmic else "linear"
    if logarithmic and (plot.is_empty or Plot(curve.values).low < 0):
        plot, scale = Plot(curve.values), "linear: not all are above 0"
    if plot.is_empty:
        scale = "all nan or inf" if len(curve.values) else "not known yet"
    return plot, scale


def chosen(view: View, at: int, shown: range) -> str:
    """Point at the chosen one of several curves, and say how many there are."""
    count = len(all_curves(view))
    if count == 1:
        return ""
    number = f"{at + 1} of {count}: " if len(shown) < count else ""
    return ("▸ " if at == min(view.curves.chosen, count - 1) else "  ") + number


def heading(frame: Frame, curve: Curve, scale: str = "") -> list[Part]:
    """Write the value of a curve at this moment; ○ says that it is of the iteration before."""
    told = f"  {scale}" if scale else ""
    if curve.text == frame.whole.cost:
        here = "?" if frame.cost is None else short(frame.cost)
        return [bold(f"{curve.text} = {here}"), dim(f"  at iteration {frame.iteration},{told[1:]}")]
    used = names(curve.expression)
    if any(name not in frame.values for name in used):
        return [bold(f"{curve.text} = ?"), dim(f"{told}, not computed yet" if told else told)]
    old = any(frame.is_stale(name) for name in used)
    value = _value(frame, curve)
    if old:
        return [dim(f"{curve.text} = {value}  ○ of iteration {frame.iteration - 1}{told}")]
    return [bold(f"{curve.text} = {value}"), dim(told)]


def _value(frame: Frame, curve: Curve) -> str:
    try:
        return short(float(evaluate(curve.expression, frame.values)))
    except ExpressionError:
        return "?"
