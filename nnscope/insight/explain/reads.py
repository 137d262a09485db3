"""Which cells of the values that it reads an expression computes some of its cells from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from nnscope.expression.shapes import Shape, infer, sizes
from nnscope.expression.syntax import Expression, Name, Number, Operated, Transpose, children
from nnscope.insight.explain.cells import (
    Box,
    Cell,
    Coordinates,
    Sizes,
    box_at,
    box_of,
    coordinates,
    reader_at,
)

Reads = Mapping[Expression, tuple[Box, ...]]
"""The blocks that are read of each operand; an operand is a name, or a name and its `.T`."""


def collected(blocks: Iterable[tuple[Expression, Box]]) -> Reads:
    """Put the blocks of each operand together, each block once."""
    found: dict[Expression, dict[Box, None]] = defaultdict(dict)
    for operand, block in blocks:
        found[operand][block] = None
    return {operand: tuple(boxes) for operand, boxes in found.items()}


class Shapes:
    """The shape of every part of an expression, from the shapes of the names that it reads."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self._shapes = shapes
        self._known: dict[Expression, Sizes] = {}
        self._coordinates: dict[Expression, tuple[Coordinates, ...]] = {}

    def of(self, expression: Expression) -> Sizes:
        """Give the plain shape of an expression; each is inferred once.

        Raises what `infer` raises for shapes that do not fit, and for unknown names.
        """
        if isinstance(expression, Name) and expression.id in self._shapes:
            return sizes(self._shapes[expression.id])
        known = self._known.get(expression)
        if known is None:
            known = self._known[expression] = sizes(infer(expression, self._shapes))
        return known

    def coordinates(self, node: Operated) -> tuple[Coordinates, ...]:
        """Give the coordinates of each operand of an operation; they are found once."""
        found = self._coordinates.get(node)
        if found is None:
            shapes = [self.of(each) for each in children(node)]
            found = self._coordinates[node] = coordinates(node, shapes, len(self.of(node)))
        return found

    def reads(self, expression: Expression, box: Box) -> Reads:
        """Collect what a block of an expression's cells is computed from, each block once."""
        return collected(self.behind(expression, box))

    def behind(self, expression: Expression, box: Box) -> Iterator[tuple[Expression, Box]]:
        """Yield what a block of an expression's cells is computed from, from left to right."""
        match expression:
            case Name() | Transpose(Name()):
                yield expression, box
            case Number():
                return
            case _:
                pairs = zip(children(expression), self.coordinates(expression), strict=True)
                for operand, taken in pairs:
                    block = box_at(taken, box, self.of(operand))
                    if all(block) or not all(box):  # of joined arrays one may have none of it
                        yield from self.behind(operand, block)

    def reader(self, expression: Expression, operand: Expression, cell: Cell) -> Cell | None:
        """Give a cell of an expression that is computed from a cell of an operand, the first one.

        An operand is a name, or a name and its `.T`; None if nothing is computed from that cell.
        """
        if expression == operand:
            return cell
        if isinstance(expression, Name | Number):
            return None
        for child, taken in zip(children(expression), self.coordinates(expression), strict=True):
            inner = self.reader(child, operand, cell)
            found = None if inner is None else reader_at(taken, inner, self.of(expression))
            if found is not None:
                return found
        return None


def first_reads(
    expression: Expression, cell: Cell, shapes: Mapping[str, Shape]
) -> list[tuple[str, Cell]]:
    """List what a cell of an expression is computed from: names, each with its first cell."""
    reads = Shapes(shapes).reads(expression, box_of(cell))
    return [
        read_cell(operand, tuple(along.start for along in boxes[0]))
        for operand, boxes in reads.items()
        if all(boxes[0])  # an empty slice has no cells
    ]


def read_cell(operand: Expression, cell: Cell) -> tuple[str, Cell]:
    """Give the id of the name behind an operand, and the cell of it that is a cell of the operand.

    An operand is a name, or a name and its `.T`.
    """
    match operand:
        case Name(id_):
            return id_, cell
        case Transpose(Name(id_)):
            return id_, cell[::-1]
    raise AssertionError(operand)
