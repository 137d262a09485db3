"""Expressions on patches: a line computed for many changes at once, knowing the language only."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.complex_forms import power
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.operation import Kind, Operation, Truth
from nnscope.expression.syntax import (
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
from nnscope.expression.table import row_of
from nnscope.insight.mixed import over, times
from nnscope.insight.patch import Array, Patch, aligned, common
from nnscope.insight.patch_product import multiplied

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
            case Binary("**", _, right):
                if isinstance(operands[1], Patch):
                    raise NotPatchedError
                exponent = self._steady.of(right)
                return Patch(base, power(patches[0].block, exponent.item()), patches[0].at)
            case Binary() if row_of(expression).kind is Kind.PRODUCT:
                return multiplied(operands[0], operands[1], base)
            case Binary() if row_of(expression).kind is Kind.ELEMENTWISE:
                return self._joined(row_of(expression), operands, patches, base)
            case Call():
                return self._called(expression, operands, patches, base)
        raise NotPatchedError

    def _joined(
        self, row: Operation, operands: list[Array | Patch], patches: list[Patch], base: Array
    ) -> Patch:
        at = common(patches, base.shape)
        left, right = (aligned(operand, base.ndim, at) for operand in operands)
        if row.truth is Truth.MADE:
            holds = row.call(np.real(left), np.real(right))
            if self._note:
                self._note(holds)
            return Patch(base, holds, at)
        operation: Callable[[Array, Array], Array] = _MIXED.get(row.call, row.call)
        return Patch(base, operation(left, right), at)

    def _called(
        self, call: Call, operands: list[Array | Patch], patches: list[Patch], base: Array
    ) -> Patch:
        row = row_of(call)
        match row.kind:
            case Kind.ELEMENTWISE:
                at = common(patches, base.shape)
                blocks = [aligned(operand, base.ndim, at) for operand in operands]
                if row.side and self._note:
                    self._note(row.side(*map(np.real, blocks)))
                return Patch(base, _form(row, blocks)(*blocks), at)
            case Kind.PRODUCT:
                return multiplied(operands[0], operands[1], base)
            case Kind.ALONG_AXIS:
                axis = _axis(call, base.ndim)
                patch = patches[0].along([axis])
                return Patch(base, _form(row, [patch.block])(patch.block, axis=axis + 1), patch.at)
            case Kind.REDUCTION:
                return self._reduced(row, call, patches[0], base)
        raise NotPatchedError

    def _reduced(self, row: Operation, call: Call, patch: Patch, base: Array) -> Patch:
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


def _form(row: Operation, blocks: list[Array]) -> Callable[..., Any]:
    is_complex = any(np.iscomplexobj(block) for block in blocks)
    return row.at_complex if row.at_complex and is_complex else row.call


def _axis(call: Call, rank: int) -> int:
    axis = call.option("axis")
    return axis % rank if axis is not None else 0


def _transposed(patch: Patch, base: Array) -> Patch:
    rank = base.ndim
    block = np.transpose(patch.block, (0, *range(rank, 0, -1)))
    return Patch(base, block, {rank - 1 - axis: index for axis, index in patch.at.items()})


def _numpy_item(item: int | Slice) -> int | slice:
    return item if isinstance(item, int) else slice(item.start, item.stop, item.step)


_MIXED: dict[Callable[..., Any], Callable[[Array, Array], Array]] = {
    np.multiply: times,
    np.divide: over,
}
