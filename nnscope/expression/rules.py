"""The texts of the table as trees: rules of calculus, expansions, and other ways to write it.

Such a text is an expression of the language that may besides call the operations that no reader
can write, and hand on an option of the call that it is about: `np.sum(x, axis=axis)`. It is read
when it is first wanted.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from nnscope.expression.rows.operators import BINARY, UNARY
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Items,
    Name,
    Number,
    Operated,
    Option,
    Transpose,
    Unary,
    substitute,
)
from nnscope.expression.table import options_of, row_of

Options = tuple[tuple[str, Option | Items], ...]
_BINARY = {row.python: row.name for row in BINARY.values()}
_UNARY = {row.python: row.name for row in UNARY.values()}


@lru_cache(maxsize=512)
def rule(text: str, options: Options = ()) -> Expression:
    """Read a text of the table, with the options of the call that it is about.

    An option that the call does not have is left out. `text` is never the user's.
    """
    return _Reader(dict(options)).read(ast.parse(text, mode="eval").body)


def applied(text: str, node: Operated, operands: Sequence[Expression]) -> Expression:
    """Put the operands of an operation into a text about it."""
    letters = row_of(node).letters
    return substitute(rule(text, options_of(node)), dict(zip(letters, operands, strict=True)))


class _Reader:
    def __init__(self, options: Mapping[str, Option | Items]) -> None:
        self._options = options

    def read(self, tree: ast.AST) -> Expression:
        match tree:
            case ast.Constant(int(value) | float(value)):
                return Number(value)
            case ast.Name(name):
                return Name(name)
            case ast.UnaryOp(sign, operand):
                return Unary(_UNARY[type(sign)], self.read(operand))
            case ast.BinOp(left, sign, right) | ast.Compare(left, [sign], [right]):
                return Binary(_BINARY[type(sign)], self.read(left), self.read(right))
            case ast.BoolOp(sign, [left, right]):
                return Binary(_BINARY[type(sign)], self.read(left), self.read(right))
            case ast.Attribute(operand, "T"):
                return Transpose(self.read(operand))
            case ast.Call(function, arguments, keywords):
                options = tuple(option for word in keywords for option in self._option(word))
                return Call(ast.unparse(function), tuple(map(self.read, arguments)), options)
        raise AssertionError(ast.dump(tree))

    def _option(self, word: ast.keyword) -> Iterator[tuple[str, Option | Items]]:
        """Give an option as it is written, or as the call has it that the text is about."""
        match word.value:
            case ast.Constant(int(value)):  # True and False too
                yield str(word.arg), value
            case ast.Name(name) if name in self._options:
                yield str(word.arg), self._options[name]
