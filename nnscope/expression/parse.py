"""From text to a tree: Python's own grammar, then a whitelist. Nothing is ever executed.

Every bound here (length, depth, exponent, size of a number) exists so that a hostile expression
costs neither time nor memory.
"""

import ast
import difflib
import keyword
import math
import warnings

from nnscope.expression.errors import ParseError
from nnscope.expression.functions import FUNCTIONS, Function
from nnscope.expression.source import source
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Number,
    Option,
    Slice,
    Transpose,
    Unary,
    names,
)

MAXIMUM_LENGTH = 2000
MAXIMUM_DEPTH = 60
MAXIMUM_EXPONENT = 64

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.And: "and", ast.Or: "or", ast.USub: "-", ast.Not: "not",
}  # fmt: skip

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


def parse(text: str) -> Expression:
    """Read an expression.

    Raises `ParseError` for anything outside the language, saying what is there and what would be
    right. The text may come from anyone.
    """
    if len(text) > MAXIMUM_LENGTH:
        raise ParseError(
            f"an expression may have {MAXIMUM_LENGTH} characters, this has {len(text)}"
        )
    if not text.strip():
        raise ParseError("the expression is empty")
    return _node(_python_tree(text), MAXIMUM_DEPTH)


def check_name(name: str) -> None:
    """Raise `ParseError` unless `name` can be the name of a value."""
    plain = name.isidentifier() and name.isascii() and not name.startswith("_")
    if not plain or keyword.iskeyword(name):
        raise ParseError(f"`{name}` can't be a name: use letters, digits and _, a letter first")
    if name == "np" or name in FUNCTIONS:
        raise ParseError(f"`{name}` can't be the name of a value: it is a function of the language")


def _python_tree(text: str) -> ast.expr:
    try:
        with warnings.catch_warnings():  # `1 if 1 else 2()` makes Python itself warn
            warnings.simplefilter("ignore")
            return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        at = f" at character {error.offset}" if error.offset else ""
        reason = "too many nested brackets" if "nested" in error.msg else error.msg
        raise ParseError(f"`{_short(text)}` is not an expression{at}: {reason}") from None
    except (ValueError, RecursionError, MemoryError):
        raise ParseError(f"`{_short(text)}` can't be read: too deep, or with a null byte") from None


def _node(tree: ast.AST, depth: int) -> Expression:
    if depth == 0:
        raise ParseError(f"the expression is nested deeper than {MAXIMUM_DEPTH} levels")
    deeper = depth - 1
    match tree:
        case ast.Constant(value):
            return _number(value)
        case ast.Name(id=name):
            check_name(name)
            return Name(name)
        case ast.UnaryOp(operator, operand):
            return Unary(_operator(operator), _node(operand, deeper))
        case ast.BinOp(left, ast.Pow(), right):
            return Binary("**", _base(_node(left, deeper)), _exponent(_node(right, deeper)))
        case ast.BinOp(left, operator, right):
            symbol = _operator(operator)
            return Binary(symbol, _node(left, deeper), _node(right, deeper))
        case ast.Compare(left, [operator], [right]):
            return Binary(_operator(operator), _node(left, deeper), _node(right, deeper))
        case ast.Compare():
            raise ParseError("write a chain such as a < b < c as `a < b and b < c`")
        case ast.BoolOp(operator, [first, *rest]):
            result = _node(first, deeper)
            for operand in rest:
                result = Binary(_operator(operator), result, _node(operand, deeper))
            return result
        case ast.Attribute(value, "T"):
            return Transpose(_node(value, deeper))
        case ast.Subscript(value, slice):
            return Index(_node(value, deeper), _items(slice))
        case ast.Call():
            return _call(tree, deeper)
        case ast.Attribute():
            raise ParseError(f"`{_short(ast.unparse(tree))}`: the only attribute is `.T`, "
                             "and functions must be called")  # fmt: skip
    raise ParseError(f"{_construct(tree)} is not part of the language")


def _number(value: object) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ParseError(f"{_short(repr(value))} is not a number")
    if value == math.inf:
        raise ParseError("a number must be below 1.8e308")
    if isinstance(value, int) and abs(value) >= 2**63:
        raise ParseError("a whole number must be below 2**63; write a larger one as 1e20")
    return Number(value)


def _base(base: Expression) -> Expression:
    if not isinstance(base, Number) and not names(base):  # (9**64)**64 ... grows without end
        raise ParseError(f"`{_short(source(base))}` is a constant: write it as one number")
    return base


def _exponent(exponent: Expression) -> Expression:
    number = exponent.operand if isinstance(exponent, Unary) else exponent
    if not isinstance(number, Number) or abs(number.value) > MAXIMUM_EXPONENT:
        raise ParseError(f"an exponent must be a number from -{MAXIMUM_EXPONENT} to "
                         f"{MAXIMUM_EXPONENT}, written as a number")  # fmt: skip
    return exponent


def _operator(operator: ast.AST) -> str:
    if type(operator) not in _OPERATORS:
        raise ParseError(f"{_construct(operator)} is not part of the language")
    return _OPERATORS[type(operator)]


def _items(tree: ast.expr) -> tuple[int | Slice, ...]:
    items = tree.elts if isinstance(tree, ast.Tuple) else [tree]
    return tuple(_slice(item) if isinstance(item, ast.Slice) else _integer(item) for item in items)


def _slice(tree: ast.Slice) -> Slice:
    parts = [
        None if part is None else _integer(part) for part in (tree.lower, tree.upper, tree.step)
    ]
    if parts[2] == 0:
        raise ParseError("the step of a slice can't be 0")
    return Slice(*parts)


def _integer(tree: ast.expr) -> int:
    match tree:
        case ast.Constant(int(value)) if not isinstance(value, bool) and value < 2**63:
            return value
        case ast.UnaryOp(ast.USub(), operand):
            return -_integer(operand)
    raise ParseError("an index must be whole numbers or slices, such as [0, 1:3]")


def _call(tree: ast.Call, depth: int) -> Call:
    row = _function(tree.func)
    arguments = tuple(_node(argument, depth) for argument in tree.args)
    fewest, most = row.arguments
    if not fewest <= len(arguments) <= most:
        raise ParseError(f"{row.name} takes {most} argument{'s' if most > 1 else ''}, "
                         f"this call has {len(arguments)}")  # fmt: skip
    options = tuple((word.arg or "**", _option(row, word)) for word in tree.keywords)
    if row.name == "softmax" and not options:
        raise ParseError("softmax needs its axis: softmax(x, axis=0) where an example is a column")
    return Call(row.name, arguments, options)


def _function(tree: ast.expr) -> Function:
    parts: list[str] = []
    while isinstance(tree, ast.Attribute):
        parts.insert(0, tree.attr)
        tree = tree.value
    if not isinstance(tree, ast.Name):
        raise ParseError("only listed functions can be called, by their name")
    name = ".".join([tree.id, *parts])
    if name not in FUNCTIONS:
        raise ParseError(f"`{_short(name)}` is not a function of the language{_nearest(name)}")
    return FUNCTIONS[name]


def _option(row: Function, word: ast.keyword) -> Option:
    if word.arg not in row.options:
        known = " and ".join(row.options) or "none"
        raise ParseError(f"{row.name} has no option `{word.arg or '**'}` (it has {known})")
    if word.arg == "keepdims":
        if isinstance(word.value, ast.Constant) and isinstance(word.value.value, bool):
            return word.value.value
        raise ParseError("keepdims must be True or False")
    if isinstance(word.value, ast.Constant) and word.value.value is None:
        return None
    return _integer(word.value)


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, FUNCTIONS, n=1) or [
        known for known in FUNCTIONS if known.rpartition(".")[2] == name.rpartition(".")[2]
    ]
    return f": did you mean `{near[0]}`?" if near else f". It has {', '.join(FUNCTIONS)}"


def _construct(tree: ast.AST) -> str:
    return _CONSTRUCTS.get(type(tree), type(tree).__name__)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
