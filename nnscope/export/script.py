"""A program as a NumPy script of its own, with its numbers in it: it needs nothing of nnscope."""

import ast
import builtins
import inspect
from collections.abc import Iterator, Mapping

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
    parts = [_HEAD.format(name=program.name), *_functions(program), _constants(program)]
    return "\n".join(parts) + "\n" + "\n".join(_loop(program)) + "\n"


def _check_size(program: Program) -> None:
    count = sum(np.size(value) for value in _start(program).values())
    numbers = program.order.within(0, program.iterations)
    for number, form in enumerate(program.forms):
        each = form.feed.at(program.order.first(number)) if form.feed else {}
        count += sum(map(np.size, each.values())) * int(np.count_nonzero(numbers == number))
    if count > MOST:
        told = f"its data and what its iterations are given have {count:,} numbers"
        raise ExpressionError(f"{program.name}: {told}, and a script is written with {MOST:,} at "
                              "most: take fewer iterations, or less data")  # fmt: skip


def _functions(program: Program) -> Iterator[str]:
    """Write the functions that NumPy does not have."""
    lines = [line for form in program.forms for line in form.lines]
    called = {each.function for line in lines for each in walk(line.expression)
              if isinstance(each, Call) and "." not in each.function}  # fmt: skip
    called -= {*vars(builtins)}
    for name in sorted(called):
        (tree,) = ast.parse(inspect.getsource(FUNCTIONS[name].call)).body
        assert isinstance(tree, ast.FunctionDef)
        for argument in tree.args.args:
            argument.annotation = None
        tree.returns, tree.body = None, tree.body[1:]  # types and docstring are nnscope's own
        yield f"\n{ast.unparse(tree)}\n"


def _start(program: Program) -> dict[str, Value]:
    """Give what any form starts from and is not fed."""
    known = {id_: value for form in program.forms for id_, value in form.start.items()}
    return {id_: value for id_, value in known.items() if id_ not in program.fed_names}


def _constants(program: Program) -> str:
    return "\n".join(f"{id_} = {_written(value)}" for id_, value in _start(program).items())


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
    fed = {id_: _free(program, f"{id_}_fed") for id_ in sorted(program.fed_names)}
    values = [program.fed(each) for each in range(program.iterations)] if fed else []
    for id_, name in fed.items():
        yield f"{name} = ["
        yield from (f"    {_written(each[id_]) if id_ in each else None}," for each in values)
        yield "]"
    bodies = [[*_body(form, fed, costs, count)] for form in program.forms]
    is_one = all(body == bodies[0] for body in bodies)
    which = _free(program, "forms")
    if not is_one:
        numbers = program.order.within(0, program.iterations).tolist()
        yield f"{which} = {numbers}  # which lines each iteration runs"
    yield f"{costs} = []"
    yield f"for {count} in range({program.iterations}):"
    for number, body in enumerate(bodies[:1] if is_one else bodies):
        if not is_one:
            yield f"    {'elif' if number else 'if'} {which}[{count}] == {number}:"
        yield from (f"    {'' if is_one else '    '}{row}" for row in body)


def _body(form: Program, fed: Mapping[str, str], costs: str, count: str) -> Iterator[str]:
    """Write the lines of a form; `fed` are the lists of what iterations are given."""
    for id_ in form.feed.names if form.feed else ():
        yield f"{id_} = {fed[id_]}[{count}]"
    phase = None
    for line in form.lines:
        if line.phase is not phase:
            phase = line.phase
            yield f"# {phase.value}"
        yield line.statement
    yield from [f"{costs}.append({form.cost})"] if form.cost else []
    yield from (f"{first} = {later}" for first, later in form.carried.items() if first != later)


def _free(program: Program, name: str) -> str:
    """Give a name that no variable has."""
    return next(each for each in (name, *(f"{name}_{number}" for number in range(2, 99)))
                if all(each not in form.variables for form in program.forms))  # fmt: skip
