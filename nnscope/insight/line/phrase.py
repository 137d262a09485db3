"""An expression in words: `the matrix product of W1 and X, plus b1`."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from nnscope.expression.mathematics import as_operator
from nnscope.expression.operation import Kind
from nnscope.expression.shapes import Shape, infer, is_truth
from nnscope.expression.source import is_product, listed, written_option
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Name,
    Number,
    Transpose,
    Unary,
    children,
)
from nnscope.expression.table import row_of
from nnscope.insight.line.axes import axis_words

_DEEPEST = 2


class Recipe(Struct, frozen=True, eq=False):
    """Says the outside of an expression in words; `write` gives the text of what is inside.

    `shapes` has every name that an expression may read.
    """

    shapes: Mapping[str, Shape]
    write: Callable[[Expression], str]

    def say(self, expression: Expression, depth: int = 0) -> str:
        """Say what an expression computes."""
        match as_operator(expression):
            case Binary("**", left, Number(2)):
                return f"{self._operand(left, depth)} squared"
            case Unary() | Binary() | Call() as whole:
                return self._operation(whole, depth)
        return self.write(expression)

    def _operation(self, whole: Unary | Binary | Call, depth: int) -> str:
        row, operands = row_of(whole), children(whole)
        if row.kind is Kind.PRODUCT:
            left, right = operands
            return self._product(left, right, depth)
        if isinstance(whole, Call) and row.phrase:
            return self._phrase(whole, depth)
        if isinstance(whole, Call):
            inside = " and ".join(self._argument(part, depth) for part in operands)
            return f"{self._head(whole)} of {inside}"
        if not row.meaning:
            return self.write(whole)
        words = [self._operand(operand, depth) for operand in operands]
        if isinstance(whole, Unary):
            return f"{row.meaning} {words[0]}"
        is_by_cells = row.cells_sign and all(map(self._rank, operands))
        joint = row.meaning + (" (cell by cell)" if is_by_cells else "")
        return f"{words[0]}{',' if ' of ' in words[0] else ''} {joint} {words[1]}"

    def _product(self, left: Expression, right: Expression, depth: int) -> str:
        pair = f"{self._operand(left, depth)} and {self._operand(right, depth)}"
        return f"the matrix product of {pair}"

    def _head(self, call: Call) -> str:
        """Name a function, and what it runs over: `the sum over m`, `tanh of every cell`."""
        row = row_of(call)
        if row.kind is Kind.ELEMENTWISE:
            return f"{row.word} of every cell" if self._rank(call) else row.word
        head = row.meaning if row.is_named_by_meaning else row.word
        return head + self._along(call, "over")

    def _phrase(self, call: Call, depth: int) -> str:
        """Say a whole call in the words of its row."""
        inside = [self._argument(part, depth) for part in listed(call)]
        options = {name: written_option(name, value) for name, value in call.options}
        along = self._along(call, "along" if row_of(call).kind is Kind.JOINED else "over")
        return row_of(call).phrase.format(
            *inside, operands=enumerated(inside), along=along, **options
        )

    def _along(self, call: Call, word: str) -> str:
        """Name the axis that a function runs over, where it has one."""
        axis = call.option("axis")
        if axis is None:
            return ""
        shape = infer(call.arguments[0], self.shapes)
        return f" {word} {axis_words(shape[axis], axis % len(shape))}"

    def _operand(self, operand: Expression, depth: int) -> str:
        """Say one side of an operator; what would be read in two ways stays a text in brackets."""
        is_loose = isinstance(operand, Binary) and not is_product(operand)
        return f"({self.write(operand)})" if is_loose else self._argument(operand, depth)

    def _argument(self, operand: Expression, depth: int) -> str:
        plain = isinstance(operand, Name | Number | Transpose) or depth >= _DEEPEST
        is_loose = isinstance(operand, Binary) and not is_product(operand)
        return self.write(operand) if plain or is_loose else self.say(operand, depth + 1)

    def _rank(self, expression: Expression) -> int:
        return len(infer(expression, self.shapes))


def local_words(local: Expression, write: Callable[[Expression], str]) -> str:
    """Write a local derivative; of one that is true or false say which numbers these are."""
    text = write(local)
    return f"1 where {text}, else 0" if is_truth(local) else text


def enumerated(words: Sequence[str]) -> str:
    """Write a list of things: `A, B and C`."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
