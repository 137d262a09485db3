"""How long a gradient check takes: all parameters of S and M, by reverse mode and all that is told.

`OPENBLAS_NUM_THREADS=1 python -m benchmarks.gradient_check` takes a few seconds; with `S` behind
it, only the small network is measured.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.workloads import program
from nnscope.insight.check.gradients import check_all
from nnscope.insight.check.iteration import Iteration, iteration_at
from nnscope.insight.check.perturbation import certified
from nnscope.insight.check.verdicts import relative_errors
from nnscope.program.model import Line

TARGETS = {"S": 0.001, "M": 0.3}
ROUNDS = {"S": 200, "M": 10}


def main() -> None:
    """Print the best time of each way beside its target in seconds, and the worst error."""
    print("workload   cells      slopes  whole check    target   certified  worst error")
    for name in sys.argv[1:] or list(TARGETS):
        iteration = iteration_at(program(name), 0)
        cells = sum(iteration.gradient(line).size for line in parameter_lines(iteration))
        exact, worst = best(reverse_mode, iteration, ROUNDS[name])
        whole, _ = best(lambda each: list(check_all(each)), iteration, ROUNDS[name])
        witness, _ = best(certified, iteration, ROUNDS[name])
        found = [1e3 * seconds for seconds in (exact, whole, TARGETS[name], witness)]
        times = " ".join(f"{each:>8.3f} ms" for each in found)
        print(f"{name:<8}  {cells:>6}  {times}  {worst:>11.1e}")


def best(work: Callable[[Iteration], Any], iteration: Iteration, rounds: int) -> tuple[float, Any]:
    """Give the shortest time of several rounds in seconds, and what the work gave."""
    shortest, result = float("inf"), None
    for _ in range(rounds):
        started = time.perf_counter()
        result = work(Iteration(iteration.program, iteration.start, {}))
        shortest = min(shortest, time.perf_counter() - started)
    return shortest, result


def parameter_lines(iteration: Iteration) -> list[Line]:
    """Give the lines that compute gradients of parameters."""
    return [
        each for each in iteration.gradients if each.gradient_of in iteration.program.parameters
    ]


def reverse_mode(iteration: Iteration) -> float:
    """Compare every cell of every gradient of a parameter, and give the worst relative error."""
    fresh = Iteration(iteration.program, iteration.start, {})
    worst = 0.0
    for line in parameter_lines(fresh):
        errors = relative_errors(fresh.gradient(line), fresh.slope(line.gradient_of))
        worst = max(worst, float(np.max(errors)))
    return worst


if __name__ == "__main__":
    main()
