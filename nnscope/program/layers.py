"""The layers of a program, where it has any, read off its forward lines.

A layer begins where a parameter is multiplied with what comes in; its pre-activation is that
product with its bias, its activation what a function of one argument makes of that.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from nnscope.expression.operation import Kind
from nnscope.expression.syntax import Expression, Name, Number, Transpose, children, names, walk
from nnscope.expression.table import is_called, row_of
from nnscope.program.model import Line, Phase, Program


class Layer(Struct, frozen=True):
    """The variables of one layer, by their ids; `number` counts from 1, empty is what it lacks.

    `units_axis` is the axis of the units in its activation, `weight_axis` that in its weights; None
    for a layer of one unit without axes.
    """

    number: int
    weight: str
    input: str
    pre_activation: str
    activation: str
    bias: str
    units_axis: int | None
    weight_axis: int | None


@lru_cache(maxsize=16)
def layers(program: Program) -> tuple[Layer, ...]:
    """List the layers, from the input up; none where no parameter is multiplied with anything."""
    found: list[Layer] = []
    for line in program.lines:
        if line.phase is not Phase.FORWARD:
            continue
        begun = _begun(program, line, len(found) + 1)
        if begun and all(begun.weight != layer.weight for layer in found):
            found.append(begun)
        elif found:
            found[-1] = _continued(program, line, found[-1])
    return tuple(found)


def _begun(program: Program, line: Line, number: int) -> Layer | None:
    """Read a layer off the line of its weighted sum."""
    for weight, other, is_left in _products(program, line.expression):
        bias = next((name for name in names(line.expression)
                     if name in program.parameters and name != names(weight)[0]), "")  # fmt: skip
        rank = len(program.shapes[line.target])
        own = names(weight)[0]
        turned = isinstance(weight, Transpose)
        units = (0 if is_left else rank - 1) if rank else None
        columns = len(program.shapes[own]) - 1
        axis = 0 if is_left is not turned else columns
        return Layer(number, own, names(other)[0], line.target, line.target, bias, units,
                     axis if columns >= 0 else None)  # fmt: skip
    return None


def _products(
    program: Program, expression: Expression
) -> Iterator[tuple[Expression, Expression, bool]]:
    """Yield each product of a parameter with something else: both, and whether it stands left."""
    for node in walk(expression):
        if isinstance(node, Name | Number) or len(children(node)) != 2:
            continue
        if row_of(node).kind is not Kind.PRODUCT and not is_called(node, np.multiply):
            continue
        pair = children(node)
        for weight, other, is_left in ((pair[0], pair[1], True), (pair[1], pair[0], False)):
            own = names(weight)
            is_parameter = isinstance(weight, Name | Transpose) and own[0] in program.parameters
            if is_parameter and names(other) and not {*names(other)} & {*program.parameters}:
                yield weight, other, is_left


def _continued(program: Program, line: Line, layer: Layer) -> Layer:
    """Add to a layer the line that adds its bias, or the one that gives its activation."""
    read = {*names(line.expression)}
    if layer.pre_activation not in read or layer.activation != layer.pre_activation:
        return layer
    others = read - {layer.pre_activation}
    if not layer.bias and len(others) == 1 and others <= {*program.parameters}:
        (bias,) = others
        return replace(layer, bias=bias, pre_activation=line.target, activation=line.target)
    is_activation = not {name for name in others if name in program.line_of}
    return replace(layer, activation=line.target) if is_activation else layer
