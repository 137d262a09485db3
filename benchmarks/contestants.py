"""Who runs against whom: each contestant trains one workload on from where it stands.

The loops that are not nnscope's are in `flat_loops`, `out_loops`, `article_style` and
`torch_contestants`.
"""

from collections.abc import Callable, Sequence
from importlib.util import find_spec

import numpy as np

from benchmarks import article_style, flat_loops, out_loops
from benchmarks.flat_loops import Array, Loop
from benchmarks.workloads import program
from nnscope.engine.find.search import Search
from nnscope.engine.find.stops import condition
from nnscope.engine.timeline import Timeline
from nnscope.insight.health.norms import squares
from nnscope.program.model import Program

Contestant = Callable[[int], Sequence[float] | Array]
"""Trains so many iterations on and gives their costs."""

SAME_BITS = (
    "hand-written out= loop",
    "run mode",
    "run mode, stop on the cost",
    "run mode, stop on max |dW1|",
    "looking out for nan",
    "not looking out",
    "step mode",
)
"""The contestants whose costs must have the bits of the flat loop's."""


def contestants(name: str) -> dict[str, Contestant]:
    """Give the contestants of a workload, each with parameters of its own."""
    built = program(name)
    loops: dict[str, Loop] = {
        "flat loop": flat_loops.LOOPS[name],
        "articles' style": article_style.OWN[name],
        "articles' style, L layers": article_style.L_LAYERS[name],
        "hand-written out= loop": out_loops.LOOPS[name],
    }
    if find_spec("torch"):
        from benchmarks import torch_contestants  # noqa: PLC0415  it is seldom installed

        loops |= torch_contestants.loops(name)
    if name != "T":
        del loops["articles' style, L layers"]  # it is the articles' style of the others
    return {label: looping(built, loop) for label, loop in loops.items()} | {
        "run mode": run_mode(built),
        "run mode, stop on the cost": searching(built, "J < -1"),
        "run mode, stop on max |dW1|": searching(built, "np.max(np.abs(dW1)) > 1e9"),
        "looking out for nan": searching(built, guard=True),
        "not looking out": searching(built),
        "step mode": step_mode(built),
    }


def looping(built: Program, loop: Loop) -> Contestant:
    """Run one of the loops on its own copy of the parameters.

    All read the same data: two copies of the same numbers differ by some percent in what a large
    product of matrices takes, by where in the memory they happen to lie.
    """
    X, Y = np.asarray(built.start["X"]), np.asarray(built.start["Y"])
    parameters = {name: np.array(built.start[name]) for name in built.parameters}
    learning_rate = float(built.start["learning_rate"])

    def run(count: int) -> Sequence[float]:
        return loop(X, Y, parameters, learning_rate, count)

    return run


def run_mode(built: Program) -> Contestant:
    """Run nnscope as its screen does: the costs are recorded, norms sampled, checkpoints kept."""
    timeline = Timeline(built, sampled=squares(built))

    def run(count: int) -> Array:
        timeline.seek(timeline.time + count * len(built.lines))
        return timeline.history.costs.known()[-count:]

    return run


def searching(built: Program, stop: str = "", guard: bool = False) -> Contestant:
    """Run nnscope fast with a stop that never holds, or looking out for nan and inf."""
    timeline = Timeline(built, sampled=squares(built))
    search = Search(timeline.history, [condition(built, stop)] if stop else [], guard=guard)

    def run(count: int) -> Array:
        upto = timeline.time + count * len(built.lines)
        timeline.advance(search, upto) if stop or not guard else timeline.run(upto)
        return timeline.history.costs.known()[-count:]

    return run


def step_mode(built: Program) -> Contestant:
    """Run nnscope line by line: an event for every line, and every line can be undone."""
    timeline = Timeline(built, sampled=squares(built))

    def run(count: int) -> Array:
        for _event in timeline.events(count * len(built.lines)):
            pass
        return timeline.history.costs.known()[-count:]

    return run
