"""How long a gradient check takes: all parameters of S and M, by complex step and with differences.

`OPENBLAS_NUM_THREADS=1 python -m benchmarks.gradient_check` takes about half a minute; with `S`
behind it, only the small network is measured.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.workloads import program
from nnscope.insight.complex_step import complex_slopes
from nnscope.insight.gradients import check_all
from nnscope.insight.ground import Ground, ground_at
from nnscope.insight.verdicts import relative_errors
from nnscope.program.model import Line

TARGETS = {"S": 0.020, "M": 25.0}
ROUNDS = {"S": 20, "M": 1}


def main() -> None:
    """Print the best time of each way beside its target in seconds, and the worst error."""
    print("workload   cells  complex step    target  with centred  worst error")
    for name in sys.argv[1:] or list(TARGETS):
        ground = ground_at(program(name), 0)
        cells = sum(ground.gradient(line).size for line in parameter_lines(ground))
        exact, worst = best(complex_step, ground, ROUNDS[name])
        both, _ = best(lambda ground: list(check_all(ground)), ground, ROUNDS[name])
        print(f"{name:<8}  {cells:>6}  {exact:>10.4f} s  {TARGETS[name]:>6} s  {both:>10.4f} s"
              f"  {worst:>11.1e}")  # fmt: skip


def best(work: Callable[[Ground], Any], ground: Ground, rounds: int) -> tuple[float, Any]:
    """Give the shortest time of several rounds in seconds, and what the work gave."""
    shortest, result = float("inf"), None
    for _ in range(rounds):
        started = time.perf_counter()
        result = work(ground)
        shortest = min(shortest, time.perf_counter() - started)
    return shortest, result


def parameter_lines(ground: Ground) -> list[Line]:
    """Give the lines that compute gradients of parameters."""
    return [line for line in ground.gradients if line.gradient_of in ground.program.parameters]


def complex_step(ground: Ground) -> float:
    """Check every cell by complex step alone and give the worst relative error."""
    worst = 0.0
    for line in parameter_lines(ground):
        analytic = ground.gradient(line)
        cells = np.stack(np.unravel_index(np.arange(analytic.size), analytic.shape), axis=1)
        slopes = complex_slopes(ground, line.gradient_of, cells).reshape(analytic.shape)
        worst = max(worst, float(np.max(relative_errors(analytic, slopes))))
    return worst


if __name__ == "__main__":
    main()
