"""The parameters that no line updates: what stands where weights and biases do, and stays.

Data stand there too, on the other side of a product. Which side has the weights is seen at those
that are trained; where none is, what has the axis of the examples is no parameter.
"""

from collections.abc import Iterator

from nnscope.expression.operation import Kind
from nnscope.expression.shapes import infer, sizes
from nnscope.expression.syntax import Expression, Name, Number, children, names, walk
from nnscope.expression.table import row_of
from nnscope.insight.diagnose.forward import is_sum
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.points import trained_of
from nnscope.program.model import Line, Phase, Program


def still_parameters(judging: Judging) -> Iterator[tuple[str, Line]]:
    """Yield what is multiplied with inputs, or added to that, as parameters are, and stays.

    With each goes the forward line that reads it.
    """
    program = judging.program
    counts = {*judging.context("").example_counts}
    if program.notes.parameters or not counts:
        return
    fed = {*program.feed.names} if program.feed else set[str]()
    sides = {*_trained_sides(program)}
    for line in program.lines:
        if line.phase is Phase.FORWARD:
            found = (*_weights(program, line, sides, counts), *_biases(program, line, counts))
            yield from ((name, line) for name in found if _is_still(program, name, fed))


def _is_still(program: Program, name: str, fed: set[str]) -> bool:
    is_array = name in program.start and bool(program.shapes[name])
    return is_array and name not in program.carried and name not in fed


def _products(expression: Expression) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield what both sides of each product of matrices read."""
    for node in walk(expression):
        if _is_product(node):
            left, right = children(node)
            yield names(left), names(right)


def _is_product(node: Expression) -> bool:
    return not isinstance(node, Name | Number) and row_of(node).kind is Kind.PRODUCT


def _trained_sides(program: Program) -> Iterator[int]:
    """Yield on which side of a product parameters stand that are trained."""
    trained = trained_of(program)
    for line in program.lines:
        if line.phase is Phase.FORWARD:
            for product in _products(line.expression):
                yield from (side for side, own in enumerate(product)
                            if len(own) == 1 and own[0] in trained)  # fmt: skip


def _weights(program: Program, line: Line, sides: set[int], counts: set[int]) -> Iterator[str]:
    trained = {*trained_of(program)}
    for product in _products(line.expression):
        for side, own in enumerate(product):
            if len(own) != 1 or trained & {*product[0], *product[1]}:
                continue
            has_examples = bool(counts & {*sizes(program.shapes[own[0]])})
            if side in sides if len(sides) == 1 else not has_examples:
                yield own[0]


def _biases(program: Program, line: Line, counts: set[int]) -> Iterator[str]:
    """Yield what is added to a product, and is the same for all examples."""
    for node in walk(line.expression):
        if not is_sum(node) or _is_product(node):
            continue
        whole = sizes(infer(node, program.shapes))
        for part in children(node):
            if isinstance(part, Name):
                own = sizes(program.shapes[part.id])
                if own != whole or counts == {1} or not counts & {*own}:
                    yield part.id
