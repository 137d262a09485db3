"""Does a program compute what its source computed, bit for bit?"""

from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from nnscope.engine.keep.history import Interrupted, KeepGoing, always
from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value
from nnscope.expression.number_types import SINGLE
from nnscope.insight.numbers import full
from nnscope.program.model import Program


class ReplayDifference(Struct, frozen=True):
    """The first value that comes out otherwise: in which iteration, of which variable, and how."""

    iteration: int
    name: str
    how: str

    @property
    def text(self) -> str:
        """The difference in a sentence."""
        return f"in iteration {self.iteration} `{self.name}` {self.how}"


def replay_difference(
    program: Program,
    known: Mapping[int, Mapping[str, Value]],
    keep_going: KeepGoing = always,
) -> ReplayDifference | None:
    """Run a program and compare it with what variables were in some iterations, at their ends.

    Only as far as `keep_going` lets it; None where nothing differs until then.
    """
    timeline = Timeline(program)
    for iteration in sorted(each for each in known if each < program.iterations):
        try:
            timeline.seek(timeline.clock.begin(iteration + 1), keep_going)
        except Interrupted:
            return None
        except ExpressionError as error:
            return ReplayDifference(iteration, program.name, f"can't be run: {error}")
        values = timeline.frame().values
        for id_, value in known[iteration].items():
            how = _difference(np.asarray(value), np.asarray(values[id_]))
            if how:
                return ReplayDifference(iteration, program.spelled(id_), how)
    return None


def _difference(there: np.ndarray, here: np.ndarray) -> str:
    """Say how two arrays differ; every nan is like every other."""
    if there.shape != here.shape:
        return f"had the shape {there.shape}, and is {here.shape}"
    if there.dtype != here.dtype:
        return f"had numbers of {there.dtype}, and has numbers of {here.dtype}"
    same = (there == here) & (np.signbit(there) == np.signbit(here))
    cells = np.argwhere(~(same | (np.isnan(there) & np.isnan(here))))
    if not len(cells):
        return ""
    first = tuple(int(each) for each in cells[0])
    place = f" at {list(first)}" if first else ""
    more = f", and {len(cells) - 1:,} more cells differ" if len(cells) > 1 else ""
    was, is_ = (full(float(each[first]), each.dtype == SINGLE) for each in (there, here))
    return f"was {was}{place}, and is {is_}{more}"
