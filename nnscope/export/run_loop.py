"""The source of the loops that run fast, with a header that explains their names."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from nnscope.engine.keep.history import History
from nnscope.engine.run.buffered import Buffered
from nnscope.engine.run.listed import plain_source
from nnscope.engine.run.samples import Samples
from nnscope.expression.number_types import DOUBLE, carried_type, told_type
from nnscope.expression.source import source
from nnscope.insight.health.norms import squares
from nnscope.program.model import Program

_WIDTH = 70  # fits beside the borders of a narrow terminal
_CALLED_WITH = (
    ("_first, _last", "the iterations to run: from _first on; _last is not run"),
    ("_state", "what iteration _first starts from: all parameters, one flat array"),
    ("_costs", "receives the cost of each iteration; _k is the number of the iteration"),
    ("_due, _keep", "the next iteration whose start is kept for going back, and what keeps it"),
    ("_notes", "for the search for a stop; not used here"),
)
_SAMPLING = (
    ("_row", "the numbers of an iteration that is sampled, for the curves of Health"),
    ("_sample", "writes these numbers down, and gives the next iteration to sample"),
    ("_sample_due", "gives the next iteration to sample, this one or a later one"),
)
_FAST = """\
The run loop of {0}: what runs when it runs fast. It is made from the lines of the program, and \
compared with them on the first iteration, bit for bit. Results go into arrays that are there \
already: the last operand of a call, or `out=`. Every array has the name of its line."""
_PLAIN = """\
The plain loop of {0}: its lines as they are listed, for each iteration. It runs where the faster \
run loop can't, and for a few iterations."""
_NO_FAST = """\
No faster loop than the plain one runs here. It needs parameters that are arrays, all batches of \
one size, and the same bits as the lines give."""


def run_loop_text(program: Program) -> str:
    """Write what run mode runs: the lowered loop, or the plain one where that can't be made."""
    fast = History(program, 1, squares(program)).loops.buffered()
    if fast is None:
        return f"{_comment(_NO_FAST)}\n#\n{plain_loop_text(program)}"
    parts = [_comment(_FAST.format(program.name)), _table(_CALLED_WITH),
             _table(_explained(program, fast))]  # fmt: skip
    return "\n#\n".join(parts) + "\n\n" + _folded(fast.source)


def plain_loop_text(program: Program) -> str:
    """Write the loop whose body is the listing."""
    own: tuple[tuple[str, str], ...] = (
        ("_pack, _unpack", "put all parameters into one flat array, and take them out"),
        ("..._next", "what becomes of a parameter: the next iteration starts from it"),
        ("_carried_on", "gives it to the next iteration: of its type, an array in C order"),
    )
    about = _comment(_PLAIN.format(program.name))
    kinds = dict.fromkeys(carried_type(program.start[name]) for name in program.carried)
    own += tuple((f"_{kind}", "the type of what is carried on") for kind in kinds if kind != DOUBLE)
    text = _folded(plain_source(program, Samples(squares(program))))
    return f"{about}\n#\n{_table((*_CALLED_WITH, *own, *_SAMPLING))}\n\n{text}"


def _explained(program: Program, fast: Buffered) -> list[tuple[str, str]]:
    """Explain the names that no line has: what they hold, and what shape that is."""
    rows = []
    for name, value in fast.scope.items():
        if name.startswith("_"):
            kind = "" if callable(value) else f"{told_type(value)} ".lstrip()
            shape = "" if callable(value) else f"{np.shape(value)}".replace(" ", "") + f" {kind} "
            rows.append((name, shape + _told(fast, name, value)))
    return rows


def _told(fast: Buffered, name: str, value: Any) -> str:
    if name in dict(_SAMPLING):
        return dict(_SAMPLING)[name]
    if callable(value):
        return _called(value)
    if name in fast.computed_once and not np.ndim(value):
        told = source(fast.computed_once[name])
        return f"{told}, as an array without axes: NumPy takes those faster than plain numbers"
    if name in fast.computed_once:
        return f"{source(fast.computed_once[name])}, computed once: it never changes"
    if name in fast.flat:
        views = ", ".join(fast.flat[name])
        return f"one after the other, each from an even cell: {views}, which are views of it"
    if name.endswith("_T"):
        return f"{name[1:-2]}.T: the same numbers, read the other way round"
    if name.startswith("_cell_of_"):
        return f"the cell of {name[9:]} in _theta, which has it in its own type"
    if name.endswith("_cell"):
        return f"the one cell of {name[1:-5]}: the same number, without its axes"
    return "a place for what is computed on the way"


def _called(function: Any) -> str:
    """Say which function a name stands for."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"np.{owner.__name__}.{function.__name__}"
    if hasattr(np, function.__name__):
        return f"np.{function.__name__}"
    return "gives the arrays of an iteration's batch"


def _table(rows: Sequence[tuple[str, str]]) -> str:
    """Write names beside what they mean, as a comment."""
    first = max(len(name) for name, _ in rows)
    return "\n".join(_comment(f"{name:<{first}}  {told}", first + 2) for name, told in rows)


def _comment(text: str, indent: int = 0) -> str:
    """Break a text into lines of a comment; `indent` is for all but the first."""
    lines = textwrap.wrap(text, _WIDTH - 2, subsequent_indent=" " * indent)
    return "\n".join(f"# {line}" for line in lines)


def _folded(text: str) -> str:
    """Break the long first line, whose defaults make names local: those are found fastest."""
    head, _, body = text.partition("\n")
    lines = textwrap.wrap(head, _WIDTH, subsequent_indent=" " * 8)
    return "\n".join([*lines, body])
