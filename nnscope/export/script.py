"""A program as a NumPy script of its own, with its numbers in it: it needs nothing of nnscope."""

import ast
import builtins
import inspect
from collections.abc import Iterator

import numpy as np

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value
from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.syntax import Call, walk
from nnscope.program.model import Program

MOST = 20_000
"""So many numbers are written into a script: more could not be read."""

_HEAD = '''"""{name}: the lines of an iteration, one after the other, as nnscope runs them.

What is carried on has a name with a number for its next value.
"""

import numpy as np
'''


def script_text(program: Program) -> str:
    """Write a script that computes what the program does, and keeps the cost of each iteration.

    Raises `ExpressionError` where its data are too many to be written down.
    """
    _check_size(program)
    parts = [_HEAD.format(name=program.name), *_functions(program), _start(program)]
    return "\n".join(parts) + "\n" + "\n".join(_loop(program)) + "\n"


def _check_size(program: Program) -> None:
    count = sum(np.size(value) for value in program.start.values())
    if program.feed:
        each = sum(np.size(value) for value in program.fed(0).values())
        count += each * program.iterations
    if count > MOST:
        told = f"its data and what its iterations are given have {count:,} numbers"
        raise ExpressionError(f"{program.name}: {told}, and a script is written with {MOST:,} at "
                              "most: take fewer iterations, or less data")  # fmt: skip


def _functions(program: Program) -> Iterator[str]:
    """Write the functions that NumPy does not have."""
    called = {each.function for line in program.lines for each in walk(line.expression)
              if isinstance(each, Call) and "." not in each.function}  # fmt: skip
    called -= {*vars(builtins)}
    for name in sorted(called):
        (tree,) = ast.parse(inspect.getsource(FUNCTIONS[name].call)).body
        assert isinstance(tree, ast.FunctionDef)
        for argument in tree.args.args:
            argument.annotation = None
        tree.returns, tree.body = None, tree.body[1:]  # types and docstring are nnscope's own
        yield f"\n{ast.unparse(tree)}\n"


def _start(program: Program) -> str:
    fed = program.feed.names if program.feed else ()
    rows = [f"{id_} = {_written(value)}" for id_, value in program.start.items() if id_ not in fed]
    return "\n".join(rows)


def _written(value: Value) -> str:
    """Write numbers with all their digits, and their type where NumPy would take another."""
    if not isinstance(value, np.ndarray | np.generic):
        return repr(value)
    with np.printoptions(nanstr="np.nan", infstr="np.inf", floatmode="unique", threshold=MOST + 1):
        text = np.array2string(np.asarray(value), separator=", ", max_line_width=100)
    if not np.ndim(value):
        return f"np.{np.asarray(value).dtype}({text})"
    kind = "" if value.dtype in (np.float64, np.int64) else f", dtype=np.{value.dtype}"
    kind = ", dtype=float" if value.dtype == np.float64 and "." not in text else kind
    return f"np.array({text}{kind})"


def _loop(program: Program) -> Iterator[str]:
    costs, count = _free(program, "costs"), _free(program, "iteration")
    fed = {
        id_: _free(program, f"{id_}_fed") for id_ in (program.feed.names if program.feed else ())
    }
    for id_, name in fed.items():
        yield f"{name} = ["
        yield from (
            f"    {_written(program.fed(each)[id_])}," for each in range(program.iterations)
        )
        yield "]"
    yield f"{costs} = []"
    yield f"for {count} in range({program.iterations}):"
    yield from (f"    {id_} = {name}[{count}]" for id_, name in fed.items())
    phase = None
    for line in program.lines:
        if line.phase is not phase:
            phase = line.phase
            yield f"    # {phase.value}"
        yield f"    {line.statement}"
    yield from [f"    {costs}.append({program.cost})"] if program.cost else []
    yield from (f"    {first} = {later}" for first, later in program.carried.items())


def _free(program: Program, name: str) -> str:
    """Give a name that no variable has."""
    return next(each for each in (name, *(f"{name}_{number}" for number in range(2, 99)))
                if each not in program.variables)  # fmt: skip
