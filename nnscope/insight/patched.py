"""Expressions on patches: a line computed for many changes at once, knowing the language only."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.complex_forms import power
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.functions import FUNCTIONS, Function, Kind
from nnscope.expression.syntax import (
    COMPARISONS,
    LOGICAL,
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Slice,
    Transpose,
    Unary,
    children,
)
from nnscope.insight.mixed import over, product, times
from nnscope.insight.patch import Array, Patch, Places, aligned, common, taken

Note = Callable[[NDArray[np.bool_]], None]
"""Told on which side of its kink each cell of a block is: (changes, ...)."""


class NotPatchedError(Exception):
    """An expression that can't be computed for many changes at once."""


class Steady:
    """The values without a change; what lines are made of is computed once and kept."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values
        self._known: dict[int, tuple[Expression, Array]] = {}

    def of(self, expression: Expression) -> Array:
        """Give the value of an expression of a line."""
        if isinstance(expression, Name):
            return np.asarray(self.values[expression.id])
        known = self._known.get(id(expression))
        if known is None:  # the tree is kept too, so that its id stays its own
            known = expression, np.asarray(evaluate(expression, self.values))
            self._known[id(expression)] = known
        return known[1]


class Patched:
    """Computes expressions in which some names hold patches, complex or real ones."""

    def __init__(
        self, steady: Steady, patches: Mapping[str, Patch], note: Note | None = None
    ) -> None:
        self._steady = steady
        self._patches = patches
        self._note = note

    def of(self, expression: Expression) -> Array | Patch:
        """Compute an expression: an array where no change reaches it.

        Raises `NotPatchedError` for what decides for all changes at once.
        """
        if isinstance(expression, Name) and expression.id in self._patches:
            return self._patches[expression.id]
        operands = [self.of(child) for child in children(expression)]
        patches = [operand for operand in operands if isinstance(operand, Patch)]
        base = self._steady.of(expression)
        return self._computed(expression, operands, patches, base) if patches else base

    def _computed(
        self, expression: Expression, operands: list[Array | Patch], patches: list[Patch],
        base: Array,
    ) -> Patch:  # fmt: skip
        match expression:
            case Unary("-", _):
                return Patch(base, -patches[0].block, patches[0].at)
            case Transpose():
                return _transposed(patches[0], base)
            case Index(_, items):
                places = tuple(map(_numpy_item, items))
                return Patch(base, patches[0].whole()[(slice(None), *places)], {})
            case Binary("@", _, _):
                return _multiplied(operands[0], operands[1], base)
            case Binary("**", _, right):
                exponent = self._steady.of(right)
                return Patch(base, power(patches[0].block, exponent[()]), patches[0].at)
            case Binary(operator, _, _) if operator not in LOGICAL:
                return self._joined(operator, operands, patches, base)
            case Call():
                return self._called(expression, operands, patches, base)
        raise NotPatchedError

    def _joined(
        self, operator: str, operands: list[Array | Patch], patches: list[Patch], base: Array
    ) -> Patch:
        at = common(patches, base.shape)
        left, right = (aligned(operand, base.ndim, at) for operand in operands)
        if operator in COMPARISONS:
            holds = _OPERATIONS[operator](np.real(left), np.real(right))
            if self._note:
                self._note(holds)
            return Patch(base, holds, at)
        return Patch(base, _OPERATIONS[operator](left, right), at)

    def _called(
        self, call: Call, operands: list[Array | Patch], patches: list[Patch], base: Array
    ) -> Patch:
        row = FUNCTIONS[call.function]
        match row.kind:
            case Kind.ELEMENTWISE:
                at = common(patches, base.shape)
                blocks = [aligned(operand, base.ndim, at) for operand in operands]
                if row.side and self._note:
                    self._note(row.side(*map(np.real, blocks)))
                return Patch(base, _form(row, blocks)(*blocks), at)
            case Kind.PRODUCT:
                return _multiplied(operands[0], operands[1], base)
            case Kind.ALONG_AXIS:
                axis = _axis(call, base.ndim)
                patch = patches[0].along([axis])
                return Patch(base, _form(row, [patch.block])(patch.block, axis=axis + 1), patch.at)
            case Kind.REDUCTION:
                return self._reduced(row, call, patches[0], base)
        raise NotPatchedError

    def _reduced(self, row: Function, call: Call, patch: Patch, base: Array) -> Patch:
        rank, axis = patch.base.ndim, call.option("axis")
        axes = [*range(rank)] if axis is None else [axis % rank]
        patch = patch.along(axes)
        block = patch.block
        if axis is None:
            block = block.reshape(len(block), -1)
        along = 1 if axis is None else axes[0] + 1
        if row.side and self._note:
            self._note(row.side(np.real(block), axis=along))
        reduced = _form(row, [block])(block, axis=along)
        keeps = base.ndim == rank
        if keeps:
            reduced = np.expand_dims(reduced, [axis + 1 for axis in axes])
        gone = 0 if keeps or axis is None else 1
        at = {place - gone * (place > axes[0]): index for place, index in patch.at.items()}
        return Patch(base, np.asarray(reduced), at)


def _form(row: Function, blocks: list[Array]) -> Callable[..., Any]:
    is_complex = any(np.iscomplexobj(block) for block in blocks)
    return row.at_complex if row.at_complex and is_complex else row.call


def _axis(call: Call, rank: int) -> int:
    axis = call.option("axis")
    return axis % rank if axis is not None else 0


def _transposed(patch: Patch, base: Array) -> Patch:
    rank = base.ndim
    block = np.transpose(patch.block, (0, *range(rank, 0, -1)))
    return Patch(base, block, {rank - 1 - axis: index for axis, index in patch.at.items()})


def _multiplied(left: Array | Patch, right: Array | Patch, base: Array) -> Patch:
    """Multiply matrices; a vector on the left counts as a row, on the right as a column."""
    flat = [axis for axis, side in ((0, left), (1, right)) if _base(side).ndim == 1]
    a, b = _as_matrix(left, 0), _as_matrix(right, 1)
    result = _matrices(a, b, base.reshape(_base(a).shape[0], _base(b).shape[1]))
    block = np.squeeze(result.block, tuple(axis + 1 for axis in flat))
    at = {axis - (0 in flat and axis == 1): index for axis, index in result.at.items()
          if axis not in flat}  # fmt: skip
    return Patch(base, block, at)


def _matrices(left: Array | Patch, right: Array | Patch, base: Array) -> Patch:
    at: Places
    if isinstance(left, Patch) and isinstance(right, Patch):
        left, right = left.along([1]), right.along([0])
        at = {**left.at, **{axis: index for axis, index in right.at.items() if axis == 1}}
        return Patch(base, product(left.block, right.block), at)
    if isinstance(left, Patch):
        at = {axis: index for axis, index in left.at.items() if axis == 0}
        if 1 not in left.at:
            return Patch(base, product(left.block, _base(right)), at)
        return _stepped(base, at, left.change, taken(_base(right), {0: left.at[1]}))
    assert isinstance(right, Patch)
    at = {axis: index for axis, index in right.at.items() if axis == 1}
    if 0 not in right.at:
        return Patch(base, product(left, right.block), at)
    return _stepped(base, at, taken(left, {1: right.at[0]}), right.change)


def _stepped(base: Array, at: Places, column: Array, row: Array) -> Patch:
    """Add what a change of one inner index adds: a column times a row."""
    block = times(column, row)
    if np.iscomplexobj(block):
        block.real += taken(base, at)
    else:
        block += taken(base, at)
    return Patch(base, block, at)


def _as_matrix(operand: Array | Patch, axis: int) -> Array | Patch:
    if _base(operand).ndim != 1:
        return operand
    if not isinstance(operand, Patch):
        return np.expand_dims(operand, axis)
    at = {1 - axis: index for index in operand.at.values()}
    return Patch(np.expand_dims(operand.base, axis), np.expand_dims(operand.block, axis + 1), at)


def _base(operand: Array | Patch) -> Array:
    return operand.base if isinstance(operand, Patch) else operand


def _numpy_item(item: int | Slice) -> int | slice:
    return item if isinstance(item, int) else slice(item.start, item.stop, item.step)


_OPERATIONS: dict[str, Callable[[Array, Array], Array]] = {
    "+": np.add, "-": np.subtract, "*": times, "/": over,
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "==": np.equal, "!=": np.not_equal,
}  # fmt: skip
