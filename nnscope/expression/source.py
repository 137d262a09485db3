"""From a tree back to text: NumPy, with few brackets, and so that the tree stays what it is.

There are two texts: `source` is for readers, and `code` for Python, where each value has a name of
its own.
"""

from collections.abc import Sequence

from nnscope.expression.operation import Binding, Grouping, Kind
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Items,
    Name,
    Number,
    Option,
    Slice,
    Transpose,
    Unary,
    with_children,
)
from nnscope.expression.table import row_of


def binding(expression: Expression) -> Binding:
    """Tell how strongly the top of an expression holds its operands together: higher is tighter."""
    match expression:
        case Number(value) if value < 0:
            return Binding.NEGATIVE
        case Binary() | Unary():
            return row_of(expression).binding
    return Binding.ATOM


def least_bindings(expression: Binary) -> tuple[int, int]:
    """Tell how strongly each operand must hold together to stand without brackets."""
    row = row_of(expression)
    left = row.binding + (row.groups is not Grouping.LEFT)
    right = Binding.NEGATIVE if row.groups is Grouping.RIGHT else row.binding + 1
    if row.sets_products_apart and is_product(expression.left):
        left = row.binding + 1  # not needed, but few readers know which of @ and * is first
    return left, right


def is_product(expression: Expression) -> bool:
    """Tell whether an operator multiplies matrices at the top of an expression."""
    return isinstance(expression, Binary) and row_of(expression).kind is Kind.PRODUCT


def sign_before(expression: Unary) -> str:
    """Write the operator of one operand, with a space behind it if it is a word."""
    return expression.operator + (" " if row_of(expression).kind is Kind.SINGLE else "")


def source(expression: Expression) -> str:
    """Write an expression as NumPy. Reading the text again gives the same tree."""
    match expression:
        case Number(value):
            return repr(value)
        case Name():
            return expression.spelled
        case Unary(_, operand):
            return sign_before(expression) + _within(operand, binding(expression))
        case Binary(operator, left, right):
            first, second = least_bindings(expression)
            return f"{_within(left, first)} {operator} {_within(right, second)}"
        case Transpose(operand):
            return _within(operand, Binding.ATOM) + ".T"
        case Index(operand, items):
            return f"{_within(operand, Binding.ATOM)}[{written_items(items)}]"
        case Call(function):
            words = [source(argument) for argument in listed(expression)]
            return f"{function}({', '.join(with_options(expression, words))})"


def listed(call: Call) -> tuple[Expression, ...]:
    """List the operands that a call is written with: all arrays that are joined in one tuple."""
    first, *others = call.arguments
    is_alike = isinstance(first, Call) and (first.function, first.options) == (
        call.function,
        call.options,
    )
    if row_of(call).takes_tuple and is_alike:
        assert isinstance(first, Call)
        return (*listed(first), *others)
    return call.arguments


def with_options(call: Call, words: Sequence[str]) -> list[str]:
    """Write what stands between the brackets of a call, from the texts of its operands."""
    row = row_of(call)
    written = [f"({', '.join(words)})"] if row.takes_tuple else list(words)
    for name, value in call.options:
        text = written_option(name, value)
        written.append(text if name in row.placed else f"{name}={text}")
    return written


def written_option(name: str, value: Option | Items) -> str:
    """Write the value of an option: `0`, `(3, -1)`; what an index holds as NumPy has it."""
    if not isinstance(value, tuple):
        return str(value)
    return f"np.s_[{written_items(value)}]" if name == "at" else str(value)


def code(expression: Expression) -> str:
    """Write an expression as it runs: as NumPy, each name by its id."""
    return source(_by_id(expression))


def _by_id(expression: Expression) -> Expression:
    if isinstance(expression, Name):
        return Name(expression.id) if expression.written else expression
    return with_children(expression, _by_id)


def _within(operand: Expression, level: int) -> str:
    text = source(operand)
    return text if binding(operand) >= level else f"({text})"


def written_items(items: Items) -> str:
    """Write what stands in an index: `0, 1:3`."""
    return ", ".join(map(_item, items))


def _item(item: int | Slice) -> str:
    if isinstance(item, int):
        return str(item)
    parts = ("" if part is None else str(part) for part in (item.start, item.stop, item.step))
    return ":".join(parts).removesuffix(":") if item.step is None else ":".join(parts)
