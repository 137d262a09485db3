"""From text to a tree: Python's own grammar, then a whitelist. Nothing is ever executed.

Every bound here (length, depth, exponent, size of a number) exists so that a hostile expression
costs neither time nor memory.
"""

import ast
import math
from collections.abc import Collection, Sequence

from nnscope.expression.calls import (
    Options,
    arguments_and_options,
    example,
    function_at,
    option,
    whole_number,
)
from nnscope.expression.constants import MAXIMUM_WHOLE, largest_whole, of_python
from nnscope.expression.errors import ParseError
from nnscope.expression.grammar import check_name, python_tree
from nnscope.expression.operation import Operation
from nnscope.expression.rows.operators import BINARY, UNARY
from nnscope.expression.source import source
from nnscope.expression.spelled import Spelled
from nnscope.expression.suggest import instead
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Number,
    Slice,
    Transpose,
    Unary,
    substitute,
    walk,
)
from nnscope.limits import EXPONENT, EXPRESSION_DEPTH, EXPRESSION_LENGTH
from nnscope.visible import quoted

__all__ = ["check_name", "parse"]

_INDEX = "an index must be whole numbers or slices, such as [0, 1:3]"

_OPERATORS = {row.python: row.name for row in (*BINARY.values(), *UNARY.values())}

_CONSTRUCTS: dict[type[ast.AST], str] = {
    ast.Lambda: "a lambda", ast.NamedExpr: "an assignment (`:=`)", ast.JoinedStr: "an f-string",
    ast.ListComp: "a comprehension", ast.SetComp: "a comprehension", ast.Await: "await",
    ast.DictComp: "a comprehension", ast.GeneratorExp: "a comprehension", ast.Dict: "a dictionary",
    ast.IfExp: "`if` and `else` (np.where chooses cell by cell)", ast.List: "a list",
    ast.Tuple: "a tuple", ast.Set: "a set", ast.Starred: "a starred argument",
    ast.Yield: "yield", ast.YieldFrom: "yield", ast.Invert: "`~`", ast.UAdd: "a leading `+`",
    ast.FloorDiv: "`//`", ast.Mod: "`%`", ast.BitAnd: "`&` (write `and`)",
    ast.BitOr: "`|` (write `or`)", ast.BitXor: "`^` (a power is `**`)",
    ast.LShift: "`<<`", ast.RShift: "`>>`", ast.In: "`in`", ast.NotIn: "`not in`",
    ast.Is: "`is` (write `==`)", ast.IsNot: "`is not` (write `!=`)",
}  # fmt: skip


def parse(text: str, spelled: Collection[str] = ()) -> Expression:
    """Read an expression; `spelled` are names that are more than one word: `params["W1"]`.

    Raises `ParseError` for anything outside the language, saying what is there and what would be
    right. The text may come from anyone.
    """
    if len(text) > EXPRESSION_LENGTH:
        raise ParseError(
            f"an expression may have {EXPRESSION_LENGTH} characters, this has {len(text)}"
        )
    if not text.strip():
        raise ParseError("the expression is empty")
    own = Spelled(spelled, text)
    tree = substitute(_node(own.as_words(python_tree(text)), EXPRESSION_DEPTH), own.meant)
    largest_whole(tree)
    return tree


def _node(tree: ast.AST, depth: int) -> Expression:
    deeper = _deeper(depth)
    match tree:
        case ast.Constant(value):
            return _number(value)
        case ast.Name(id=name):
            check_name(name)
            return Name(name)
        case ast.UnaryOp(operator, operand):
            return Unary(_operator(operator), _node(operand, deeper))
        case ast.BinOp(left, ast.Pow(), right):
            return _power(_node(left, deeper), _node(right, deeper))
        case ast.BinOp(left, operator, right):
            symbol = _operator(operator)
            return Binary(symbol, _node(left, deeper), _node(right, deeper))
        case ast.Compare(left, [operator], [right]):
            return Binary(_operator(operator), _node(left, deeper), _node(right, deeper))
        case ast.Compare():
            raise ParseError("write a chain such as a < b < c as `a < b and b < c`")
        case ast.BoolOp(operator, operands):
            return _joined(_operator(operator), operands, depth)
        case ast.Attribute(value, "T"):
            return Transpose(_array(_node(value, deeper), ".T"))
        case ast.Subscript(value, slice):
            return Index(_array(_node(value, deeper), "[...]"), _items(slice))
        case ast.Call():
            return _call(tree, deeper)
        case ast.Attribute():
            raise ParseError(f"`.{quoted(tree.attr)}`: the only attribute is `.T`, "
                             f"and functions must be called{instead(tree.attr)}")  # fmt: skip
    raise ParseError(f"{_construct(tree)} is not part of the language")


def _deeper(depth: int) -> int:
    if depth == 0:
        raise ParseError(f"the expression is nested deeper than {EXPRESSION_DEPTH} levels")
    return depth - 1


def _joined(operator: str, operands: list[ast.expr], depth: int) -> Expression:
    """Join operands by `and` or `or`, the first two innermost; each is a level of its own."""
    *before, last = operands
    if not before:
        return _node(last, depth)
    deeper = _deeper(depth)
    return Binary(operator, _joined(operator, before, deeper), _node(last, deeper))


def _number(value: object) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ParseError(f"{quoted(repr(value))} is not a number")
    if value == math.inf:
        raise ParseError("a number must be below 1.8e308")
    if isinstance(value, int) and value > MAXIMUM_WHOLE:
        raise ParseError("a whole number must be below 2**63; write a larger one as 1e20")
    return Number(value)


def _array(operand: Expression, behind: str) -> Expression:
    """Refuse what can only be a number in front of `.T` and `[...]`."""
    if not any(isinstance(node, Name | Call) for node in walk(operand)):
        raise ParseError(f"`{quoted(source(operand))}` is a number: `{behind}` is for arrays")
    return operand


def _power(base: Expression, exponent: Expression) -> Binary:
    negative = isinstance(exponent, Unary) and exponent.operator == "-"
    number = exponent.operand if isinstance(exponent, Unary) and negative else exponent
    if not of_python(exponent):  # a number of NumPy's: its power takes no more memory than it
        return Binary("**", base, exponent)
    if not isinstance(number, Number) or abs(number.value) > EXPONENT:
        raise ParseError(
            f"an exponent must be a number from -{EXPONENT} to {EXPONENT}, "
            "written as a number, or have a name in it"
        )
    if not isinstance(number.value, int) and of_python(base) and not isinstance(base, Number):
        raise ParseError(f"`{quoted(source(base))}` may be negative, and has no real power then: "
                         "write it as one number")  # fmt: skip
    return Binary("**", base, exponent)


def _operator(operator: ast.AST) -> str:
    if type(operator) not in _OPERATORS:
        raise ParseError(f"{_construct(operator)} is not part of the language")
    return _OPERATORS[type(operator)]


def _items(tree: ast.expr) -> tuple[int | Slice, ...]:
    items = tree.elts if isinstance(tree, ast.Tuple) else [tree]
    if not items:
        raise ParseError(_INDEX)
    return tuple(
        _slice(item) if isinstance(item, ast.Slice) else whole_number(item, _INDEX)
        for item in items
    )


def _slice(tree: ast.Slice) -> Slice:
    parts = [
        None if part is None else whole_number(part, _INDEX)
        for part in (tree.lower, tree.upper, tree.step)
    ]
    if parts[2] == 0:
        raise ParseError("the step of a slice can't be 0")
    return Slice(*parts)


def _call(tree: ast.Call, depth: int) -> Call:
    row = function_at(tree.func)
    written, keywords = arguments_and_options(row, tree)
    options = tuple((word, option(row, word, value)) for word, value in keywords)
    if len(dict(options)) < len(options):
        raise ParseError(
            f"{row.name} has an option twice: {', '.join(word for word, _ in options)}"
        )
    for needed in row.needed:
        if needed not in dict(options):
            raise ParseError(f"{row.name} needs its {needed}: {example(row, needed)}")
    if row.takes_tuple:
        return _in_pairs(row, written, options, depth)
    return Call(row.name, tuple(_node(argument, depth) for argument in written), options)


def _in_pairs(row: Operation, written: Sequence[ast.expr], options: Options, depth: int) -> Call:
    """Join many arrays two by two, the first two innermost; each is a level of its own."""
    *before, last = written
    first = (
        _in_pairs(row, before, options, _deeper(depth))
        if len(before) > 1
        else _node(before[0], depth)
    )
    return Call(row.name, (first, _node(last, depth)), options)


def _construct(tree: ast.AST) -> str:
    return _CONSTRUCTS.get(type(tree), type(tree).__name__)
