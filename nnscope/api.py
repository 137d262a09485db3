"""nnscope from Python: `nnscope.load("two_layer")`, then `.trace()`, `.train()` and `.verify()`."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnscope.commands.loading import load_program
from nnscope.engine.frame import Event
from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import Value
from nnscope.insight.check.comparison import GradientCheck
from nnscope.insight.check.gradients import check_all
from nnscope.insight.check.iteration import iteration_at
from nnscope.insight.check.printed_numbers import Check, verify
from nnscope.insight.check.updates import UpdateCheck, check_updates
from nnscope.insight.explain.derivation import Derivation, derive
from nnscope.insight.explain.query import check_iteration
from nnscope.program.model import Program
from nnscope.script.options import SECONDS, ScriptOptions


@dataclass(frozen=True, eq=False, slots=True)
class Training:
    """What a training run leaves: the cost of each iteration, and every value at its end.

    `costs` has the shape (iterations,). `values` holds the parameters as they are after the last
    update, and every other array as the last iteration computed it; all are read-only.
    """

    costs: NDArray[np.float64]
    values: Mapping[str, Value]


@dataclass(frozen=True, eq=False, slots=True)
class Network:
    """A scenario that is ready to run."""

    program: Program

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

    def check_gradients(self, iteration: int = 0, sample: int | None = None) -> list[GradientCheck]:
        """Compare the gradient of every parameter with the slope of the cost.

        It is done at the parameters that `iteration` starts from, for all cells or a random
        `sample` of each gradient. Raises `nnscope.expression.errors.ExpressionError` for an
        iteration that is not run; without a loss there is nothing to check, and the list is empty.
        """
        return list(check_all(iteration_at(self.program, iteration), sample=sample))

    def check_updates(self, iteration: int = 0) -> list[UpdateCheck]:
        """Compare what an iteration does to every parameter with the optimizer's rule."""
        return list(check_updates(iteration_at(self.program, iteration)))

    def verify(self) -> list[Check]:
        """Compare a run with every number that the source printed."""
        return list(verify(self.program))


def load(
    name: str,
    *,
    arguments: Sequence[str] = (),
    loop: int = 0,
    cost: str = "",
    seconds: float = SECONDS,
    memory: int | None = None,
) -> Network:
    """Load a scenario by path, or by its name in the library; run and record a script.

    The options are for scripts: their `arguments`, the line of the training `loop`, the name of the
    `cost`, and the limits in `seconds` and bytes of `memory`. What there is to know about a
    recording is told by `warnings`. Raises `nnscope.scenario.errors.ScenarioError`, whose text
    names every mistake in the file.
    """
    options = ScriptOptions(tuple(arguments), loop, cost, seconds, memory)
    return Network(load_program(name, options=options, tell=_warn))


def _warn(text: str) -> None:
    warnings.warn(text, stacklevel=6)  # told where `load` is called
