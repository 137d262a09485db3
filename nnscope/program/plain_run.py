"""The first iterations of a program, line by line."""

from collections.abc import Iterator

from nnscope.expression.evaluate import Value, evaluate
from nnscope.program.model import Program


def first_iterations(program: Program, count: int) -> Iterator[dict[str, Value]]:
    """Run up to `count` iterations; yield all values at the end of each.

    Raises `ExpressionError` for a line that can't be computed.
    """
    state = dict(program.start)
    for number in range(min(count, program.iterations)):
        values = {**state, **program.fed(number)}
        for line in program.during(number).lines:
            values[line.target] = evaluate(line.expression, values)
        yield values
        state |= {name: values[end] for name, end in program.carried.items()}
