"""From a tree back to text: NumPy, with few brackets, and so that the tree stays what it is.

There are two texts: `source` is for readers, and `code` for Python, where each value has a name of
its own.
"""

from nnscope.expression.syntax import (
    COMPARISONS,
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Number,
    Slice,
    Transpose,
    Unary,
    with_children,
)

_BINDING = {
    "or": 1, "and": 2, "not": 3, **dict.fromkeys(COMPARISONS, 4),
    "+": 5, "-": 5, "*": 6, "/": 6, "@": 6, "negative": 7, "**": 8, "atom": 10,
}  # fmt: skip


def binding(expression: Expression) -> int:
    """Tell how strongly the top of an expression holds its operands together: higher is tighter."""
    match expression:
        case Binary(operator, _, _):
            return _BINDING[operator]
        case Unary(operator, _):
            return _BINDING["negative" if operator == "-" else operator]
        case Number(value) if value < 0:
            return _BINDING["negative"]
    return _BINDING["atom"]


def source(expression: Expression) -> str:
    """Write an expression as NumPy. Reading the text again gives the same tree."""
    match expression:
        case Number(value):
            return repr(value)
        case Name():
            return expression.spelled
        case Unary(operator, operand):
            return ("-" if operator == "-" else "not ") + _within(operand, binding(expression))
        case Binary("**", left, right):
            return f"{_within(left, _BINDING['**'] + 1)} ** {_within(right, _BINDING['negative'])}"
        case Binary(operator, left, right):
            level = _BINDING[operator]
            first = _within(left, level + (operator in COMPARISONS))
            if operator == "*" and isinstance(left, Binary) and left.operator == "@":
                first = f"({first})"  # not needed, but few readers know which of @ and * is first
            return f"{first} {operator} {_within(right, level + 1)}"
        case Transpose(operand):
            return _within(operand, _BINDING["atom"]) + ".T"
        case Index(operand, items):
            return f"{_within(operand, _BINDING['atom'])}[{', '.join(map(_item, items))}]"
        case Call(function, arguments, options):
            words = [source(argument) for argument in arguments]
            return (
                f"{function}({', '.join(words + [f'{name}={value}' for name, value in options])})"
            )


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


def _item(item: int | Slice) -> str:
    if isinstance(item, int):
        return str(item)
    parts = ("" if part is None else str(part) for part in (item.start, item.stop, item.step))
    return ":".join(parts).removesuffix(":") if item.step is None else ":".join(parts)
