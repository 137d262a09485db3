"""What the source printed, read from its tables and checked for sense before anything runs."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from msgspec.structs import replace

from nnscope.expression.errors import ExpressionError
from nnscope.expression.parse import parse
from nnscope.expression.shapes import infer, sizes
from nnscope.expression.syntax import Expression, Name, names, substitute
from nnscope.network.printed import Printed, printed
from nnscope.program.evaluations import Evaluation
from nnscope.program.expectations import Expectation
from nnscope.program.model import Program
from nnscope.program.resolve import resolved
from nnscope.scenario.arrays import literal
from nnscope.scenario.errors import Problem, ScenarioError, counted, one_of, wrong
from nnscope.scenario.schema import ExpectTable

When = Literal["start", "end", "after"]


def with_expectations(program: Program, tables: Sequence[ExpectTable]) -> Program:
    """Give the program with every `[[expect]]`; raises `ScenarioError` for those that can't be."""
    found, problems = list[Expectation](), list[Problem]()
    for number, table in enumerate(tables, 1):
        try:
            found += _read(program, table, number)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return replace(program, notes=replace(program.notes, expectations=tuple(found)))


def _read(program: Program, table: ExpectTable, number: int) -> list[Expectation]:
    """Check one table; raises `ScenarioError` for a name or shape that can't be."""
    where = f"[[expect]] {number}"
    when: When = "after" if table.after is not None else table.when or "end"
    own = _evaluation(program, table, where)
    try:
        written = parse(table.name)
        expression = own.meant(written) if own else _meant(program, written, when)
        shape = sizes(infer(expression, own.shapes if own else program.shapes))
    except ExpressionError as error:
        raise wrong(f"{where}, name", str(error)) from None
    early = [name for name in names(expression) if name not in program.start]
    if when == "start" and early:
        raise wrong(f"{where}, when", f"`{early[0]}` is computed by a line; at the start of an "
                    "iteration only data and parameters hold")  # fmt: skip
    if table.value is None and table.shape is None:
        raise wrong(where, "needs a value or a shape")
    found = []
    for each in printed(table, where):
        _check_number(program, each, when)
        found.append(_expectation(table, expression, shape, each, when))
    return found


def _evaluation(program: Program, table: ExpectTable, where: str) -> Evaluation | None:
    """Find the `[[evaluate]]` that a table names; None where it is about the training."""
    if not table.evaluate:
        return None
    known = {each.name: each for each in program.notes.evaluations}
    if table.evaluate not in known:
        raise wrong(f"{where}, evaluate", one_of(table.evaluate, known, "an [[evaluate]]"))
    if table.when:
        raise wrong(f"{where}, when", "stands beside evaluate, which takes the parameters that the "
                    "iteration starts from")  # fmt: skip
    return known[table.evaluate]


def _meant(program: Program, expression: Expression, when: When) -> Expression:
    """Put variables for names: after updates, what an iteration starts from is what they left."""
    starts = {program.spelled(id_) for id_ in program.start}
    early = {"start": True, "end": False}
    return substitute(expression, {
        name: resolved(program, Name(name), -1 if early.get(when, name in starts) else None)
        for name in names(expression)
    })  # fmt: skip


def _check_number(program: Program, each: Printed, when: When) -> None:
    """See that the run gets to this iteration, or makes so many updates."""
    number, iterations = each.number, program.iterations
    if when != "after":
        if number >= iterations:
            message = f"{number} is not run: iterations count from 0 to {iterations - 1}"
            raise wrong(each.where, message)
    elif number and not program.carried:
        raise wrong(each.where, f"{number} is too many: without [training] nothing is updated")
    elif number > iterations:
        told = f"{counted(iterations, 'update')}, one an iteration"
        raise wrong(each.where, f"{number} is too many: the run makes {told}")


def _expectation(
    table: ExpectTable, expression: Expression, shape: tuple[int, ...], each: Printed, when: When
) -> Expectation:
    value = None if each.value is None else literal(each.value, each.value_where)
    if value is not None and value.size != int(np.prod(shape)):
        message = f"{table.name} has the shape {shape}, the value has {value.shape}"
        raise wrong(each.value_where, message)
    return Expectation(
        table.name, expression, each.number, when, value, _tolerance(table),
        None if table.shape is None else tuple(table.shape), table.evaluate,
    )  # fmt: skip


def _tolerance(table: ExpectTable) -> float:
    if table.tolerance is not None:
        return table.tolerance
    # the tiny excess lets a number that lies on the middle between two digits go either way
    return 0.0 if table.digits is None else 0.5 * 10.0**-table.digits * (1 + 1e-6)
