"""The third table: how fast the screen follows a step, and how fast it is there at the start."""

import asyncio
import fcntl
import gc
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

from textual._compositor import CompositorUpdate
from textual.pilot import Pilot

from benchmarks.workloads import program
from nnscope.commands.loading import load_program
from nnscope.program.model import Program
from nnscope.tui.app import NnscopeApp

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 120, 36
STEPS, STARTS = 150, 15
CODES = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]")  # what colours and places the text
LINE = b"sigmoid("  # of the listing: the panes are filled
EMPTY = """
import numpy
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("first-frame")
Empty().run()
"""
OPEN = "from nnscope.cli import main; main(['single_neuron'])"
IMPORTS = """
import sys
from nnscope.cli import main
try:
    main([{option!r}])
except SystemExit:
    pass
print([name for name in ("numpy", "textual") if name in sys.modules], file=sys.stderr)
"""


class PaintedApp(NnscopeApp):
    """The debugger without a terminal, made to write the codes that a terminal would get."""

    written = 0

    def _display(self, screen: object, renderable: object) -> None:
        super()._display(screen, renderable)  # type: ignore[arg-type]
        if isinstance(renderable, CompositorUpdate):
            self.written += len(renderable.render_segments(self.console))


def print_screen() -> None:
    """Measure and print."""
    print(f"\nThe screen at {WIDTH} x {HEIGHT}")
    programs = {"one neuron": load_program("single_neuron"), "T": program("T"), "L": program("L")}
    medians = {}
    gc.freeze()  # as the command does
    for name, built in programs.items():
        times = asyncio.run(step_times(built))
        medians[name] = statistics.median(times)
        slow = sorted(times)[-1 - len(times) // 20]
        what = f"{name}: CPU from a step to its painted screen, median of {len(times)}"
        found = f"{medians[name]:.1f} ms (95 %: {slow:.1f})"
        _report(what, "20.0 ms", found, medians[name] <= 20)
    ratio = medians["L"] / medians["one neuron"]
    _report("L / one neuron", "2.00", f"{ratio:.2f}", ratio <= 2)
    _print_start()
    for option in ("--help", "--version"):
        imported = _imports(option)
        _report(f"nnscope {option} imports of these two", "[]", imported, imported == "[]")


async def step_times(built: Program) -> list[float]:
    """Press the key for the next line many times; give the CPU milliseconds of each."""
    app = PaintedApp(built)
    times = []
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await _settle(pilot)
        for number in range(STEPS + 20):
            written, started = app.written, time.process_time()
            await pilot.press("n")
            await _settle(pilot)
            spent = time.process_time() - started
            if app.written == written:
                raise AssertionError("a step painted nothing")
            if number >= 20:
                times.append(1e3 * spent)
    return times


async def _settle(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def _print_start() -> None:
    """Start an empty app and the debugger in turns, each in a terminal of its own."""
    empty, own = [], []
    for _ in range(STARTS):
        empty.append(first_frame(EMPTY, b"first-frame"))
        own.append(first_frame(OPEN, LINE))
    best, middle = min(own) - min(empty), statistics.median(own) - statistics.median(empty)
    _report(f"first frame after an empty app's, best of {STARTS}", "120 ms",
            f"{1e3 * best:.0f} ms", best <= 0.12)  # fmt: skip
    _report("    medians", "120 ms", f"{1e3 * middle:.0f} ms", middle <= 0.12)
    _report("    an empty app with NumPy; the debugger: best", "",
            f"{1e3 * min(empty):.0f} ms; {1e3 * min(own):.0f} ms")  # fmt: skip


def first_frame(code: str, mark: bytes) -> float:
    """Start Python in a terminal and give the seconds until it has written `mark`."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT,
        env=environment, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        return _until(ours, mark) - started
    finally:
        child.kill()
        child.wait()
        os.close(ours)


def _until(terminal: int, mark: bytes) -> float:
    written = b""
    while mark not in CODES.sub(b"", written):
        if not select.select([terminal], [], [], 5)[0]:
            raise TimeoutError(f"{mark!r} was not written")
        written += os.read(terminal, 65536)
    return time.perf_counter()


def _imports(option: str) -> str:
    command = [sys.executable, "-c", IMPORTS.format(option=option)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stderr.strip()


def _report(what: str, must: str, found: str, met: bool | None = None) -> None:
    mark = "" if met is None else "ok" if met else "MISS"
    print(f"  {what:64} {must and '<= ' + must:>24}  {found:28} {mark}", flush=True)
