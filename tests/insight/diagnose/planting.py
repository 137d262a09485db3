"""Networks with slips planted in them, and what a diagnosis makes of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from nnscope.expression.errors import ExpressionError
from nnscope.expression.syntax import Expression
from nnscope.insight.diagnose.diagnose import diagnose
from nnscope.insight.diagnose.expected import Expected
from nnscope.insight.diagnose.finding import Diagnosis
from nnscope.insight.diagnose.forward import forward_of
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.points import points_of
from nnscope.insight.diagnose.slips.context import Context, same
from nnscope.insight.diagnose.slips.entries import SLIPS_OF
from nnscope.insight.diagnose.slips.slip import Slip
from nnscope.insight.hunt.planting import is_slip
from nnscope.insight.hunt.putting import with_line
from nnscope.network.build import build
from nnscope.program.model import Line, Phase, Program
from nnscope.scenario.load import load

_LAYER = """
[[layer]]
units = {units}
activation = "{activation}"
weights = {{ draw = "randn", scale = 0.6 }}
bias = {{ draw = "randn", scale = 0.3 }}
"""


@dataclass(frozen=True)
class Network:
    """A network: the units and activations of its layers, and how it is written."""

    layers: tuple[tuple[int, str], ...]
    notation: str
    gradient: str
    average: str
    seed: int = 1

    @property
    def loss(self) -> str:
        return (
            "softmax_cross_entropy" if self.layers[-1][1] == "softmax" else "binary_cross_entropy"
        )


def networks(seeds: int) -> Iterator[Network]:
    """Yield the networks that slips are planted in."""
    shapes = (
        ((4, "tanh"), (1, "sigmoid")),
        ((4, "relu"), (2, "softmax")),
        ((4, "tanh"), (2, "tanh"), (1, "sigmoid")),
        ((4, "relu"), (6, "sigmoid"), (2, "softmax")),
    )
    for seed in range(seeds):
        for place, layers in enumerate(shapes):
            for notation in ("column", "row"):
                chained = (seed + place) % 2
                late = (seed + place // 2) % 2
                yield Network(layers, notation, ("combined", "chained")[chained],
                              ("parameters", "output")[late], seed)  # fmt: skip


@lru_cache(maxsize=64)
def program_of(network: Network) -> Program:
    """Build it, with 3 inputs and 5 examples."""
    units = network.layers[-1][0]
    draw = np.random.default_rng(network.seed)
    labels = draw.integers(0, 2, 5)
    labels[:2] = 0, 1
    targets = labels[None, :] if units == 1 else np.eye(units)[:, labels]
    shape = (3, 5)
    if network.notation == "row":
        targets, shape = targets.T, (5, 3)
    text = f"""
title = "planted"
notation = "{network.notation}"
seed = {network.seed + 1}
[data]
X = {{ draw = "randn", shape = {list(shape)} }}
Y = {targets.astype(int).tolist()}
{"".join(_LAYER.format(units=units, activation=name) for units, name in network.layers)}
[loss]
name = "{network.loss}"
gradient = "{network.gradient}"
average = "{network.average}"
[training]
learning_rate = 0.1
iterations = 20
"""
    path = Path(mkdtemp()) / "planted.toml"
    path.write_text(text)
    return build(load(path))


@dataclass(frozen=True, eq=False)
class Planted:
    """A program with a slip in one line, or in two."""

    program: Program
    lines: tuple[Line, ...]
    slips: tuple[Slip, ...]
    wrong: tuple[Expression, ...]

    def __repr__(self) -> str:
        lines = {line.target: line.text for line in self.program.lines}
        pairs = zip(self.slips, self.lines, strict=True)
        return "; ".join(f"{slip.name}: {lines[line.target]}" for slip, line in pairs)


def planted(network: Network, most: int = 2) -> Iterator[Planted]:
    """Yield the network with each slip in each line, in at most so many forms."""
    program = program_of(network)
    judging = Judging.of(Expected(forward_of(program), points_of(forward_of(program))))
    steps = {step.target: step for step in judging.steps}
    moves = {move.line.target: move for move in judging.moves}
    draw = np.random.default_rng(network.seed)
    for line in program.lines:
        of = steps[line.target].of if line.target in steps else (
            moves[line.target].parameter if line.target in moves else "")  # fmt: skip
        if not of and line.target != program.cost:
            continue
        context = judging.context(of)
        for slip in SLIPS_OF[line.phase]:
            forms = [wrong for wrong in slip.plant(line.expression, context)
                     if is_slip(program, line, wrong, context)]  # fmt: skip
            for at in draw.permutation(len(forms))[:most]:
                yield Planted(with_line(program, line, forms[at]), (line,), (slip,), (forms[at],))


@dataclass(frozen=True)
class Outcome:
    """What a diagnosis made of one planted slip."""

    is_line_right: bool
    is_only: bool
    is_named: bool


def outcome(case: Planted) -> Outcome:
    """Diagnose it."""
    found = diagnose(case.program)
    if not found.findings:
        return Outcome(False, False, False)
    first = found.findings[0]
    exact = [cause.slip for cause in first.causes if cause.is_exact]
    named = [slip for slip in exact if is_it(slip, case)]
    is_line = first.place.target == case.lines[0].target
    return Outcome(is_line, bool(named) and len(exact) == 1, bool(named))


def is_it(slip: Slip, case: Planted, place: int = 0) -> bool:
    """Tell whether a slip is the one that was planted, or makes the same of the right line."""
    if slip is case.slips[place]:
        return True
    right = case.lines[place]
    context = _context(case.program, right)
    value = context.value(case.wrong[place])
    return any(same(context.value(wrong), value) for wrong in slip.plant(right.expression, context))


def _context(program: Program, line: Line) -> Context:
    judging = Judging.of(Expected(forward_of(program), points_of(forward_of(program))))
    found = [step.of for step in judging.steps if step.target == line.target]
    found += [move.parameter for move in judging.moves if move.line.target == line.target]
    return judging.context(found[0] if found else "")


def pairs(network: Network, most: int) -> Iterator[Planted]:
    """Yield the network with two slips at once, in gradient lines of different layers."""
    cases = [case for case in planted(network, 1) if case.lines[0].phase is Phase.BACKWARD]
    draw = np.random.default_rng(network.seed)
    found = 0
    for at in draw.permutation(len(cases)):
        first = cases[at]
        second = cases[int(draw.integers(len(cases)))]
        if first.lines[0].layer < second.lines[0].layer:
            first, second = second, first
        if first.lines[0].layer == second.lines[0].layer:
            continue
        try:
            program = with_line(first.program, second.lines[0], second.wrong[0])
        except ExpressionError:
            continue
        yield Planted(program, first.lines + second.lines, first.slips + second.slips,
                      first.wrong + second.wrong)  # fmt: skip
        found += 1
        if found == most:
            return


def named(case: Planted) -> int:
    """Count the planted slips that a diagnosis names, each at its line."""
    found = {each.place.target: each for each in diagnose(case.program).findings}
    count = 0
    for place, line in enumerate(case.lines):
        finding = found.get(line.target)
        causes = finding.causes if finding else ()
        count += any(is_it(cause.slip, case, place) for cause in causes if cause.is_exact)
    return count


def told(found: Diagnosis) -> list[str]:
    """Put the findings into short lines."""
    return [
        f"{finding.place.text} | {finding.kind.value} | {[c.slip.name for c in finding.causes]} | "
        f"{finding.facts}"
        for finding in found.findings
    ]


_HEAD = """\
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(z, 0)


def softmax(z, axis):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


"""


def script_of(program: Program) -> str:
    """Write a program as a script, with the numbers that it starts from."""
    start = [f"{name} = {_literal(value)}" for name, value in program.start.items()]
    body = [f"    {line.text}" for line in program.lines]
    return "\n".join([_HEAD, *start, "for i in range(12):", *body, ""])


def _literal(value: object) -> str:
    array = np.asarray(value)
    return f"np.array({array.tolist()})" if array.ndim else repr(array.item())
