"""Slips of the forward pass that its own gradients show: they follow from another one."""

from collections.abc import Iterator

from nnscope.expression.syntax import Call, Expression
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.slip import Kind, Slip
from nnscope.insight.diagnose.slips.trees import places


def _other_axis(line: Expression, _context: Context) -> Iterator[Expression]:
    """Take a softmax along the other of two axes."""
    for part, put in places(line):
        if isinstance(part, Call) and part.function == "softmax":
            axis = part.option("axis")
            if axis in (0, 1):
                yield put(Call(part.function, part.arguments, (("axis", 1 - int(axis)),)))


SOFTMAX_AXIS = Slip(
    "softmax-along-wrong-axis", Kind.DIRECTION,
    "the softmax is taken along the wrong axis",
    "an example is a column in one notation and a row in the other; with axis left out it is even "
    "taken over all cells",
    "the examples compete with each other, not the classes: outputs depend on the rest of the "
    "batch",
    "Bridle 1990; Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.3",
    _other_axis, _other_axis,
)  # fmt: skip
