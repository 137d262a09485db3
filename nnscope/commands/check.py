"""`nnscope check`: is every gradient the slope of the cost, and every update what its rule says?"""

import json
import sys
import time
from argparse import Namespace
from collections.abc import Iterator

from nnscope.commands.loading import load_named, why_no_cost
from nnscope.commands.output import retell
from nnscope.engine.keep.history import KeepGoing
from nnscope.expression.errors import ExpressionError
from nnscope.insight.check.blind_spots import blind_spots
from nnscope.insight.check.comparison import GradientCheck
from nnscope.insight.check.conclusions import closing
from nnscope.insight.check.gradients import check_gradient
from nnscope.insight.check.iteration import Iteration, iteration_at
from nnscope.insight.check.report import (
    gradient_object,
    gradient_text,
    misshapen_object,
    notes,
    update_object,
    update_text,
)
from nnscope.insight.check.updates import check_updates
from nnscope.insight.check.verdicts import Verdict
from nnscope.insight.numbers import short
from nnscope.program.model import Line, Phase, Program
from nnscope.script.program import ScriptOrigin

_SAMPLE = 200
"""How many cells of a gradient between the cost and the parameters are checked, unless told."""


def run(arguments: Namespace) -> int:
    """Check every gradient and every update of an iteration; exit status 1 if any is wrong."""
    program = load_named(arguments)
    ground = iteration_at(program, arguments.iteration)
    if not program.cost:
        print(f"{program.name} {_without_cost(program)}",
              file=sys.stderr if arguments.json else sys.stdout)  # fmt: skip
        return 0
    width = max((len(line.spelled) for line in program.lines), default=0)
    head = f"{program.name}, iteration {arguments.iteration}: {program.spelled(program.cost)} = "
    head += short(ground.cost, 6)
    if not arguments.json:
        print(head)
    gradients, wrong, misshapen = list[GradientCheck](), 0, 0
    for line, check in _checked(ground, arguments.sample):
        if isinstance(check, GradientCheck):
            gradients.append(check)
            told = gradient_object(check) if arguments.json else gradient_text(check, width)
        else:
            misshapen += 1
            told = misshapen_object(line, check) if arguments.json else (
                f"{line.target:<{width}}  {Verdict.WRONG.value:<5}  {check}")  # fmt: skip
        wrong += not isinstance(check, GradientCheck) or check.verdict is Verdict.WRONG
        print(json.dumps(told) if arguments.json else told)
    updates = list(check_updates(ground))
    for update in updates:
        wrong += update.verdict is Verdict.WRONG
        print(json.dumps(update_object(update)) if arguments.json else update_text(update, width))
    for word, text in [*notes(ground, gradients), *_warnings(ground)]:
        print(json.dumps({word: text}) if arguments.json else f"{word}: {text}")
    summary = closing(gradients, misshapen, updates)
    if summary and not arguments.json:
        print(summary)
    return 1 if wrong else 0


def _without_cost(program: Program) -> str:
    if isinstance(program.origin, ScriptOrigin):
        return f"has no cost: {why_no_cost(program)}, and so no gradient to check"
    if any(line.phase is Phase.BACKWARD for line in program.lines):
        return "has no cost, and so no slope to compare its gradients with"
    return "only runs forwards: it has no cost, and so no gradient to check"


def _checked(
    ground: Iteration, sample: int | None
) -> Iterator[tuple[Line, GradientCheck | ExpressionError]]:
    for line in ground.gradients:
        own = sample or (None if line.gradient_of in ground.program.parameters else _SAMPLE)
        try:
            check = check_gradient(ground, line.target, own, _progress(line.target))
        except ExpressionError as error:  # a gradient of a shape that can't be right
            yield line, error
        else:
            yield line, check
    retell("")


def _warnings(ground: Iteration) -> Iterator[tuple[str, str]]:
    for spot in blind_spots(ground):
        yield "warning", spot.text


def _progress(name: str) -> KeepGoing:
    """Tell how far a long check is, on a terminal, and elsewhere not at all."""
    started = time.monotonic()

    def tell(cells: int) -> bool:
        if time.monotonic() - started > 0.2:
            retell(f"{name}: {cells} cells")
        return True

    return tell
