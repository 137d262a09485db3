"""Open hostile files, each in a process of its own, and tell what each took.

`python -m tests.fuzz 1000` opens so many files: by every command, and each fifth of a kind on the
screen. It tells of each that took more than 5 seconds or 1 GiB to open, raised, or let a control
character out.
"""

import asyncio
import contextlib
import io
import math
import os
import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path

from nnscope.cli import main
from nnscope.commands.loading import load_program
from nnscope.expression.shapes import sizes
from nnscope.scenario.errors import ScenarioError
from nnscope.tui.app import NnscopeApp
from tests.hostile import CONTROL
from tests.hostile_files import KINDS, hostile_file
from tests.tui.screens import press, shown, text_of

SECONDS, MEMORY = 5.0, 2**20  # resource counts in KiB
PRINTED = 10**5
COMMANDS = (
    ("shapes",), ("shapes", "--json"), ("trace", "--iterations", "1"),
    ("trace", "--iterations", "1", "--json"), ("train", "--iterations", "2"),
    ("check", "--sample", "2"), ("explain", "dW2[0, 0]"), ("explain", "J", "--json"),
    ("export", "--to", "run-loop"), ("export", "--to", "plain-loop"),
)  # fmt: skip


def said_by_commands(path: Path, commands: tuple[tuple[str, ...], ...] = COMMANDS) -> list[str]:
    """Run commands on a file; say what none of them may do."""
    wrong: list[str] = []
    for command, *rest in commands:
        out, err = io.StringIO(), io.StringIO()
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                status = main([command, str(path), *rest])
        except BaseException:
            wrong.append(f"{command}: {traceback.format_exc()}")
            continue
        printed = out.getvalue() + err.getvalue()
        if status not in (0, 1, 2) or CONTROL.search(printed):
            wrong.append(f"{command}: status {status}, printed {printed[:200]!r}")
        if err.getvalue().count("\n") > 20:
            wrong.append(f"{command}: {err.getvalue()[:200]!r} and more lines")
    return wrong


async def said_by_screen(path: Path) -> list[str]:
    """Open a file on the screen and look at every pane; say what may not be there."""
    wrong: list[str] = []
    try:
        with contextlib.redirect_stderr(io.StringIO()):  # Textual tells there of every local value
            await _look(path, wrong)
    except ScenarioError:
        return wrong
    except BaseException:
        wrong.append(f"screen: {traceback.format_exc()}")
    return wrong


async def _look(path: Path, wrong: list[str]) -> None:
    async with shown(NnscopeApp(load_program(str(path)))) as pilot:
        for key in ("n", "1", "2", "3", "4", "5", "6", "7", "8", "question_mark"):
            await press(pilot, key)
            if CONTROL.search(text_of(pilot)):
                wrong.append(f"screen: a control character after {key}")


def opened(path: Path, on_screen: bool) -> list[str]:
    """Open a file, and say where that takes too much, or what is wrong afterwards."""
    before, cells = time.perf_counter(), 0
    with contextlib.suppress(ScenarioError):
        shapes = load_program(str(path)).shapes.values()
        cells = sum(math.prod(sizes(shape)) for shape in shapes)
    seconds = time.perf_counter() - before
    used = resource.getrusage(resource.RUSAGE_SELF)
    processor = used.ru_utime + used.ru_stime
    taken = f"{seconds:.2f} s ({processor:.2f} s of processor), {used.ru_maxrss // 1024} MiB"
    wrong = [taken] if seconds > SECONDS or used.ru_maxrss > MEMORY else []
    if cells > PRINTED:  # printing so many numbers takes its time
        return wrong + said_by_commands(path, COMMANDS[:1])
    return wrong + said_by_commands(path) + (asyncio.run(said_by_screen(path)) if on_screen else [])


def in_a_process(number: int) -> tuple[list[str], float, int]:
    """Open the file of a number in a process of its own; give what is wrong, seconds and KiB."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        with tempfile.TemporaryDirectory() as folder:
            try:
                wrong = opened(hostile_file(number, Path(folder)), number // len(KINDS) % 5 == 0)
            except BaseException:
                wrong = [traceback.format_exc()]
        os.write(writing, "\n".join(wrong).encode("utf-8", "backslashreplace")[:60000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode()
    _, status, used = os.wait4(child, 0)
    wrong = [told] if told else []
    wrong += [f"ended with status {status}"] if status else []
    return wrong, used.ru_utime + used.ru_stime, used.ru_maxrss


def run(first: int, last: int) -> int:
    """Open the files of these numbers; give how many had something wrong."""
    bad, longest, largest = 0, 0.0, 0
    for number in range(first, last):
        wrong, seconds, memory = in_a_process(number)
        longest, largest = max(longest, seconds), max(largest, memory)
        if wrong:
            bad += 1
            print(f"--- {number}, {seconds:.1f} s, {memory // 1024} MiB", *wrong, sep="\n")
        if number % 25 == 24:
            print(f"{number + 1} files, {bad} wrong; at most {longest:.1f} s of processor for all "
                  f"commands and the screen, {largest // 1024} MiB", flush=True)  # fmt: skip
    return bad


if __name__ == "__main__":
    begin, end = (0, int(sys.argv[1])) if len(sys.argv) == 2 else map(int, sys.argv[1:3])
    sys.exit(1 if run(begin, end) else 0)
