"""The shape of every name of a program, with the names of the axes: n0, n1, ... and m."""

from collections.abc import Mapping, Sequence

import numpy as np

from nnscope.expression.errors import ExpressionError, UnknownNameError
from nnscope.expression.evaluate import Value
from nnscope.expression.shapes import Axis, Shape, infer, sizes
from nnscope.expression.syntax import names
from nnscope.network.layers import Dense
from nnscope.program.assignment import Assignment
from nnscope.program.model import Phase
from nnscope.scenario.errors import ScenarioError, wrong
from nnscope.scenario.model import Scenario


def starting_shapes(
    scenario: Scenario, layers: Sequence[Dense], values: Mapping[str, Value]
) -> dict[str, Shape]:
    """Give the shapes of what an iteration starts from: data, constants and parameters."""
    upright = scenario.layout == "column"
    shapes = {name: tuple(Axis(size) for size in np.shape(value)) for name, value in values.items()}

    def mark(name: str, *axes: str) -> None:
        """Name the axes of an array, given as in column notation."""
        if name in shapes:
            order = axes if upright else axes[::-1]
            own = order[: len(shapes[name])] if upright else order[-len(shapes[name]) :]
            shapes[name] = tuple(
                Axis(axis.size, word) for axis, word in zip(shapes[name], own, strict=False)
            )

    if scenario.layout != "scalar":
        mark(scenario.names.input, "n0", "m")
        mark(scenario.names.target, f"n{len(layers)}", "m")
        for layer in layers:
            mark(layer.names.weight, f"n{layer.number}", f"n{layer.number - 1}")
            mark(layer.names.bias, f"n{layer.number}", "")
            if layer.dropout:
                mark(layer.dropout.mask, f"n{layer.number}", "m")
    return shapes


def line_shapes(
    lines: Sequence[Assignment],
    start: Mapping[str, Shape],
    overridden: Mapping[str, str],
    only: Phase | None = None,
) -> dict[str, Shape]:
    """Infer the shape of every line on top of the shapes of the start.

    `overridden` gives, by target, where in the file a line was replaced; `only` takes one phase.
    Raises `ScenarioError` naming that place, or the line, for operands that do not fit, and for a
    gradient that is not shaped as what it belongs to: of several wrong lines, the first.
    """
    shapes, misshapen = dict(start), dict[str, ScenarioError]()
    updated = {line.target for line in lines if line.phase is Phase.UPDATE}
    for index, line in enumerate(lines):
        if only is not None and line.phase is not only:
            continue
        where = overridden.get(line.target, f"line {index + 1}, {line.text}")
        shape = _shape(line, shapes, lines[index:], where, misshapen)
        if line.phase is Phase.UPDATE:
            _check_update(line, shape, start, where)
            shapes.setdefault(line.target, shape)
            continue
        if line.gradient_of in shapes and line.gradient_of not in start.keys() - updated:
            misshapen |= _check_gradient(line, shape, shapes[line.gradient_of], where)
        shapes[line.target] = shape
    return shapes


def _shape(
    line: Assignment,
    shapes: Mapping[str, Shape],
    rest: Sequence[Assignment],
    where: str,
    misshapen: Mapping[str, ScenarioError],
) -> Shape:
    """Infer the shape of one line.

    What does not fit on a compiled line is the fault of a gradient that it reads, where one of them
    is not shaped as it should be.
    """
    try:
        return infer(line.expression, shapes)
    except UnknownNameError as error:
        raise wrong(where, _explained(error, rest)) from None
    except ExpressionError as error:
        read = (
            [] if line.because else [name for name in names(line.expression) if name in misshapen]
        )
        raise (misshapen[read[0]] if read else wrong(where, str(error))) from None


def _check_update(line: Assignment, shape: Shape, start: Mapping[str, Shape], where: str) -> None:
    """See that what is carried on keeps its shape."""
    if line.target in start and sizes(shape) != sizes(start[line.target]):
        raise wrong(where, f"the result is {sizes(shape)}, but {line.target} must stay "
                           f"{sizes(start[line.target])}")  # fmt: skip


def _check_gradient(
    line: Assignment, shape: Shape, own: Shape, where: str
) -> dict[str, ScenarioError]:
    """See that a gradient can be added to what it belongs to, whose shape is `own`.

    One that broadcasts to that shape can; what would be said of it is given, should it not fit on
    a later line.
    """
    wanted, found = sizes(own), sizes(shape)
    if found == wanted:
        return {}
    message = f"{line.target} must have the shape of {line.gradient_of}, {wanted}"
    error = wrong(where, f"{message}; found {found}")
    fits = len(found) <= len(wanted) and all(
        size in (1, own) for size, own in zip(found[::-1], wanted[::-1], strict=False)
    )
    if not fits:
        raise error
    return {line.target: error}


def _explained(error: UnknownNameError, rest: Sequence[Assignment]) -> str:
    """Say of a name without a value that its line comes later, where that is so."""
    for place, line in enumerate(rest):
        if str(error).startswith(f"`{line.target}` "):
            when = "later" if place else "by this very line"
            return f"`{line.target}` has no value on this line: it is computed {when}"
    return str(error)
