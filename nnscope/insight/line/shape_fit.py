"""How the shapes of an expression fit together: `(n1, [n0]) @ ([n0], m) + (n1, 1~)`."""

from collections.abc import Mapping, Sequence

from nnscope.expression.operation import Kind
from nnscope.expression.shapes import Axis, Shape, infer, sizes
from nnscope.expression.source import (
    binding,
    is_product,
    least_bindings,
    listed,
    sign_before,
    source,
    with_options,
)
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Number,
    Transpose,
    Unary,
    children,
)
from nnscope.expression.table import row_of
from nnscope.insight.explain.cells import stretched

LEGEND = (
    ("[n0]", "the inner pair of a product: the two must be equal; the result does not have them"),
    ("1~", "an axis of length 1 that is stretched (broadcast) to the length of the other operand"),
    ("(n1,)~", "an operand that is repeated along axes that it has not, or has with length 1"),
    ("{m}", "the axis that a sum or a maximum runs over: left out, or of length 1 with keepdims"),
    ("<n1>", "the axis along which a softmax makes the numbers sum to 1; the result has it too"),
    ("m", "a name without brackets is a single number; the shape of a single number is ()"),
)  # fmt: skip


def fit(expression: Expression, shapes: Mapping[str, Shape]) -> str:
    """Write an expression with the shape of each operand in its place, the axes that meet marked.

    Every name must have a shape, and the shapes must fit.
    """
    return _Fitting(shapes).write(expression)


class _Fitting:
    """Writes shapes for expressions over some names."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self._shapes = shapes

    def write(self, expression: Expression, marks: Mapping[int, str] | None = None) -> str:
        """Write an expression; `marks` has a pattern for the axes of its shape that are marked."""
        match expression:
            case Number():
                return source(expression)
            case Name() | Transpose() | Index():
                shape = infer(expression, self._shapes)
                return marked(shape, marks or {}) if shape else source(expression)
            case Unary(_, operand):
                inner = self._within(operand, binding(expression))
                return sign_before(expression) + inner
            case Binary(operator, left, right):
                if is_product(expression):
                    words = self._product(expression, left, right)
                else:
                    levels = least_bindings(expression)
                    words = self._joined(expression, (left, right), levels)
                return f" {operator} ".join(words)
            case Call():
                return self._call(expression)

    def _call(self, call: Call) -> str:
        kind = row_of(call).kind
        if kind is Kind.PRODUCT:
            inner = self._product(call, *call.arguments)
        elif kind is Kind.ELEMENTWISE:
            inner = self._joined(call, call.arguments, (0,) * len(call.arguments))
        elif kind not in (Kind.REDUCTION, Kind.ALONG_AXIS):
            inner = list(map(self.write, listed(call)))
        else:
            (operand,), axis = call.arguments, call.option("axis")
            rank = len(infer(operand, self._shapes))
            pattern = "<{}>" if kind is Kind.ALONG_AXIS else "{{{}}}"
            over = range(rank) if axis is None else [axis % rank]
            inner = [self.write(operand, dict.fromkeys(over, pattern))]
        return f"{call.function}({', '.join(with_options(call, inner))})"

    def _product(self, whole: Expression, left: Expression, right: Expression) -> list[str]:
        ranks = [len(infer(operand, self._shapes)) for operand in (left, right)]
        level = binding(whole) if isinstance(whole, Binary) else 0
        return [
            self._within(left, level, {ranks[0] - 1: "[{}]"}),
            self._within(right, level + 1, {max(0, ranks[1] - 2): "[{}]"}),
        ]

    def _joined(
        self, whole: Expression, operands: Sequence[Expression], levels: Sequence[int]
    ) -> list[str]:
        """Write operands that are broadcast against each other."""
        full, words = sizes(infer(whole, self._shapes)), []
        for operand, level in zip(operands, levels, strict=True):
            shape = infer(operand, self._shapes)
            lacking = len(full) - len(shape)
            axes = stretched(sizes(shape), full)
            marks = {axis - lacking: "{}~" for axis in axes if axis >= lacking}
            text = self._within(operand, level, marks)
            hidden = bool(children(operand)) and not isinstance(operand, Transpose | Index)
            repeated = any(axis < lacking for axis in axes) or (hidden and bool(axes))
            words.append(f"{text}~" if repeated else text)
        return words

    def _within(
        self, operand: Expression, level: int, marks: Mapping[int, str] | None = None
    ) -> str:
        text = self.write(operand, marks)
        return text if binding(operand) >= level else f"({text})"


def marked(shape: Shape, marks: Mapping[int, str]) -> str:
    """Write a shape with the names of its axes, some of them put into a pattern."""
    words = [marks.get(place, "{}").format(word(axis)) for place, axis in enumerate(shape)]
    return f"({', '.join(words)}{',' if len(words) == 1 else ''})"


def word(axis: Axis) -> str:
    """Name an axis: by its letter, or by its length where it has none."""
    return axis.name or str(axis.size)
