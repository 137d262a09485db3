"""nnscope from Python: `nnscope.load("two_layer")`, then `.trace()`, `.train()` and `.verify()`."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from nnscope.commands.diagnosing import diagnosed
from nnscope.commands.loading import read_program
from nnscope.engine.frame import Event
from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import Value
from nnscope.expression.shapes import symbols
from nnscope.insight.check.comparison import GradientCheck
from nnscope.insight.check.gradients import check_all
from nnscope.insight.check.iteration import iteration_at
from nnscope.insight.check.printed_numbers import Check, verify
from nnscope.insight.check.updates import UpdateCheck, check_updates
from nnscope.insight.diagnose.finding import Diagnosis
from nnscope.insight.diagnose.given import diagnose_given
from nnscope.insight.evaluate import Evaluated, evaluate_after
from nnscope.insight.explain.derivation import Derivation, derive
from nnscope.insight.explain.query import check_iteration
from nnscope.insight.numbers import short
from nnscope.program.evaluations import other_data
from nnscope.program.model import Program
from nnscope.script.options import SECONDS, ScriptOptions
from nnscope.tables import Results, html_table

_MOST_ROWS = 20
_OF_GRADIENTS = ("gradient", "verdict", "error", "cells", "worst cell", "value", "slope")


class Training(Struct, frozen=True, eq=False):
    """What a training run leaves: the cost of each iteration, and every value at its end.

    `costs` has the shape (iterations,). `values` holds the parameters as they are after the last
    update, and every other array as the last iteration computed it; all are read-only.
    """

    costs: NDArray[np.float64]
    values: Mapping[str, Value]

    def __repr__(self) -> str:
        count = len(self.costs)
        ends = "".join(f", cost {short(self.costs[at], 6)} in {which}"
                       for at, which in ((0, "the first"), (-1, "the last")) if count)  # fmt: skip
        return f"<Training: {count} iteration{'s' * (count != 1)}{ends}>"

    def _repr_html_(self) -> str:
        chosen = np.linspace(0, len(self.costs) - 1, min(len(self.costs), _MOST_ROWS)).astype(int)
        rows = ((at, short(self.costs[at], 6)) for at in chosen)
        return html_table(("iteration", "cost"), rows)


class Network(Struct, frozen=True, eq=False):
    """A scenario that is ready to run."""

    program: Program

    def __repr__(self) -> str:
        program = self.program
        cost = f", cost {program.spelled(program.cost)}" if program.cost else ", no cost"
        return f"<Network {program.name}: {len(program.lines)} lines{cost}>"

    def _repr_html_(self) -> str:
        shapes = self.program.shapes
        rows = ((number, line.phase.value, line.text, symbols(shapes[line.target]))
                for number, line in enumerate(self.program.lines, 1))  # fmt: skip
        return html_table(("line", "phase", "program", "shape"), rows)

    def trace(self, iterations: int | None = None, start: int = 0) -> Iterator[Event]:
        """Yield an event for every line, from iteration `start` on.

        It ends after so many `iterations`, and with the run. Raises
        `nnscope.expression.errors.ExpressionError` for a start that is not run.
        """
        check_iteration(self.program, start)
        timeline = Timeline(self.program)
        timeline.seek(timeline.clock.begin(start))
        count = None if iterations is None else timeline.clock.begin(iterations)
        yield from timeline.events(count)

    def train(self, iterations: int | None = None) -> Training:
        """Run fast, for so many iterations or for those of the scenario.

        Raises `nnscope.scenario.errors.ScenarioError` for a number of iterations that can't be.
        """
        program = self.program
        if iterations is not None:
            program = program.origin.with_iterations(iterations)
        timeline = Timeline(program)
        timeline.seek(timeline.length)
        frame = timeline.frame()
        return Training(frame.costs, frame.by_name)

    def explain(self, text: str, iteration: int = 0, largest: bool = False) -> Derivation:
        """Explain one cell, as it is at the end of an iteration; `print` shows it line by line.

        `text` is a name with an index, `"dW2[0, 1]"`, or any expression of a single cell;
        `largest` puts the largest terms of a sum first. Raises
        `nnscope.expression.errors.ExpressionError` for text that is no such cell, and for an
        iteration that is not run.
        """
        return derive(self.program, text, iteration, largest=largest)

    def check_gradients(
        self, iteration: int = 0, sample: int | None = None
    ) -> Results[GradientCheck]:
        """Compare the gradient of every parameter with the slope of the cost.

        It is done at the parameters that `iteration` starts from, for all cells or a random
        `sample` of each gradient. Raises `nnscope.expression.errors.ExpressionError` for an
        iteration that is not run; without a loss there is nothing to check, and the list is empty.
        """
        found = check_all(iteration_at(self.program, iteration), sample=sample)
        return Results(found, _OF_GRADIENTS)

    def check_updates(self, iteration: int = 0) -> Results[UpdateCheck]:
        """Compare what an iteration does to every parameter with the optimizer's rule."""
        found = check_updates(iteration_at(self.program, iteration))
        return Results(found, ("parameter", "verdict", "finding"))

    def diagnose(self, arrays: Mapping[str, Any] | None = None) -> Diagnosis:
        """Find the first wrong line, and what it comes from; `print` shows it.

        With `arrays`, by names such as `dW1`, `grad_W1` or `grads["W1"]` and in nested dictionaries
        too, these are compared with the first iteration, and a list of costs alone with the run.
        Raises `nnscope.expression.errors.ExpressionError` for what is no array of real numbers, and
        where no name is known.
        """
        if arrays is None:
            return diagnosed(self.program)
        return diagnose_given(self.program, arrays)

    def evaluate(self, after: int | None = None, **data: ArrayLike) -> list[Evaluated]:
        """Run forwards on other data, with the parameters that so many updates leave.

        Without `data` that is each `[[evaluate]]` of the scenario; else the arrays that are given
        by their names, `evaluate(X=..., Y=...)`, take the place of the scenario's own. Without
        `after` all updates are made. Raises `nnscope.expression.errors.ExpressionError` for
        arrays that do not fit, unknown names, and more updates than the run makes.
        """
        evaluations = self.program.notes.evaluations
        if data:
            evaluations = (other_data(self.program, data),)
        return evaluate_after(self.program, evaluations, after)

    def verify(self) -> Results[Check]:
        """Compare a run with every number that the source printed."""
        return Results(verify(self.program), ("printed", "iteration", "verdict"))


def load(  # noqa: PLR0913  each is an option of the command line, by its name
    name: str,
    *,
    arguments: Sequence[str] = (),
    loop: int = 0,
    cost: str = "",
    call: str = "",
    run: int = 1,
    seconds: float = SECONDS,
    memory: int | None = None,
) -> Network:
    """Load a scenario by path, or by its name in the library; run and record a script.

    The options are for scripts: their `arguments`, the line of the training `loop`, the name of the
    `cost`, a `call` that is run behind the script, which `run` of the training loop, and the limits
    in `seconds` and bytes of `memory`. What there is to know about a recording, and what is
    doubtful in a file though it can run, is told by `warnings`. Raises
    `nnscope.scenario.errors.ScenarioError`, whose text names every mistake in the file.
    """
    options = ScriptOptions(tuple(arguments), loop, cost, seconds, memory, call=call, run=run)
    told = list[str]()
    program = read_program(name, options=options, tell=told.append)
    for text in (*told, *program.notes.warnings):
        warnings.warn(text, stacklevel=2)
    return Network(program)
