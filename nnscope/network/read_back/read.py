"""Reading a program back as a scenario, and comparing what that computes with the program."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from nnscope.expression.number_types import has_single
from nnscope.expression.reverse import slopes
from nnscope.expression.syntax import names
from nnscope.network.build import build
from nnscope.network.read_back.layers import Layered, Values, read_layers
from nnscope.network.read_back.loss import read_loss
from nnscope.network.read_back.own_lines import overrides, written
from nnscope.network.read_back.refused import is_near, refused
from nnscope.network.read_back.rule import Rule, moves_of, read_rule
from nnscope.network.read_back.text import OWN_NAMES, ReadBack, own_names, scenario_text
from nnscope.program.gradients import points
from nnscope.program.model import Phase, Program
from nnscope.program.optimizers import OPTIMIZERS
from nnscope.program.plain_run import first_iterations
from nnscope.scenario.errors import ScenarioError
from nnscope.scenario.load import parse

MOST = 20_000
"""So many numbers are written into a file: more could not be read."""

_PATH = Path("scenario.toml")
_COMPARED = 3  # iterations


def scenario_of(program: Program) -> str:
    """Write a program of layers, a loss and a rule as a scenario file.

    It is built and compared: costs and parameters of the first three iterations are the same but
    for rounding. Raises `ScenarioError` where they are not, and for a line that is none of those.
    """
    _check(program)
    run = list(first_iterations(program, _COMPARED))
    at = [values for values, _ in points(program)]
    layered = read_layers(program, at)
    _check_feed(program, layered)
    judged = read_loss(program, layered, at)
    draft = ReadBack(program, layered, judged, Rule(OPTIMIZERS[0], {}), OWN_NAMES)
    problem: ScenarioError | None = None
    for is_own in (False, True) if judged.scale != 1 else (True, False):
        try:
            return _written(replace(draft, rule=_rule(draft, run, is_own)), run, is_own)
        except ScenarioError as error:
            problem = error
    assert problem is not None
    raise problem


def _rule(draft: ReadBack, run: Sequence[Values], is_own: bool) -> Rule:
    """Find the rule, for the gradients of the program's own lines or for the slopes of its cost."""
    program, first = draft.program, draft.layered.dense[0].found.weight
    own = [line.target for line in program.lines if line.gradient_of == first]
    if is_own and own:
        gradients = [np.asarray(values[own[-1]]) for values in run]
    else:
        gradients = [_slopes(program, values)[first] / draft.judged.scale for values in run]
    return read_rule(program, moves_of(program, first, gradients, run), draft.layered.examples)


def _written(found: ReadBack, run: Sequence[Values], is_own: bool) -> str:
    """Write the file with the fewest lines of its own, and compare it with the program."""
    program, texts = found.program, list[tuple[int, str, Program]]()
    letters = own_names(program, found.layered, found.judged)
    for average in ("", "output", "parameters") if is_own else ("",):
        try:
            texts.append(_text(replace(found, names=letters, average=average), run, is_own))
        except ScenarioError:  # a name means something else in a scenario
            texts.append(_text(replace(found, names=OWN_NAMES, average=average), run, is_own))
    _, text, built = min(texts, key=lambda each: each[0])
    _compare(found, built, run)
    return text


def _text(found: ReadBack, run: Sequence[Values], is_own: bool) -> tuple[int, str, Program]:
    """Give a file, what it is built to, and how many lines of its own it has."""
    text = scenario_text(found, found.program.start)
    built = build(parse(text, _PATH))
    if not is_own:
        return 0, text, built
    (there,) = first_iterations(built, 1)
    told = dict(overrides(found, built, run[0], there))
    text += written(told, Path(found.program.name).name)
    return len(told), text, build(parse(text, _PATH))


def _check(program: Program) -> None:
    """Refuse what a scenario can't have, or what would be too much to be read."""
    count = sum(np.size(value) for value in program.start.values())
    if count > MOST:
        told = f"its data and parameters have {count:,} numbers, and {MOST:,} are written at most"
        raise refused(program, "", told)
    if not program.carried:
        raise refused(program, "", "it trains nothing")
    if not program.cost:
        raise refused(program, "", "no number was found that its steps follow")
    if has_single(program.start):
        raise refused(program, "", "it computes in float32")


def _check_feed(program: Program, layered: Layered) -> None:
    """Refuse what is given anew in each iteration, unless only updates read it: a counter, say."""
    for line in program.lines:
        fed = [name for name in (program.feed.names if program.feed else ())
               if name in names(line.expression)]  # fmt: skip
        if fed and line.phase is not Phase.UPDATE:
            told = f"reads {program.spelled(fed[0])}, which is another one in each iteration"
            raise refused(program, line.target, told)


def _slopes(program: Program, values: Values) -> dict[str, np.ndarray]:
    """Give the slope of the cost by every value of the forward pass."""
    judging = (Phase.FORWARD, Phase.LOSS)
    lines = [(line.target, line.expression) for line in program.lines if line.phase in judging]
    return slopes(lines, values, program.cost)


def _compare(found: ReadBack, built: Program, run: Sequence[Values]) -> None:
    """Run the scenario beside the program; raises `ScenarioError` for the first that differs."""
    program, own = found.program, iter(built.parameters)
    pairs = list[tuple[str, str, bool]]()
    for layer in found.layered.dense:
        pairs.append((layer.found.weight, next(own), layer.is_turned))
        if layer.found.bias:
            pairs.append((layer.found.bias, next(own), False))
    for values, there in zip(run, first_iterations(built, _COMPARED), strict=True):
        cost = np.reshape(there[built.cost], ()) * found.judged.scale
        if not is_near(cost, np.reshape(values[program.cost], ())):
            raise refused(program, program.cost, "is not the cost that a scenario computes")
        for name, other, is_turned in pairs:
            made = np.asarray(values[program.carried.get(name, name)])
            expected = np.asarray(there[built.carried.get(other, other)])
            if not is_near(expected.reshape(made.shape[::-1]).T if is_turned
                           else expected.reshape(made.shape), made):  # fmt: skip
                raise refused(program, _step(program, name), "is not what a scenario computes")


def _step(program: Program, parameter: str) -> str:
    """Give the line that is wrong where a parameter is: its gradient, or else its update."""
    gradients = [line.target for line in program.lines if line.gradient_of == parameter]
    return gradients[-1] if gradients else program.carried.get(parameter, "")
