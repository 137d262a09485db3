"""How much memory a long run takes, and whether a million iterations can be walked bit for bit.

Each measurement is a process of its own: `python -m benchmarks.memory TASK WORKLOAD ITERATIONS`.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.flat_loops import LOOPS
from benchmarks.workloads import program
from nnscope.engine.timeline import MEMORY, Timeline

ROOT = Path(__file__).resolve().parent.parent
Report = Callable[[str, str, str, bool | None], None]
SMALL = 32 * 2**20
RUNS = (("T", 10_000, MEMORY), ("T", 1_000_000, MEMORY), ("T", 1_000_000, SMALL),
        ("M", 10_000, MEMORY))  # fmt: skip
VISITS = 40


def print_memory(report: Report) -> None:
    """Report peak memory beside the cap, and the bits after a million iterations."""
    for name, iterations, cap in RUNS:
        own = _in_process("loop", name, 100)["peak"]
        run = _in_process("run" if cap == MEMORY else "run_small", name, iterations)
        above = run["peak"] - own
        what = f"{name}, {iterations} iterations: peak memory above the plain loop's own"
        report(what, f"{cap / 2**20:.0f} MiB", f"{above / 2**20:.1f} MiB", above <= cap)
        report("    the network's own, with Python and NumPy", "", f"{own / 2**20:.1f} MiB", None)
        report("    what the timeline says that it holds", "",
               f"{run['told'] / 2**20:.1f} MiB", None)  # fmt: skip
    found = _in_process("bits", "T", 1_000_000)
    rewound, small, flat = found["differing"]
    report("T, a million iterations, to the start, to the end: cells that differ", "0",
           str(rewound), not rewound)  # fmt: skip
    report("    the same with a cap of 1 MiB", "0", str(small), not small)
    report("    from the flat loop", "0", str(flat), not flat)
    report("    the run; back to the start; 40 places and the end again", "",
           "; ".join(f"{each:.3f} s" for each in found["seconds"]), None)  # fmt: skip


def _in_process(task: str, name: str, iterations: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.memory", task, name, str(iterations)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def peak() -> int:
    """Give the most memory that this process has held, in bytes.

    Linux counts into `ru_maxrss` what the parent held when it started this process; its own file
    about a process does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale


def loop(name: str, iterations: int) -> dict[str, object]:
    """Train with the flat loop: the memory that the network itself needs."""
    _flat(name, iterations)
    return {"peak": peak()}


def run(name: str, iterations: int, cap: int = MEMORY) -> dict[str, object]:
    """Train in run mode to the end, under the usual cap or another, in bytes."""
    built = program(name)
    timeline = Timeline(built, cap)
    timeline.seek(iterations * len(built.lines))
    return {"peak": peak(), "told": timeline.history.bytes}


def run_small(name: str, iterations: int) -> dict[str, object]:
    """Train in run mode under a small cap."""
    return run(name, iterations, SMALL)


def bits(name: str, iterations: int) -> dict[str, object]:
    """Go to the end, to the start and to the end; count the parameter cells that differ.

    On the way back to the end others are visited, so that nothing of the end is still at hand.
    """
    built = program(name)
    end = iterations * len(built.lines)
    moments = [end, 0, *range(1, end, end // VISITS), end]
    wanted, again, seconds = _final(Timeline(built), moments)
    small = _final(Timeline(built, memory=2**20), moments)[1]
    flat = _flat(name, iterations)
    final = np.concatenate([np.ravel(flat[each]) for each in built.carried])
    differing = [int(np.sum(each != wanted)) for each in (again, small, final)]
    return {"differing": differing, "seconds": [seconds[0], seconds[1], sum(seconds[2:])]}


def _final(timeline: Timeline, moments: list[int]) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Visit moments; give the parameters at the first and at the last, and the time of each way."""
    found, seconds = [], []
    for moment in moments:
        started = time.perf_counter()
        timeline.seek(moment)
        seconds.append(time.perf_counter() - started)
        values = timeline.frame().values
        found.append(np.concatenate([np.ravel(values[name]) for name in timeline.program.carried]))
    return found[0], found[-1], seconds


def _flat(name: str, iterations: int) -> dict[str, np.ndarray]:
    built = program(name)
    start = {each: np.array(built.start[each]) for each in built.parameters}
    X, Y = np.array(built.start["X"]), np.array(built.start["Y"])
    LOOPS[name](X, Y, start, float(built.start["learning_rate"]), iterations)
    return start


if __name__ == "__main__":
    TASKS = {"loop": loop, "run": run, "run_small": run_small, "bits": bits}
    print(json.dumps(TASKS[sys.argv[1]](sys.argv[2], int(sys.argv[3]))))
