"""A call of each function of the table, with what it can't do without: for tests over all rows."""

from collections.abc import Sequence

from nnscope.expression.operation import Kind, Operation

FLAT = "-1"
"""A shape that any array can take."""


def call_of(row: Operation, operands: Sequence[str] = (), *options: str) -> str:
    """Write a call of a function, with the letters of its rules if no operands are named."""
    named = list(operands) or list(row.letters)
    inside = [f"({', '.join(named)})"] if row.takes_tuple else named
    given = [FLAT for name in row.placed if name == "shape"]
    needed = [
        f"{name}=0"
        for name in row.needed
        if name not in row.placed and not any(each.startswith(f"{name}=") for each in options)
    ]
    return f"{row.name}({', '.join([*inside, *given, *options, *needed])})"


def fits(row: Operation, shapes: Sequence[tuple[int, ...]]) -> bool:
    """Tell whether a function takes operands of these shapes, that broadcast."""
    if row.kind is Kind.OUTER:
        return all(len(shape) == 1 for shape in shapes)
    if row.kind in (Kind.JOINED, Kind.TRANSPOSE):
        return len(set(shapes)) == 1 and len(shapes[0]) > 0
    return True
