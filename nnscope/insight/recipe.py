"""An expression in words: `the matrix product of W1 and X, plus b1`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nnscope.expression.functions import FUNCTIONS, Kind
from nnscope.expression.shapes import Shape, infer
from nnscope.expression.syntax import Binary, Call, Expression, Name, Number, Transpose, Unary

_JOINTS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
_DEEPEST = 2


@dataclass(frozen=True, eq=False, slots=True)
class Recipe:
    """Says the outside of an expression in words; `write` gives the text of what is inside.

    `shapes` has every name that an expression may read.
    """

    shapes: Mapping[str, Shape]
    write: Callable[[Expression], str]

    def say(self, expression: Expression, depth: int = 0) -> str:
        """Say what an expression computes."""
        match expression:
            case Unary("-", operand):
                return f"minus {self._operand(operand, depth)}"
            case Binary("@", left, right):
                return self._product(left, right, depth)
            case Binary("**", left, Number(2)):
                return f"{self._operand(left, depth)} squared"
            case Binary(operator, left, right) if operator in _JOINTS:
                first, second = self._operand(left, depth), self._operand(right, depth)
                cells = operator == "*" and self._rank(left) > 0 and self._rank(right) > 0
                joint = _JOINTS[operator] + (" (cell by cell)" if cells else "")
                return f"{first}{',' if ' of ' in first else ''} {joint} {second}"
            case Call(_, arguments, _):
                if FUNCTIONS[expression.function].kind is Kind.PRODUCT:
                    return self._product(arguments[0], arguments[1], depth)
                inside = " and ".join(self._argument(part, depth) for part in arguments)
                return f"{self._head(expression)} of {inside}"
        return self.write(expression)

    def _product(self, left: Expression, right: Expression, depth: int) -> str:
        pair = f"{self._operand(left, depth)} and {self._operand(right, depth)}"
        return f"the matrix product of {pair}"

    def _head(self, call: Call) -> str:
        """Name a function, and what it runs over: `the sum over m`, `tanh of every cell`."""
        row, name, axis = FUNCTIONS[call.function], _short(call), call.option("axis")
        if row.kind is Kind.ELEMENTWISE:
            return f"{name} of every cell" if self._rank(call) else name
        head = row.meaning if row.kind is Kind.REDUCTION and "whether" not in row.meaning else name
        if axis is None:
            return head
        shape = infer(call.arguments[0], self.shapes)
        return f"{head} over {shape[axis].name or f'axis {axis % len(shape)}'}"

    def _operand(self, operand: Expression, depth: int) -> str:
        """Say one side of an operator; what would be read in two ways stays a text in brackets."""
        is_loose = isinstance(operand, Binary) and operand.operator != "@"
        return f"({self.write(operand)})" if is_loose else self._argument(operand, depth)

    def _argument(self, operand: Expression, depth: int) -> str:
        plain = isinstance(operand, Name | Number | Transpose) or depth >= _DEEPEST
        is_loose = isinstance(operand, Binary) and operand.operator != "@"
        return self.write(operand) if plain or is_loose else self.say(operand, depth + 1)

    def _rank(self, expression: Expression) -> int:
        return len(infer(expression, self.shapes))


def _short(call: Call) -> str:
    return call.function.rpartition(".")[2]
