"""Slips of a name: the gradient for the weight, the new weight for the old one, another layer."""

from collections.abc import Callable, Iterator

import numpy as np

from nnscope.expression.syntax import Expression, Name
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.derivatives import bends
from nnscope.insight.diagnose.slips.slip import Kind, Slip
from nnscope.insight.diagnose.slips.trees import places

_BOOK = "Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors"


def _swapping(
    others: Callable[[str, Context], Iterator[str]],
) -> Callable[[Expression, Context], Iterator[Expression]]:
    """Put other variables in place of each name, one at a time."""

    def swap(line: Expression, context: Context) -> Iterator[Expression]:
        for part, put in places(line):
            if isinstance(part, Name):
                for other in others(part.id, context):
                    if other != part.id and other in context.values:
                        yield put(context.name(other))

    return swap


def _gradient(name: str, context: Context) -> Iterator[str]:
    """Yield the gradient of a parameter."""
    if name in context.program.parameters:
        yield from (target for target, role in context.roles.items() if role.of == name)


def _weight(name: str, context: Context) -> Iterator[str]:
    """Yield the parameter that a gradient is of."""
    role = context.roles.get(name)
    if role and role.of in context.program.parameters:
        yield role.of


def _next(name: str, context: Context) -> Iterator[str]:
    if name in context.updated:
        yield context.updated[name]


def _before(name: str, context: Context) -> Iterator[str]:
    if name in context.program.before:
        yield context.program.before[name]


def _other_value(name: str, context: Context) -> Iterator[str]:
    """Yield the values of other layers, and data, in place of one; parameters for parameters."""
    if name not in context.arrays:
        return
    is_parameter = name in context.program.carried
    same_layer = {(bend.before, bend.after) for bend in bends(context)}
    for other in context.arrays:
        pair = {(name, other), (other, name)}
        if (other in context.program.carried) is is_parameter and not pair & same_layer:
            yield other


def _own_other_side(name: str, context: Context) -> Iterator[str]:
    """Yield what goes into an activation for what comes out, and the other way round."""
    for bend in bends(context):
        if name == bend.before:
            yield bend.after
        if name == bend.after:
            yield bend.before


def _other_gradient(name: str, context: Context) -> Iterator[str]:
    """Yield other gradients that come earlier, in place of one."""
    if name in context.roles:
        rank = np.ndim(context.values[name])
        yield from (other for other in context.roles if np.ndim(context.values[other]) == rank)


SWAPPED = (
    Slip(
        "gradient-for-weight", Kind.DIRECTION,
        "the gradient of the weights is used in place of the weights",
        "dW and W differ by one letter, and have the same shape",
        "the layers below get a step that has little to do with their slope",
        _BOOK, _swapping(_gradient), _swapping(_weight),
    ),
    Slip(
        "updated-weight", Kind.ORDER,
        "the weights are used after their update",
        "the update stands right behind the gradient, so it is done before the layer below has "
        "taken its gradient through the old weights",
        "the difference is as small as the learning rate, so training converges all the same, but "
        "no gradient check passes exactly",
        _BOOK, _swapping(_next), _swapping(_before),
    ),
    Slip(
        "value-before-activation", Kind.DIRECTION,
        "the value before the activation is used for the one behind it, or the other way round",
        "Z and A of one layer have the same shape, so nothing complains",
        "near zero the two are almost the same, so training starts well and goes astray later",
        _BOOK, _swapping(_own_other_side), _swapping(_own_other_side),
    ),
    Slip(
        "value-of-another-layer", Kind.DIRECTION,
        "the value of another layer is used",
        "the index of the layer is off by one, or the names are alike",
        "the step has little to do with the slope",
        _BOOK, _swapping(_other_value), _swapping(_other_value),
    ),
    Slip(
        "gradient-of-another-layer", Kind.DIRECTION,
        "the gradient of another value is used",
        "the index of the layer is off by one, or one variable is used for all of them",
        "the step has little to do with the slope",
        _BOOK, _swapping(_other_gradient), _swapping(_other_gradient),
    ),
)  # fmt: skip
