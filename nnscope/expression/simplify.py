"""Products and sums in their simplest form: what multiplying out the chain rule leaves behind.

Only what a rule of the table put together is tidied: the sign, the factors and the divisors of a
gradient, and the terms of a sum of gradients. What a reader wrote stays as it was written.
"""

from collections.abc import Sequence
from functools import reduce
from math import prod
from typing import NamedTuple

from nnscope.expression.shapes import is_truth
from nnscope.expression.syntax import (
    Binary,
    Expression,
    Number,
    Transpose,
    Unary,
    with_children,
)

ZERO, ONE = Number(0), Number(1)

LARGEST_EXACT = 2**53
"""Up to here every whole number is one of float64."""


def folded(rule: Expression) -> Expression:
    """Compute what numbers decide alone: `2 - 1`, `x ** 1`, `1 * x`, `0 + x`, `-(-x)`."""
    tree = with_children(rule, folded)
    match tree:
        case Unary("-", Unary("-", inner)):
            return inner
        case Unary("-", Number(0)):
            return ZERO
        case Binary("-" | "+" | "*" as sign, Number(left), Number(right)):
            return Number({"-": left - right, "+": left + right, "*": left * right}[sign])
        case Binary("**", _, Number(0)):
            return ONE
        case Binary("**" | "/", left, Number(1)) | Binary("*", left, Number(1)):
            return left
        case Binary("*" | "@", Number(1), right) | Binary("+", Number(0), right):
            return right
        case Binary("*", Number(0), _) | Binary("*", _, Number(0)):
            return ZERO
        case Binary("+" | "-", left, Number(0)):
            return left
    return tree


class Product(NamedTuple):
    """A sign, factors and divisors: `-dJ * Y / m`. Divisors divide one after the other."""

    sign: int = 1
    factors: tuple[Expression, ...] = ()
    divisors: tuple[Expression, ...] = ()

    @property
    def tree(self) -> Expression:
        """The product as an expression, its sign before the first factor."""
        factors = self.factors or (ONE,)
        if self.sign < 0 and is_truth(factors[0]):
            factors = (ONE, *factors)  # NumPy does not turn the sign of a truth value
        if self.sign < 0:
            factors = (Unary("-", factors[0]), *factors[1:])
        whole = reduce(lambda left, right: Binary("*", left, right), factors)
        return reduce(lambda left, right: Binary("/", left, right), self.divisors, whole)

    def times(self, other: "Product") -> "Product":
        """Multiply by another product, whose factors go behind."""
        sign = self.sign * other.sign
        return Product(sign, self.factors + other.factors, self.divisors + other.divisors)


def with_one_number(product: Product) -> Product:
    """Multiply the numbers in a product together, where they make a whole one: 0.5 * (2 * x)."""
    above = [_parted(factor) for factor in product.factors]
    below = [_parted(divisor) for divisor in product.divisors]
    top, bottom = (prod(number for number, _ in parts) for parts in (above, below))
    count = sum(number != 1 for number, _ in (*above, *below))
    if count < 2 or bottom == 0 or top % bottom != 0 or abs(top // bottom) > LARGEST_EXACT:
        return product
    number = product_of(Number(int(top // bottom)))
    factors, divisors = (
        tuple(rest for _, rest in parts if rest != ONE) for parts in (above, below)
    )
    return Product(product.sign).times(number).times(Product(1, factors, divisors))


def _parted(factor: Expression) -> tuple[int | float, Expression]:
    """Take the number out of a factor that begins with one."""
    match factor:
        case Number(value):
            return value, ONE
        case Binary("*", Number(value), rest):
            return value, rest
    return 1, factor


def product_of(tree: Expression) -> Product:
    """Take the outermost signs, factors and divisors of a gradient apart.

    What stands right of `*` or `/` is one factor or divisor, as the rule wrote it.
    """
    match tree:
        case Number(1):
            return Product()
        case Unary("-", operand):
            return Product(-1).times(product_of(operand))
        case Binary("*", left, right):
            last = Product() if right == ONE else Product(1, (right,))
            return product_of(left).times(last)
        case Binary("/", left, right):
            return product_of(left).times(Product(1, (), (right,)))
        case Binary("@", left, right):
            return _of_matrices(left, right)
        case Transpose(Transpose(inner)):
            return product_of(inner)
        case Transpose(Binary("@", left, right)):
            return product_of(Binary("@", _turned(right), _turned(left)))
    return Product(1, (tree,))


def _of_matrices(left: Expression, right: Expression) -> Product:
    """Take the sign out of a product of matrices."""
    first, second = product_of(left), product_of(right)
    inner = Binary("@", first._replace(sign=1).tree, second._replace(sign=1).tree)
    return Product(first.sign * second.sign, (inner,))


def _turned(tree: Expression) -> Expression:
    return tree.operand if isinstance(tree, Transpose) else Transpose(tree)


def added(terms: Sequence[Expression]) -> Expression:
    """Add gradients up, with what all of them share taken out: `-dJ * (Y / A - B) / m`."""
    products = [product_of(term) for term in terms]
    if not products:
        return ZERO
    if len(products) == 1:
        return products[0].tree
    factors = _shared([each.factors for each in products])
    if any(is_truth(_rest(each, factors, ()).tree) for each in products):
        factors = ()  # truth values would be joined by `or`
    divisors = _shared([each.divisors for each in products])
    sign = products[0].sign
    rests = [_rest(each, factors, divisors) for each in products]
    rests = [each._replace(sign=sign * each.sign) for each in rests]
    if all(each == rests[0] for each in rests):
        total = Product(1, (Number(len(rests)),)).times(rests[0])
        return Product(sign, factors, divisors).times(total).tree
    whole = reduce(_plus, rests[1:], _numeric(rests[0]))
    return Product(sign, (*factors, whole), divisors).tree


def _rest(
    product: Product, factors: tuple[Expression, ...], divisors: tuple[Expression, ...]
) -> Product:
    """Leave out what all terms of a sum share."""
    above, below = _without(product.factors, factors), _without(product.divisors, divisors)
    return Product(product.sign, above, below)


def _plus(total: Expression, term: Product) -> Expression:
    sign = "+" if term.sign > 0 else "-"
    return Binary(sign, total, _numeric(term._replace(sign=1)))


def _numeric(term: Product) -> Expression:
    """Write a term of a sum; NumPy joins truth values by `or`, so they are made numbers."""
    return Binary("*", ONE, term.tree) if is_truth(term.tree) else term.tree


def _shared(lists: Sequence[tuple[Expression, ...]]) -> tuple[Expression, ...]:
    """List what is in every list, as often as it is in all of them."""
    found: list[Expression] = []
    for each in dict.fromkeys(lists[0]):
        found += [each] * min(some.count(each) for some in lists)
    return tuple(found)


def _without(
    whole: tuple[Expression, ...], taken: tuple[Expression, ...]
) -> tuple[Expression, ...]:
    rest = list(whole)
    for each in taken:
        rest.remove(each)
    return tuple(rest)
