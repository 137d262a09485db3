"""The shape of every name of a program, with the names of the axes: n0, n1, ... and m."""

from collections.abc import Mapping, Sequence

import numpy as np

from nnscope.expression.errors import ExpressionError, UnknownNameError
from nnscope.expression.evaluate import Value
from nnscope.expression.shapes import Axis, Shape, infer, sizes
from nnscope.network.layers import Dense
from nnscope.program.assignment import Assignment
from nnscope.program.model import Phase
from nnscope.scenario.errors import wrong
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
    Raises `ScenarioError` naming that place, or the line, for operands that do not fit.
    """
    shapes, made = dict(start), {line.target for line in lines}
    for index, line in enumerate(lines):
        if only is not None and line.phase is not only:
            continue
        where = overridden.get(line.target, f"line {index + 1}, {line.text}")
        try:
            shape = infer(line.expression, shapes)
        except UnknownNameError as error:
            raise wrong(where, _explained(error, lines[index:])) from None
        except ExpressionError as error:
            raise wrong(where, str(error)) from None
        if line.phase is not Phase.UPDATE:
            if line.gradient_of in made:  # it is updated by this
                _check_gradient(line, shape, start, where)
            shapes[line.target] = shape
        elif line.target not in start:
            shapes[line.target] = shape
        elif sizes(shape) != sizes(shapes[line.target]):
            raise wrong(where, f"the result is {sizes(shape)}, but {line.target} must stay "
                               f"{sizes(shapes[line.target])}")  # fmt: skip
    return shapes


def _check_gradient(line: Assignment, shape: Shape, start: Mapping[str, Shape], where: str) -> None:
    """See that the gradient of a parameter can be added to it."""
    if line.gradient_of in start:
        wanted, found = sizes(start[line.gradient_of]), sizes(shape)
        fits = len(found) <= len(wanted) and all(
            size in (1, own) for size, own in zip(found[::-1], wanted[::-1], strict=False)
        )
        if not fits:
            message = f"{line.target} must have the shape of {line.gradient_of}, {wanted}"
            raise wrong(where, f"{message}; found {found}")


def _explained(error: UnknownNameError, rest: Sequence[Assignment]) -> str:
    """Say of a name without a value that its line comes later, where that is so."""
    for place, line in enumerate(rest):
        if str(error).startswith(f"`{line.target}` "):
            when = "later" if place else "by this very line"
            return f"`{line.target}` has no value on this line: it is computed {when}"
    return str(error)
