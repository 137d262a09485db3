"""The call of a function as Python's grammar has it: which function, its operands, its options."""

import ast
from collections.abc import Sequence

from nnscope.expression.constants import MAXIMUM_WHOLE
from nnscope.expression.errors import ParseError
from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.operation import Operation
from nnscope.expression.suggest import not_there
from nnscope.expression.syntax import Items, Option
from nnscope.visible import quoted

Options = tuple[tuple[str, Option | Items], ...]
_SHAPE = "a shape must be whole numbers, such as (3, -1)"


def function_at(tree: ast.expr) -> Operation:
    """Give the row of the function that a call names."""
    parts: list[str] = []
    while isinstance(tree, ast.Attribute):
        parts.insert(0, tree.attr)
        tree = tree.value
    if not isinstance(tree, ast.Name):
        raise ParseError("only listed functions can be called, by their name")
    name = ".".join([tree.id, *parts])
    if name not in FUNCTIONS:
        raise ParseError(f"`{quoted(name)}` is not a function of the language{not_there(name)}")
    return FUNCTIONS[name]


def arguments_and_options(
    row: Operation, tree: ast.Call
) -> tuple[Sequence[ast.expr], list[tuple[str, ast.expr]]]:
    """Tell the operands of a call from its options, which may stand behind them by their place."""
    placed = row.placed[: max(0, len(tree.args) - row.operands)]
    end = len(tree.args) - len(placed)
    written: Sequence[ast.expr] = tree.args[:end]
    keywords = [*zip(placed, tree.args[end:], strict=True)]
    keywords += [(word.arg or "**", word.value) for word in tree.keywords]
    if row.takes_tuple:
        return _of_tuple(row, written), keywords
    if len(written) != row.operands:
        plural = "s" if row.operands > 1 else ""
        named = f"; an option has its name: {row.options[0]}=..." if row.options else ""
        more = named if len(written) > row.operands else ""
        raise ParseError(f"{row.name} takes {row.operands} argument{plural}, "
                         f"this call has {len(written)}{more}")  # fmt: skip
    return written, keywords


def _of_tuple(row: Operation, written: Sequence[ast.expr]) -> Sequence[ast.expr]:
    """Give the arrays that stand in a tuple, which is the only argument."""
    match written:
        case [ast.Tuple(elts=arrays) | ast.List(elts=arrays)] if len(arrays) >= row.operands:
            return arrays
    raise ParseError(f"{row.name} takes its arrays in brackets of their own: {row.name}((a, b))")


def option(row: Operation, name: str, value: ast.expr) -> Option | Items:
    """Read an option of a call."""
    if name not in row.options:
        known = " and ".join(row.options) or "none"
        raise ParseError(f"{row.name} has no option `{quoted(name)}` (it has {known})")
    if name == "keepdims":
        return _truth(value)
    if name == "shape":
        return _shape(value)
    if name == "axis" and isinstance(value, ast.Constant) and value.value is None:
        return None
    number = whole_number(value, f"{name} must be a whole number, such as {name}=0")
    if name == "ddof" and number < 0:
        raise ParseError("ddof must be 0 or more")
    return number


def example(row: Operation, needed: str) -> str:
    """Show a call with an option that it can't do without."""
    if needed == "shape":
        return f"{row.name}(x, (3, -1)), where -1 stands for the length that is left"
    return f"{row.name}(x, {needed}=0) where an example is a column"


def _truth(tree: ast.expr) -> bool:
    if isinstance(tree, ast.Constant) and isinstance(tree.value, bool):
        return tree.value
    raise ParseError("keepdims must be True or False")


def _shape(tree: ast.expr) -> tuple[int, ...]:
    listed = tree.elts if isinstance(tree, ast.Tuple | ast.List) else [tree]
    return tuple(whole_number(each, _SHAPE) for each in listed)


def whole_number(tree: ast.expr, otherwise: str) -> int:
    """Read a whole number, perhaps with its sign; else raise `ParseError` with `otherwise`."""
    negative = isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub)
    match tree.operand if isinstance(tree, ast.UnaryOp) and negative else tree:
        case ast.Constant(int(value)) if not isinstance(value, bool) and value <= MAXIMUM_WHOLE:
            return -value if negative else value
    raise ParseError(otherwise)
