"""All measurements: `python benchmarks/run.py`; `--help` tells how to choose among them.

The figures that each row must reach stand beside what was measured.
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLES = ("ratios", "travel", "screen")


def main() -> None:
    """Measure on one BLAS thread and print the tables."""
    arguments = _arguments()
    for library in ("OPENBLAS", "MKL", "OMP"):  # before NumPy is imported
        os.environ[f"{library}_NUM_THREADS"] = "1"
    sys.path.insert(0, str(ROOT))
    print(f"load average at the start: {os.getloadavg()[0]:.2f}, {os.cpu_count()} cores\n")
    if "ratios" in arguments.tables:
        from benchmarks import ratios  # noqa: PLC0415

        ratios.print_ratios(arguments.workloads, arguments.rounds)
    if "travel" in arguments.tables:
        from benchmarks import time_travel  # noqa: PLC0415

        time_travel.print_travel(arguments.workloads, arguments.iterations)
    if "screen" in arguments.tables:
        from benchmarks import screen  # noqa: PLC0415

        screen.print_screen()
    print(f"\nload average at the end: {os.getloadavg()[0]:.2f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workloads", default="TSML", help="some of T, S, M and L (default: all)")
    parser.add_argument("--rounds", type=int, default=31, help="of the first table (default: 31)")
    parser.add_argument("--iterations", type=int, default=10_000,
                        help="that time travel goes over (default: 10000)")  # fmt: skip
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=list(TABLES),
                        help="which tables (default: all)")  # fmt: skip
    return parser.parse_args()


if __name__ == "__main__":
    main()
