"""The right backward line of any forward line, as an expression in the reader's own names.

For `Z2 = W2 @ A1 + b2` and an arriving `dZ2` these are `dZ2 @ A1.T`, `np.sum(dZ2, axis=1,
keepdims=True)` and `W2.T @ dZ2`. The rules are those of the table, and the same that `reverse`
computes with; here they are put together and multiplied out.
"""

from collections.abc import Iterator, Mapping
from math import prod
from types import MappingProxyType

from nnscope.expression.operation import Kind
from nnscope.expression.rows.internal import spread
from nnscope.expression.shapes import Shape, infer, sizes
from nnscope.expression.simplify import ZERO, Product, added, product_of, with_one_number
from nnscope.expression.syntax import (
    Call,
    Expression,
    Name,
    Number,
    Operated,
    children,
    names,
    substitute,
    with_children,
)
from nnscope.expression.table import SUM, options_of, row_of
from nnscope.expression.vjp import backward_rule, written_numbers


def vector_jacobian(
    expression: Expression,
    name: str,
    arriving: Expression,
    result: str,
    shapes: Mapping[str, Shape],
) -> Expression:
    """Give the gradient by a name that an expression reads, as an expression.

    `arriving` is the gradient by the line's own value, which `result` names: a name, or the number
    1 for a cost. `shapes` has every name of the two expressions, and the result. The gradient has
    the shape of the name, and is the number 0 where no slope passes through. Raises
    `ExpressionError` where the shapes do not fit.
    """
    return added(list(_Walk(name, shapes).parts(expression, arriving, Name(result))))


class _Walk:
    """Goes from the whole of an expression down to each place where it reads a name."""

    def __init__(self, name: str, shapes: Mapping[str, Shape]) -> None:
        self._name, self._shapes = name, shapes

    def parts(self, part: Expression, arriving: Expression, y: Expression) -> Iterator[Expression]:
        """Yield the gradient that arrives at each place where a part, of value `y`, reads it."""
        if part == Name(self._name):
            yield arriving
        if isinstance(part, Number | Name):
            return
        for place, operand in enumerate(children(part)):
            if self._name in names(operand):
                inner = self._through(part, place, arriving, y)
                if inner != ZERO:
                    yield from self.parts(operand, inner, operand)

    def _through(
        self, part: Operated, place: int, arriving: Expression, y: Expression
    ) -> Expression:
        """Take a gradient through one operation to one of its operands."""
        rule = rule_in_names(part, place, y, self._shapes)
        if rule == ZERO:
            return ZERO
        product = self._light(product_of(substitute(rule, {ARRIVING: arriving})))
        return self._summed_back(product.tree, infer(children(part)[place], self._shapes))

    def _light(self, product: Product) -> Product:
        """Leave out what spreads a factor to the shape that the other factors have anyway."""
        for place, factor in enumerate(product.factors):
            if is_spread(factor) and self._is_aligned(factor):
                inner = product_of(children(factor)[0])
                before = Product(product.sign, product.factors[:place], product.divisors)
                lighter = before.times(inner).times(Product(1, product.factors[place + 1 :]))
                if self._sizes(lighter.tree) == self._sizes(product.tree):
                    return self._light(lighter)
        divisors = sorted(product.divisors, key=lambda tree: -len(self._sizes(tree)))
        return with_one_number(product._replace(divisors=tuple(divisors)))  # -Y / A2 / m

    def _is_aligned(self, spread: Expression) -> bool:
        """Tell whether broadcasting puts a spread number where the spreading does."""
        assert isinstance(spread, Call)
        number, whole = (self._sizes(operand) for operand in spread.arguments)
        axis = spread.option("axis")
        is_leading = axis is not None and axis % len(whole) == 0
        return not number or spread.option("keepdims") is True or is_leading

    def _sizes(self, tree: Expression) -> tuple[int, ...]:
        return sizes(infer(tree, self._shapes))

    def _summed_back(self, gradient: Expression, shape: Shape) -> Expression:
        """Sum a gradient over the axes along which an operand of this shape was broadcast."""
        found, wanted = self._sizes(gradient), sizes(shape)
        if found and not wanted:
            return _summed(gradient)
        more = len(found) - len(wanted)
        stretched = [
            axis for axis, size in enumerate(wanted) if size == 1 and found[more + axis] != 1
        ]
        if len(stretched) == len(found) > 1:
            return _summed(gradient, keepdims=True)
        for _ in range(more):
            gradient = _summed(gradient, axis=0)
        for axis in stretched:
            gradient = _summed(gradient, axis=axis, keepdims=True)
        return gradient


ARRIVING = "\N{GREEK SMALL LETTER DELTA}"
"""The name of what arrives while a rule is put into the reader's names; no name can be that."""


def rule_in_names(
    part: Operated,
    place: int,
    y: Expression,
    shapes: Mapping[str, Shape],
    counts: Mapping[float, Name] = MappingProxyType({}),
) -> Expression:
    """Put an operation's own operands and its result `y` into its rule for the operand at a place.

    What arrives is the name `ARRIVING`. How many cells an operand has is a number, or the name that
    `counts` has for it.
    """
    row, operands = row_of(part), children(part)
    inner = [infer(operand, shapes) for operand in operands]
    numbers, ranks = written_numbers(row, operands), tuple(map(len, inner))
    rule = backward_rule(row, place, options_of(part), ranks, numbers)
    rule = _counted(rule, dict(zip(row.letters, inner, strict=True)), counts)
    meant = dict(zip(row.letters, operands, strict=True))
    return substitute(rule, {"g": Name(ARRIVING), "y": y, **meant})


def is_spread(tree: Expression) -> bool:
    """Tell whether an expression repeats a number for all the cells it was reduced from."""
    return isinstance(tree, Call) and row_of(tree).call is spread


def _counted(
    rule: Expression, shapes: Mapping[str, Shape], counts: Mapping[float, Name]
) -> Expression:
    """Put the number, or its name, for how many cells an operand of a rule has."""
    if isinstance(rule, Call) and row_of(rule).kind is Kind.COUNT:
        (shape,), axis = (infer(each, shapes) for each in rule.arguments), rule.option("axis")
        cells = prod(sizes(shape)) if axis is None else shape[axis].size
        cells -= rule.option("ddof") or 0
        return counts.get(cells, Number(cells))
    return with_children(rule, lambda operand: _counted(operand, shapes, counts))


def _summed(gradient: Expression, **options: int | bool) -> Call:
    return Call(SUM.name, (gradient,), tuple(options.items()))
