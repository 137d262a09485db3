"""The first table: nnscope against loops that a student could write, and against PyTorch."""

from dataclasses import dataclass

from benchmarks.contestants import SAME_BITS, contestants
from benchmarks.measuring import Times, compare, differences, take_turns

COUNTS = {"T": 4000, "S": 2000, "M": 600, "L": 150}
"""How many iterations one round has: enough that the two ends of a seek do not count much."""


@dataclass(frozen=True)
class Row:
    """A ratio of two contestants, and what it must be: at most, or at least, for each workload."""

    above: str
    below: str
    most: dict[str, float]
    least: dict[str, float]


def _most(above: str, below: str, T: float = 0, S: float = 0, M: float = 0, L: float = 0) -> Row:
    return Row(above, below, {"T": T, "S": S, "M": M, "L": L}, {})


def _least(above: str, below: str, T: float = 0, S: float = 0, M: float = 0, L: float = 0) -> Row:
    return Row(above, below, {}, {"T": T, "S": S, "M": M, "L": L})


ROWS = (
    _most("run mode", "flat loop", 0.65, 0.72, 1.00, 1.00),
    _most("run mode", "hand-written out= loop", T=1.05, M=1.05, L=1.05),
    _least("articles' style", "run mode", 2.2, 1.8, 1.5, 1.5),
    _least("articles' style, L layers", "run mode"),
    _most("run mode, stop on the cost", "run mode", 1.03, 1.03, 1.03, 1.03),
    _most("run mode, stop on max |dW1|", "run mode", 1.15, 1.15, 1.15, 1.15),
    _most("looking out for nan", "not looking out", 1.10, 1.10, 1.10, 1.10),
    _most("step mode", "flat loop", 1.40, 1.25, 1.15, 1.10),
    _least("PyTorch", "run mode", T=8, S=5, L=1.3),
    _least("PyTorch, lean", "run mode", T=8, S=5, L=1.3),
    _least("PyTorch, all kept", "step mode", T=6, S=4, L=1.15),
    _least("PyTorch, lean, all kept", "step mode", T=6, S=4, L=1.15),
)  # fmt: skip


def print_ratios(names: str, rounds: int) -> None:
    """Measure every workload and print the table; a figure that is missed is marked."""
    measured: dict[str, Times] = {}
    for name in names:
        group = contestants(name)
        print(_agreement(name, differences(group, min(COUNTS[name], 500))), flush=True)
        measured[name] = take_turns(group, COUNTS[name], rounds)
    print(f"\nMicroseconds of CPU for an iteration, the best of {rounds} rounds that take turns\n")
    _print_times(measured)
    print(f"\n{'ratio of the best rounds':54} {'must be':>8} {'is':>7}    "
          f"{'median':>7} {'90 % of rounds':>15}")  # fmt: skip
    for row in ROWS:
        for name in names:
            if row.above in measured[name] and row.below in measured[name]:
                _print_row(row, name, measured[name])


def _agreement(name: str, found: dict[str, float]) -> str:
    """Say how far the costs differ; raise where bits are promised."""
    same = [label for label in found if not found[label]]
    for label in SAME_BITS:
        if label not in same:
            raise AssertionError(f"{name}: {label} has not the bits of the flat loop")
    for label, difference in found.items():
        if difference > 1e-12:
            raise AssertionError(f"{name}: the costs of {label} differ by {difference:.1e}")
    worst = max(found.values())
    return (f"{name}: {len(same)} of {len(found)} contestants have the flat loop's costs bit for "
            f"bit, the others to {worst:.0e}")  # fmt: skip


def _print_times(measured: dict[str, Times]) -> None:
    print(f"{'':28}" + "".join(f"{name:>10}" for name in measured))
    labels = dict.fromkeys(label for times in measured.values() for label in times)
    for label in labels:
        cells = (f"{1e6 * min(times[label]):10.2f}" if label in times else f"{'':10}"
                 for times in measured.values())  # fmt: skip
        print(f"{label:28}" + "".join(cells))


def _print_row(row: Row, name: str, times: Times) -> None:
    ratio = compare(times, row.above, row.below)
    most, least = row.most.get(name, 0), row.least.get(name, 0)
    must = f"<= {most:.2f}" if most else f">= {least:.2f}" if least else ""
    met = (not most or ratio.best <= most) and ratio.best >= least
    mark = "" if not must else "ok" if met else "MISS"
    what = f"{name}  {row.above} / {row.below}"
    print(f"{what:54} {must:>8} {ratio.best:7.3f}  {mark:4} {ratio.median:5.3f}   "
          f"{ratio.low:.3f} - {ratio.high:.3f}")  # fmt: skip
