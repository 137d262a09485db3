"""Which of a program's starting values are its inputs, and which its targets."""

from nnscope.expression.syntax import names
from nnscope.program.layers import layers
from nnscope.program.model import Phase, Program


def inputs(program: Program) -> str:
    """Give the id of what the first layer reads, where that is data; empty otherwise."""
    found = layers(program)
    is_data = bool(found) and found[0].input in _data(program)
    return found[0].input if is_data else ""


def targets(program: Program) -> str:
    """Give the id of what the outputs should be; empty where there is none.

    It is data that the cost depends on, not by way of the layers, and of the shape of the last
    activation.
    """
    found = layers(program)
    if not program.cost or not found:
        return ""
    shape = tuple(axis.size for axis in program.shapes[found[-1].activation])
    judging = [line for line in program.lines if line.phase in (Phase.FORWARD, Phase.LOSS)]
    read = dict.fromkeys(name for line in judging for name in names(line.expression))
    fits = [name for name in read if name in _data(program) and name != found[0].input
            and tuple(axis.size for axis in program.shapes[name]) == shape]  # fmt: skip
    return fits[0] if fits else ""


def _data(program: Program) -> set[str]:
    """List what an iteration starts from and does not change."""
    declared = program.notes.data or tuple(program.start)
    return {name for name in declared if name not in program.parameters} - {*program.carried}
