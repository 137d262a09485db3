"""The source of the loops that run fast, with a header that explains their names."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnscope.engine.history import History
from nnscope.engine.lowering import Lowering
from nnscope.engine.runloop import plain_source
from nnscope.expression.source import source
from nnscope.program.model import Program

_WIDTH = 100
_CALLED_WITH = """\
_first, _last   the iterations to run: from _first up to _last, which is not run
_state          what iteration _first starts from: all parameters in one flat array
_costs          takes the cost of each iteration; _k is the number of the iteration
_due, _keep     the next iteration whose start is kept for going back, and what keeps it
_memory         what a search for a stop remembers; not used here"""


def run_loop_text(program: Program) -> str:
    """Write what run mode runs: the lowered loop, or the plain one where that can't be made."""
    lowering = History(program, 1).loops.lowering()
    if lowering is None:
        why = (
            "No faster loop than the plain one runs here. It needs parameters that are arrays, all\n"
            "batches of one size, and the same bits as the lines give."
        )
        return f"{_commented(why)}\n#\n{plain_loop_text(program)}"
    about = (
        f"The run loop of {program.scenario.name}: what runs when it runs fast. It is made from the\n"
        "lines of the program, and compared with them on the first iteration, bit for bit.\n"
        "Results go into arrays that are there already (the last operand of a call, or `out=`), and\n"
        "every array keeps the name of its line."
    )
    head = [about, _CALLED_WITH, *_explained(program, lowering)]
    return "\n#\n".join(map(_commented, head)) + "\n\n" + _folded(lowering.source)


def plain_loop_text(program: Program) -> str:
    """Write the loop whose body is the listing."""
    about = (
        f"The plain loop of {program.scenario.name}: its lines as they are listed, for each iteration.\n"
        "It runs where the faster run loop can't, and for a few iterations."
    )
    own = (
        "_pack, _unpack  put all parameters into one flat array, and take them out again\n"
        "_start_...      a parameter before its update"
    )
    head = "\n#\n".join(map(_commented, (about, f"{_CALLED_WITH}\n{own}")))
    return f"{head}\n\n{_folded(plain_source(program))}"


def _explained(program: Program, lowering: Lowering) -> Iterator[str]:
    """Explain the names that no line has: what they hold, and what shape that is."""
    scope, rows = lowering.scope, list[tuple[str, str]]()
    flat = ", ".join(program.carried)
    gradients = ", ".join(line.target for line in program.lines
                         if line.gradient_of in program.carried)  # fmt: skip
    for name, value in scope.items():
        if name == "_theta":
            rows.append((name, f"one after the other: {flat}, which are parts of it"))
        elif name == "_dtheta":
            rows.append((name, f"the same for their gradients: {gradients}"))
        elif name in lowering.fixed:
            rows.append((name, f"{source(lowering.fixed[name])}, which never changes"))
        elif name.endswith("_T"):
            rows.append((name, f"{name[1:-2]}.T: the same numbers, read the other way round"))
        elif name.startswith("_buffer"):
            rows.append((name, "a place for what is computed on the way"))
        elif callable(value) and name.startswith("_"):
            rows.append((name, _called(value)))
    shapes = {name: str(np.shape(scope[name])) for name, _ in rows if not callable(scope[name])}
    first = max((len(name) for name, _ in rows), default=0)
    second = max(map(len, shapes.values()), default=0)
    listed = [f"{name:<{first}}  {shapes.get(name, ''):<{second}}  {told}" for name, told in rows]
    yield "\n".join(listed)


def _called(function: Any) -> str:
    """Say which function of NumPy a name stands for."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"np.{owner.__name__}.{function.__name__}"
    return f"np.{function.__name__}" if hasattr(np, function.__name__) else "gives a batch"


def _commented(text: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in text.splitlines())


def _folded(text: str) -> str:
    """Break the long first line, whose defaults make names local: those are found fastest."""
    head, _, body = text.partition("\n")
    lines, line = list[str](), ""
    for part in head.split(", "):
        if line and len(line) + len(part) + 2 > _WIDTH:
            lines, line = [*lines, f"{line},"], f"        {part}"
        else:
            line = f"{line}, {part}" if line else part
    return "\n".join([*lines, line, body])
