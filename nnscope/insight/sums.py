"""The sums inside an expression: what has to be added up term by term before the rest is computed.

A sum here is a product of rows and columns, or a reduction: also a largest value is found term by
term. A mean, a norm and a softmax are first written out by the sums that they consist of.
"""

from dataclasses import dataclass
from functools import lru_cache

from nnscope.expression.functions import FUNCTIONS, Kind
from nnscope.expression.parse import parse
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Option,
    Transpose,
    Unary,
    substitute,
)


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum inside an expression, and the name that stands for it in the rest."""

    name: Name
    node: Binary | Call

    @property
    def factors(self) -> tuple[Expression, Expression] | None:
        """What is multiplied, rows by columns; None for a reduction."""
        if isinstance(self.node, Binary):
            return self.node.left, self.node.right
        if FUNCTIONS[self.node.function].kind is Kind.PRODUCT:
            return self.node.arguments[0], self.node.arguments[1]
        return None

    @property
    def count(self) -> Name:
        """The name of the number of its terms, which a mean divides by."""
        return Name(f"{self.name.id}count")

    @property
    def function(self) -> str:
        """The reduction that it is; of products, the sum."""
        reduces = isinstance(self.node, Call) and not self.factors
        return self.node.function if isinstance(self.node, Call) and reduces else "np.sum"

    @property
    def argument(self) -> Expression:
        """What is reduced; of a product, what stands left."""
        return self.node.left if isinstance(self.node, Binary) else self.node.arguments[0]

    @property
    def axis(self) -> Option:
        """The axis of a reduction as it is written, None for everything."""
        return self.node.option("axis") if isinstance(self.node, Call) else None


@lru_cache(maxsize=256)
def split(expression: Expression) -> tuple[Expression, tuple[Sum, ...]]:
    """Take the outermost sums out of an expression: what is left, and the sums in its order."""
    found: list[Sum] = []
    return _without_sums(expression, found), tuple(found)


def _without_sums(expression: Expression, found: list[Sum]) -> Expression:
    match expression:
        case Binary("@", _, _):
            return _named(expression, found)
        case Call(function, arguments, options):
            if function == "np.mean":
                total = _without_sums(Call("np.sum", arguments, options), found)
                return Binary("/", total, found[-1].count)
            if FUNCTIONS[function].kind is Kind.ALONG_AXIS or function == "np.linalg.norm":
                return _without_sums(_written_out(expression), found)
            if FUNCTIONS[function].kind is Kind.ELEMENTWISE:
                inner = tuple(_without_sums(argument, found) for argument in arguments)
                return Call(function, inner, options)
            return _named(expression, found)
        case Binary(operator, left, right):
            first = _without_sums(left, found)
            return Binary(operator, first, _without_sums(right, found))
        case Unary(operator, operand):
            return Unary(operator, _without_sums(operand, found))
        case Transpose(operand):
            return Transpose(_without_sums(operand, found))
        case Index(operand, items):
            return Index(_without_sums(operand, found), items)
    return expression


def _named(node: Binary | Call, found: list[Sum]) -> Name:
    found.append(Sum(Name(f"Σ{len(found) + 1}"), node))
    return found[-1].name


def _written_out(call: Call) -> Expression:
    """Write a function along an axis by the sums and the simpler functions that it consists of."""
    if call.function == "np.linalg.norm":
        squares = Call("np.square", call.arguments)
        return Call("np.sqrt", (Call("np.sum", (squares,), call.options),))
    template = FUNCTIONS[call.function].expansion
    whole = parse(template.replace("axis=axis", f"axis={call.option('axis')}"))
    return substitute(whole, {"x": call.arguments[0]})
