"""Which cells of its operands an expression reads for some of its own cells."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from nnscope.expression.operation import Kind
from nnscope.expression.shapes import Shape, infer, sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import (
    Call,
    Expression,
    Index,
    Name,
    Number,
    Operated,
    Slice,
    Transpose,
    children,
)
from nnscope.expression.table import row_of

Box = tuple[range, ...]
"""A block of cells of an array: a range of indices for each axis. One cell has ranges of one."""

Reads = Mapping[Expression, tuple[Box, ...]]
"""The blocks that are read of each operand; an operand is a name, or a name and its `.T`."""


def box_of(cell: tuple[int, ...]) -> Box:
    """Give a single cell as a block."""
    return tuple(range(at, at + 1) for at in cell)


def is_one_cell(box: Box) -> bool:
    """Tell whether a block is a single cell."""
    return all(len(along) == 1 for along in box)


class Reader:
    """Walks expressions down to their operands, with the shapes of the names that they read."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self._shapes = shapes

    def shape(self, expression: Expression) -> tuple[int, ...]:
        """Give the plain shape of an expression."""
        return sizes(infer(expression, self._shapes))

    def reads(self, expression: Expression, box: Box) -> Reads:
        """Collect what a block of an expression's cells is computed from, each block once."""
        found: dict[Expression, dict[Box, None]] = defaultdict(dict)
        for operand, block in self._behind(expression, box):
            found[operand][block] = None
        return {operand: tuple(boxes) for operand, boxes in found.items()}

    def _behind(self, expression: Expression, box: Box) -> Iterator[tuple[Expression, Box]]:
        match expression:
            case Name() | Transpose(Name()):
                yield expression, box
            case Number():
                return
            case Transpose(operand):
                yield from self._behind(operand, box[::-1])
            case Index(operand, items):
                yield from self._behind(operand, _picked(box, self.shape(operand), items))
            case _:
                yield from self._operands(expression, box)

    def _operands(self, whole: Operated, box: Box) -> Iterator[tuple[Expression, Box]]:
        kind, operands = row_of(whole).kind, children(whole)
        if kind is Kind.PRODUCT:
            left, right = operands
            yield from self._multiplied(left, right, box)
        elif isinstance(whole, Call) and kind in (Kind.REDUCTION, Kind.ALONG_AXIS):
            yield from self._behind(operands[0], self._along(whole, box))
        else:
            for operand in operands:
                yield from self._behind(operand, _stretched(box, self.shape(operand)))

    def _multiplied(
        self, left: Expression, right: Expression, box: Box
    ) -> Iterator[tuple[Expression, Box]]:
        first, second = self.shape(left), self.shape(right)
        inner = range(first[-1])
        yield from self._behind(left, (box[0], inner) if len(first) == 2 else (inner,))
        yield from self._behind(right, (inner, box[-1]) if len(second) == 2 else (inner,))

    def _along(self, call: Call, box: Box) -> Box:
        """Take the whole axis that a call runs over, or everything."""
        shape, axis = self.shape(call.arguments[0]), call.option("axis")
        if axis is None:
            return tuple(map(range, shape))
        axis %= len(shape)
        rest = list(box)
        if len(rest) == len(shape):
            del rest[axis]
        return (*rest[:axis], range(shape[axis]), *rest[axis:])


def _stretched(box: Box, shape: tuple[int, ...]) -> Box:
    """Give the block of an operand that broadcasting pairs with a block of the result."""
    if not shape:
        return ()
    pairs = zip(box[-len(shape) :], shape, strict=True)
    return tuple(range(1) if size == 1 else along for along, size in pairs)


def _picked(box: Box, shape: tuple[int, ...], items: tuple[int | Slice, ...]) -> Box:
    """Give the block of an array behind a block of one of its indices."""
    rest, found = list(box), list[range]()
    for size, item in zip(shape, items, strict=False):
        if isinstance(item, int):
            found.append(range(item % size, item % size + 1))
        else:
            chosen = range(size)[slice(item.start, item.stop, item.step)]
            along = rest.pop(0)
            found.append(chosen[along.start : along.stop : along.step])
    return (*found, *rest)


def first_reads(
    expression: Expression, cell: tuple[int, ...], shapes: Mapping[str, Shape]
) -> list[tuple[str, tuple[int, ...]]]:
    """List what a cell of an expression is computed from: names, each with its first cell."""
    reads = Reader(shapes).reads(expression, box_of(cell))
    return [
        read_cell(operand, tuple(along.start for along in boxes[0]))
        for operand, boxes in reads.items()
        if all(boxes[0])  # an empty slice has no cells
    ]


def read_cell(operand: Expression, cell: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """Give the name behind an operand, and the cell of it that is a cell of the operand."""
    if isinstance(operand, Transpose):
        return source(operand.operand), cell[::-1]
    return source(operand), cell
