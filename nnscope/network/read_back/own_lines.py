"""Gradients that a program computes otherwise than a scenario would: as lines of its own."""

import json
from collections.abc import Iterator, Mapping

import numpy as np

from nnscope.expression.evaluate import Value
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, Name, Number, names, substitute
from nnscope.network.read_back.layers import Values
from nnscope.network.read_back.refused import is_near
from nnscope.network.read_back.text import ReadBack
from nnscope.program.layers import layers
from nnscope.program.model import Line, Phase, Program


def overrides(
    found: ReadBack, built: Program, values: Values, there: Values
) -> Iterator[tuple[str, str]]:
    """Yield each gradient of a scenario that the program computes otherwise, and how.

    `values` are those of the program in its first iteration, `there` those of the scenario. A line
    that reads what the scenario does not have is not told: the comparison will show that.
    """
    known = _known(found, built)
    own = {line.gradient_of: line for line in found.program.lines if line.gradient_of}
    for line in built.lines:
        of = next((name for name, other in known.items() if other == line.gradient_of), "")
        if line.phase is Phase.BACKWARD and of in own:
            told = _translated(found.program, own[of].expression, known, values)
            if told is not None and not _is_same(values[own[of].target], there[line.target]):
                yield line.target, source(told)
            known[own[of].target] = line.target


def written(told: Mapping[str, str], name: str) -> str:
    """Write the tables of a file for lines of its own, by what they make; `name` has them, too."""
    because = json.dumps(f"as in {name}", ensure_ascii=False)
    return "".join(
        f"\n[[override]]\ntarget = {json.dumps(target)}\nexpression = {json.dumps(expression)}\n"
        f"because = {because}\n"
        for target, expression in told.items()
    )


def _known(found: ReadBack, built: Program) -> dict[str, str]:
    """Give the scenario's variables by those of the program: data, and what layers have."""
    known = {found.layered.input: found.names["input"], found.judged.target: found.names["target"]}
    for own, other in zip(found.layered.dense, layers(built), strict=True):
        known |= {own.found.weight: other.weight, own.found.bias: other.bias}
        known |= {own.found.pre_activation: other.pre_activation, own.output: other.activation}
    known.pop("", None)
    return known


def _translated(
    program: Program, expression: Expression, known: Mapping[str, str], values: Values
) -> Expression | None:
    """Write an expression in the scenario's variables; None where it reads anything else.

    Numbers are written down, and lines that the scenario does not have are written out.
    """
    by = dict[str, Expression]()
    for name in names(expression):
        if name in known:
            by[name] = Name(known[name])
        elif name in program.line_of:
            line: Line = program.lines[program.line_of[name]]
            inner = _translated(program, line.expression, known, values)
            if inner is None:
                return None
            by[name] = inner
        elif not np.ndim(values[name]):
            by[name] = Number(np.asarray(values[name]).item())
        else:
            return None
    return substitute(expression, by)


def _is_same(own: Value, other: Value) -> bool:
    first, second = np.asarray(own), np.asarray(other)
    return first.size == second.size and is_near(first.reshape(second.shape), second)
