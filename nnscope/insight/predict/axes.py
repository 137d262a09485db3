"""How the shape of a line follows from its operands: which axes meet, go, stay or are stretched."""

from collections.abc import Iterator, Mapping

from nnscope.expression.operation import Kind
from nnscope.expression.shapes import Shape, infer, sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Call, Expression, Name, Number, Operated, Transpose, children
from nnscope.expression.table import row_of
from nnscope.insight.explain.cells import stretched
from nnscope.insight.line.axes import axis_words

Shapes = Mapping[str, Shape]


def axes_in_words(expression: Expression, shapes: Shapes) -> tuple[str, ...]:
    """Tell the shape of an expression from inside to outside, a sentence an operation.

    What leaves the shape as it is is told only where nothing else is.
    """
    told = tuple(_sentences(expression, shapes))
    return told or tuple(_unchanged(expression, shapes))


def lettered(shape: Shape) -> str:
    """Write a shape with the letters of its axes: `(n1=4, m=3)`."""
    axes = [f"{axis.name}={axis.size}" if axis.name else str(axis.size) for axis in shape]
    return f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"


def _sentences(expression: Expression, shapes: Shapes) -> Iterator[str]:
    if isinstance(expression, Name | Number):
        return
    for child in children(expression):
        yield from _sentences(child, shapes)
    made = infer(expression, shapes)
    match row_of(expression).kind:
        case Kind.PRODUCT:
            yield _product(expression, shapes)
        case Kind.REDUCTION if isinstance(expression, Call):
            yield _reduction(expression, shapes)
        case Kind.TRANSPOSE:
            inner = source(children(expression)[0])
            text = source(expression)
            yield f"{text} has the axes of {inner} in reverse order: {lettered(made)}."
        case Kind.ELEMENTWISE:
            yield from _stretchings(expression, shapes)
        case Kind.ALONG_AXIS:
            return
        case _:
            yield f"{source(expression)} has the shape {lettered(made)}."


def _product(product: Operated, shapes: Shapes) -> str:
    """Tell which axes of a product meet and go, and which stay."""
    left, right = children(product)[:2]
    first, second = infer(left, shapes), infer(right, shapes)
    inner = max(0, len(second) - 2)
    met = _axis(first, len(first) - 1, left), _axis(second, inner, right)
    stay = [_axis(first, at, left) for at in range(len(first) - 1)]
    stay += [_axis(second, at, right) for at in range(len(second)) if at != inner]
    rest = f"{' and '.join(stay)} {'stay' if len(stay) > 1 else 'stays'}" if stay else "none stays"
    made = lettered(infer(product, shapes))
    return f"In {source(product)}, {met[0]} and {met[1]} meet and go; {rest}: {made}."


def _axis(shape: Shape, at: int, operand: Expression) -> str:
    return f"{axis_words(shape[at], at)} of {source(operand)}"


def _reduction(call: Call, shapes: Shapes) -> str:
    """Tell which axis a sum runs over, and whether it stays with the length 1."""
    shape, made = infer(call.arguments[0], shapes), infer(call, shapes)
    inner, axis = source(call.arguments[0]), call.option("axis")
    if axis is None:
        return f"{call.function} takes all cells of {inner} together: {lettered(made)}."
    at = axis % len(shape)
    left = "stays with the length 1, as keepdims=True says" if len(made) == len(shape) else "goes"
    over = axis_words(shape[at], at)
    return f"{call.function} runs over {over} of {inner}, which {left}: {lettered(made)}."


def _stretchings(whole: Operated, shapes: Shapes) -> Iterator[str]:
    """Tell which operands are stretched to the shape of the others."""
    made = infer(whole, shapes)
    for operand in children(whole):
        shape = infer(operand, shapes)
        axes = stretched(sizes(shape), sizes(made))
        if axes:
            along = " and ".join(axis_words(made[at], at) for at in axes)
            text = f"{source(operand)}, {lettered(shape)},"
            yield f"{text} is stretched along {along}: {lettered(made)}."


def _unchanged(expression: Expression, shapes: Shapes) -> Iterator[str]:
    made = lettered(infer(expression, shapes))
    yield f"{source(expression)} works cell by cell and keeps the shape: {made}."


def leaves(expression: Expression) -> Iterator[Expression]:
    """Yield what goes into an expression: names, or names with their `.T`."""
    if isinstance(expression, Name | Transpose):
        yield expression
    else:
        for child in children(expression):
            yield from leaves(child)
