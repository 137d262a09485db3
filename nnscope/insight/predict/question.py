"""A question about what a line has made: its shape, or the sign or value of one of its cells."""

from enum import Enum

import numpy as np
from msgspec import Struct, field

from nnscope.engine.frame import Frame
from nnscope.expression.syntax import names
from nnscope.insight.explain.cells import Cell
from nnscope.insight.explain.reads import Reads
from nnscope.program.model import Line, Phase


class Asked(Enum):
    """What is asked."""

    SHAPE = "shape"
    SIGN = "sign"
    VALUE = "value"


class Question(Struct, frozen=True, eq=False):
    """What is asked of the line that ran last in `frame`, there must be one; of which cell.

    `reads` are the blocks of the operands that the cell is made from. Of an update the sign is that
    of the step: whether the cell rises or falls.
    """

    frame: Frame
    asked: Asked
    cell: Cell = ()
    reads: Reads = field(default_factory=dict)

    @property
    def line(self) -> Line:
        """The line that is asked about."""
        assert self.frame.line is not None
        return self.frame.line

    @property
    def is_of_step(self) -> bool:
        """Whether the sign is that of a step."""
        is_carried = self.line.target in self.frame.program.before
        return self.asked is Asked.SIGN and self.line.phase is Phase.UPDATE and is_carried

    @property
    def named(self) -> str:
        """The cell as the reader writes it: `dW1[0, 1]`."""
        return self.line.spelled + (f"[{', '.join(map(str, self.cell))}]" if self.cell else "")

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of what the line has made."""
        return np.shape(self.frame.values[self.line.target])

    @property
    def value(self) -> float:
        """The number in the cell."""
        return float(np.asarray(self.frame.values[self.line.target])[self.cell])

    @property
    def before(self) -> float:
        """The number in the cell of an update before the step."""
        old = self.frame.values[self.frame.program.before[self.line.target]]
        return float(np.asarray(old)[self.cell])

    @property
    def scale(self) -> float:
        """The largest finite number that the line reads, at least: below its rounding all is 0."""
        arrays = (np.asarray(self.frame.values[name]) for name in names(self.line.expression))
        sizes = (np.abs(each[np.isfinite(each)]) for each in arrays)
        return max((float(each.max()) for each in sizes if each.size), default=0.0)

    @property
    def hides_shape(self) -> bool:
        """Whether the shape is covered, too."""
        return self.asked is Asked.SHAPE

    @property
    def text(self) -> str:
        """The question in words."""
        match self.asked:
            case Asked.SHAPE:
                return f"What shape has {self.line.spelled}?"
            case Asked.SIGN if self.is_of_step:
                return f"Does {self.named} rise (+), fall (-) or stay (0)?"
            case Asked.SIGN:
                return f"Is {self.named} above 0 (+), below (-) or 0?"
            case Asked.VALUE:
                return f"What is {self.named}? Two digits are enough."
