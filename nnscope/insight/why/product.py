"""Why the gradient of a product is a product: which factor is turned, and where it stands."""

from collections.abc import Iterator

from nnscope.expression.operation import Binding, Kind
from nnscope.expression.source import binding, source
from nnscope.expression.syntax import Expression, Name, Number, Transpose, children, walk
from nnscope.expression.table import row_of
from nnscope.insight.explain.cells import Box, box_of
from nnscope.insight.explain.formula import cell_formula
from nnscope.insight.explain.reads import Shapes
from nnscope.insight.why.reason import Asked, Reason, axes, plain, worked
from nnscope.program.links import Link


def turned_product(gradient: Expression) -> tuple[Expression, Expression] | None:
    """Give the two sides of the product of matrices in a gradient, if it has one."""
    for node in walk(gradient):
        if not isinstance(node, Name | Number) and row_of(node).kind is Kind.PRODUCT:
            left, right = children(node)
            return left, right
    return None


def product_reason(asked: Asked, link: Link, gradient: Expression, arriving: str) -> Reason:
    """Say why a gradient is `dZ1 @ X.T`: by the shapes first, then by a cell.

    `gradient` is what the chain rule makes of `arriving`, the gradient of what the product gives.
    """
    sides = turned_product(gradient)
    assert sides is not None
    left, right = (asked.shape(side) for side in sides)
    result = asked.program.shapes[link.below]
    head = f"{asked.fraction(link.above, link.below)}: {source(gradient)}"
    shapes = (f"Shapes: {_side(sides[0])} {plain(left)} @ {_side(sides[1])} {plain(right)} = "
              f"{plain(asked.shape(gradient))}, the shape of {asked.name(link.below)} "
              f"{axes(result)}.{_otherwise(asked, link, sides)}")  # fmt: skip
    return Reason(head, (shapes, *_cells(asked, link, gradient, arriving)))


def _otherwise(asked: Asked, link: Link, sides: tuple[Expression, Expression]) -> str:
    """Say what it would be without the transpose."""
    straight = [side.operand if isinstance(side, Transpose) else side for side in sides]
    if tuple(straight) == sides:
        return ""
    left, right = (asked.shape(side) for side in straight)
    text = f"{_side(straight[0])} @ {_side(straight[1])}"
    told = f" Not {text}: {plain(left)} @ {plain(right)}"
    found = _product_sizes([axis.size for axis in left], [axis.size for axis in right])
    if found is None:
        return f"{told} does not fit."
    wanted = [axis.size for axis in asked.program.shapes[link.below]]
    if found != wanted:
        return f"{told} is {tuple(found)}, which is not its shape."
    return f"{told} has the same shape only because the sizes happen to be equal; its cells differ."


def _side(operand: Expression) -> str:
    text = source(operand)
    return text if binding(operand) is Binding.ATOM else f"({text})"


def _product_sizes(left: list[int], right: list[int]) -> list[int] | None:
    """Give the shape of a product of two matrices; None where they do not fit."""
    if len(left) != 2 or len(right) != 2 or left[1] != right[0]:
        return None
    return [left[0], right[1]]


def _cells(asked: Asked, link: Link, gradient: Expression, arriving: str) -> Iterator[str]:
    """Follow one cell: where it goes, and what comes back from there."""
    cell = asked.cell_in(link.below)
    if not asked.is_known(gradient):
        return
    reads = Shapes(asked.program.shapes).reads(gradient, box_of(cell))
    boxes = reads.get(asked.program.variables[arriving].name, ()) if arriving else ()
    formula = cell_formula(gradient, cell, asked.program.shapes)
    what = asked.place(link.below, cell)
    if boxes:
        goes = f"{what} goes into {_where(boxes[0], asked.name(link.above))}, so what comes back is"
    else:
        goes = f"For {what} that is"
    yield f"Cells: {goes} {formula} = {worked(asked, gradient, cell, most=3)}."


def _where(box: Box, name: str) -> str:
    """Name the cells of a block: `row 0 of Z1`."""
    if len(box) != 2:
        return name
    rows, columns = box
    if len(rows) == 1 and len(columns) == 1:
        return f"{name}[{rows.start}, {columns.start}]"
    if len(rows) == 1:
        return f"all of row {rows.start} of {name}"
    return f"all of column {columns.start} of {name}" if len(columns) == 1 else f"all of {name}"
