"""How long it takes to explain one cell: `python -m benchmarks.explain`; the bound is 5 ms."""

import statistics
import time
from collections.abc import Callable

from benchmarks.workloads import program
from nnscope.engine.timeline import Timeline
from nnscope.insight.explain.arithmetic import arithmetic
from nnscope.insight.explain.cell import explain
from nnscope.insight.explain.derivation import derived
from nnscope.insight.explain.query import read_query

CELLS = (
    ("M", "Z1[5, 7]"), ("M", "dW1[5, 7]"), ("M", "W1[5, 7]"), ("M", "dZ1[5, 7]"), ("M", "J"),
    ("M", "np.sum(np.abs(dW1))"), ("L", "Z1[5, 7]"), ("S", "dW1[0, 1]"),
)  # fmt: skip
ROUNDS = 31


def main() -> None:
    """Print the median of a cell's arithmetic, as the screen shows it, and of its derivation."""
    print(f"{'':28}{'one line':>12}{'derivation':>12}   ms, the bound is 5")
    for workload, text in CELLS:
        built = program(workload)
        query, timeline = read_query(built, text), Timeline(built)
        index = built.line_of.get(query.name, len(built.lines) - 1)
        timeline.seek(index + 1)
        frame = timeline.frame()
        line = built.lines[index].expression if query.name else query.expression
        values = frame.values
        shown = _median(lambda: arithmetic(explain(line, query.cell, values)))  # noqa: B023
        whole = _median(lambda: str(derived(frame, query)))  # noqa: B023
        print(f"{workload} {text:<26}{shown:>12.3f}{whole:>12.3f}")


def _median(task: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        task()
        times.append(1e3 * (time.perf_counter() - started))
    return statistics.median(times)


if __name__ == "__main__":
    main()
