"""Gradients that all end with the same division, `/ m`: it is done at once, on one flat array.

For a small network a division costs as much as a product of its matrices. Each cell is divided by
the same number as before, so the bits are the same.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from nnscope.engine.run.families import Family, Role
from nnscope.engine.run.lowerable import never_change
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.number_types import DOUBLE, SINGLE
from nnscope.expression.syntax import Binary, Expression, names
from nnscope.program.model import Program


def divisions(
    program: Program, families: Sequence[Family], values: Mapping[str, Value]
) -> list[Role]:
    """List the inputs of families that can wait for their last division until all are there.

    `values` has an example of every value.
    """
    roles = (role for family in families for role in family.inputs)
    return [role for role in roles
            if _is_shared(program, role, values) and _is_read_late(program, role)]  # fmt: skip


def _is_shared(program: Program, role: Role, values: Mapping[str, Value]) -> bool:
    """Tell whether one number that never changes divides all variables of a role, as floats.

    A quotient has to be of the type of its dividend, in whose place it comes.
    """
    if not all(id_ in program.line_of for id_ in role):
        return False
    divisors = set[Expression]()
    for id_ in role:
        match program.lines[program.line_of[id_]].expression:
            case Binary("/", dividend, divisor) if _is_float(dividend, values[id_], values):
                divisors.add(divisor)
            case _:
                return False
    unchanging = {name for name in never_change(program) if not program.shapes[name]}
    return len(divisors) == 1 and {*names(divisors.pop())} <= unchanging


def _is_float(dividend: Expression, quotient: Value, values: Mapping[str, Value]) -> bool:
    own = np.asarray(evaluate(dividend, values)).dtype
    return own in (SINGLE, DOUBLE) and own == np.asarray(quotient).dtype


def _is_read_late(program: Program, role: Role) -> bool:
    """Tell whether every line that reads one of the variables comes after all of them."""
    last = max(program.line_of[id_] for id_ in role)
    early = program.lines[: last + 1]
    return not any({*role} & {*names(line.expression)} for line in early)
