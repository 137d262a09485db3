"""The factor that a forward line puts into the chain rule: `1 - A1 ** 2`, `W2.T`, `1`."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from nnscope.expression.errors import ExpressionError
from nnscope.expression.jacobian import ARRIVING, is_spread, rule_in_names
from nnscope.expression.operation import Kind
from nnscope.expression.shapes import Shape, infer
from nnscope.expression.simplify import ONE, ZERO, Product, added, product_of, with_one_number
from nnscope.expression.source import source
from nnscope.expression.syntax import (
    Call,
    Expression,
    Name,
    Number,
    Operated,
    Transpose,
    children,
    names,
    substitute,
)
from nnscope.expression.table import row_of


def local_derivative(
    expression: Expression,
    name: str,
    result: str,
    shapes: Mapping[str, Shape],
    counts: Mapping[float, Name] = MappingProxyType({}),
) -> Expression:
    """Give the local derivative of an elementwise line, or of a product, by a name that it reads.

    It is the vector-Jacobian product without what arrives and without the sums over what was
    broadcast; of a product of matrices it is the other factor, transposed. `result` names the
    line's own value; `shapes` has every name. A mean divides by how many cells it has: where
    `counts` names that number it is written by its name, and does not cancel in `2 * x / 2`. Raises
    `ExpressionError` where there is no such factor: for softmax, each cell of which depends on
    many, and where a product of matrices and a function are in one line.
    """
    products = _Walk(name, shapes, counts).parts(expression, Name(result))
    return added([_numbers_last(product, shapes).tree for product in products])


def _numbers_last(product: Product, shapes: Mapping[str, Shape]) -> Product:
    """Divide by single numbers last: -Y / A2 / m."""
    divisors = sorted(product.divisors, key=lambda tree: -len(infer(tree, shapes)))
    return product._replace(divisors=tuple(divisors))


_NOTHING = Product()
_WITHOUT_A_FACTOR = (Kind.ALONG_AXIS, Kind.JOINED, Kind.OUTER)


class _Walk:
    """Multiplies the factors on the way from the whole down to each place that reads a name."""

    def __init__(
        self, name: str, shapes: Mapping[str, Shape], counts: Mapping[float, Name]
    ) -> None:
        self._name, self._shapes, self._counts = name, shapes, counts

    def parts(
        self, part: Expression, y: Expression, before: Product = _NOTHING, is_matrix: bool = False
    ) -> Iterator[Product]:
        """Yield the product of the factors to each place; `is_matrix` if one is of a product."""
        if part == Name(self._name):
            yield before
        if isinstance(part, Number | Name):
            return
        is_product = row_of(part).kind is Kind.PRODUCT
        for place, operand in enumerate(children(part)):
            if self._name in names(operand):
                factor = self._factor(part, place, y)
                if factor is not None:
                    self._check(part, factor, before, is_product, is_matrix)
                    so_far = with_one_number(before.times(factor))
                    yield from self.parts(operand, operand, so_far, is_matrix or is_product)

    def _factor(self, part: Operated, place: int, y: Expression) -> Product | None:
        """Give the local derivative of one operation; None where no slope passes through."""
        if row_of(part).kind is Kind.PRODUCT:
            other = children(part)[1 - place]
            is_vector = len(infer(other, self._shapes)) == 1
            return product_of(other if is_vector else Transpose(other))
        rule = rule_in_names(part, place, y, self._shapes, self._counts)
        local = product_of(substitute(rule, {ARRIVING: ONE}))
        return None if rule == ZERO else _without_spreads(local)

    def _check(
        self, part: Operated, factor: Product, before: Product, is_product: bool, is_matrix: bool
    ) -> None:
        """Refuse what is no multiplication by one factor."""
        mixed = (is_product and not self._is_number(before)) or (
            is_matrix and not self._is_number(factor)
        )
        is_reordered = row_of(part).kind is Kind.RESHAPED and not self._is_number(before)
        if mixed or is_reordered or row_of(part).kind in _WITHOUT_A_FACTOR:
            raise ExpressionError(f"`{source(part)}` has no single factor in the chain rule")

    def _is_number(self, product: Product) -> bool:
        return not infer(product.tree, self._shapes)


def _without_spreads(product: Product) -> Product:
    """Leave out what only brings a gradient into the shape of the operand."""
    whole = Product(product.sign, (), product.divisors)
    for factor in product.factors:
        is_shaped = is_spread(factor) or factor == Transpose(ONE) or _is_one_shaped(factor)
        inner = product_of(children(factor)[0]) if is_shaped else Product(1, (factor,))
        whole = whole.times(inner)
    return whole


def _is_one_shaped(factor: Expression) -> bool:
    """Tell whether a factor is the number 1 in some shape."""
    is_spread_ = isinstance(factor, Call) and row_of(factor).kind is Kind.SPREAD
    return is_spread_ and children(factor)[0] == ONE
