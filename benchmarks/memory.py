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

import numpy as np

from benchmarks.flat_loops import LOOPS
from benchmarks.workloads import program
from nnscope.engine.timeline import MEMORY, Timeline

ROOT = Path(__file__).resolve().parent.parent
Report = Callable[[str, str, str, bool | None], None]
RUNS = (("T", 10_000), ("T", 1_000_000), ("M", 10_000))


def print_memory(report: Report) -> None:
    """Report peak memory beside the cap, and the bits after a million iterations."""
    for name, iterations in RUNS:
        own = _in_process("loop", name, 100)["peak"]
        run = _in_process("run", name, iterations)
        above = run["peak"] - own
        what = f"{name}, {iterations} iterations: peak memory above the plain loop's own"
        report(what, f"{MEMORY / 2**20:.0f} MiB", f"{above / 2**20:.1f} MiB", above <= MEMORY)
        report("    the network's own, with Python and NumPy", "", f"{own / 2**20:.1f} MiB", None)
        report("    what the timeline says that it holds", "",
               f"{run['told'] / 2**20:.1f} MiB", None)  # fmt: skip
    found = _in_process("bits", "T", 1_000_000)
    report("T, a million iterations, to the start, to the end: cells that differ", "0",
           f"{found['rewound']}", not found["rewound"])  # fmt: skip
    report("    the same with a cap of 1 MiB", "0", f"{found['small']}", not found["small"])
    report("    from the flat loop", "0", f"{found['flat']}", not found["flat"])
    report("    the run; back to the start; to the end again", "",
           " ".join(f"{each:.3f} s" for each in found["seconds"]), None)  # fmt: skip


def _in_process(task: str, name: str, iterations: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.memory", task, name, str(iterations)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
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


def run(name: str, iterations: int) -> dict[str, object]:
    """Train in run mode to the end, under the usual cap."""
    built = program(name)
    timeline = Timeline(built)
    timeline.seek(iterations * len(built.lines))
    return {"peak": peak(), "told": timeline.history.bytes}


def bits(name: str, iterations: int) -> dict[str, object]:
    """Go to the end, to the start and to the end; count the parameter cells that differ."""
    built = program(name)
    moments = [iterations * len(built.lines), 0, iterations * len(built.lines)]
    wanted, _, seconds = _final(Timeline(built), moments[:1])
    _, again, seconds = _final(Timeline(built), moments)
    _, small, _ = _final(Timeline(built, memory=2**20), moments)
    flat = _flat(name, iterations)
    names = built.carried
    final = np.concatenate([np.ravel(flat[each]) for each in names])
    return {
        "rewound": int(np.sum(again != wanted)), "small": int(np.sum(small != wanted)),
        "flat": int(np.sum(final != wanted)), "seconds": seconds,
    }  # fmt: skip


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
    start = {each: np.array(value) for each, value in built.parameters.items()}
    X, Y = np.array(built.constants["X"]), np.array(built.constants["Y"])
    LOOPS[name](X, Y, start, float(built.constants["learning_rate"]), iterations)
    return start


if __name__ == "__main__":
    TASKS = {"loop": loop, "run": run, "bits": bits}
    print(json.dumps(TASKS[sys.argv[1]](sys.argv[2], int(sys.argv[3]))))
