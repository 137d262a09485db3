"""Scripts that end in odd ways: what was recorded until then is there, and how it ended is told."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from nnscope.script.capture import MOST
from nnscope.script.options import ScriptOptions
from nnscope.script.process import record
from tests.script.shell import TRAINING, written

AT_20 = "    if i == 20:\n        "
"""Goes on as row 11 with the last line of `TRAINING`'s loop; what follows is row 12."""

ENDINGS = {
    "exception": (AT_20 + "1 / 0", 21, "homework.py, line 12: ZeroDivisionError: division by zero"),
    "odd exception": (
        AT_20 + "raise type('Odd', (BaseException,), {'__str__': lambda self: 1 / 0})",
        21,
        "homework.py: Odd",
    ),
    "sys.exit": (
        AT_20 + "raise SystemExit('enough')",
        21,
        "homework.py, line 12: the script ended itself: sys.exit('enough')",
    ),
    "sys.exit(0)": (AT_20 + "exit()", 21, ""),
    "os._exit": (
        AT_20 + "__import__('os')._exit(3)",
        20,
        "homework.py, line 12: the script ended itself by os._exit",
    ),
    "os.abort": (
        AT_20 + "import os; os.abort()",
        20,
        "homework.py, line 12: the script ended itself by os.abort",
    ),
    "kill itself": (
        AT_20 + "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
        20,
        "homework.py, line 12: the script was ended by signal SIGTERM",
    ),
    "a signal that it catches": (
        AT_20 + "import os, signal; signal.signal(2, lambda *_: None); os.kill(os.getpid(), 2)",
        40,
        "",
    ),
    "another program": (
        AT_20 + "import os, sys; os.execv(sys.executable, [sys.executable, '-c', ''])",
        20,
        "homework.py, line 12: the script ended itself by os.execv",
    ),
    "memory": (
        "big = np.ones((50_000, 50_000))",
        40,
        "homework.py, line 11: the script may not have more memory (--script-memory sets how much)",
    ),
    "recursion": (
        "def f(n): return f(n + 1)\nf(0)",
        40,
        "homework.py, line 11: RecursionError: "
        "the calls of functions inside each other have no end",
    ),
    "input": (
        "print(input('how many? '))",
        40,
        "homework.py, line 11: the script asks for input(), and here nobody can answer: write the "
        "value in, or give it as an argument",
    ),
    "deletes its own file": (AT_20 + "import os; os.remove(__file__)", 40, ""),
    "another folder": (AT_20 + "import os; os.chdir('/')", 40, ""),
    "closed output": ("import sys; sys.stdout.close(); sys.stderr.close()", 40, ""),
    "closed files": ("import os; os.closerange(0, 100)", 40, ""),
    "no modules": ("import sys; sys.modules.clear(); sys.meta_path.clear()", 40, ""),
    "little recursion": ("import sys; sys.setrecursionlimit(60)", 40, ""),
    "deep recursion": ("def f(n): return n and 1 + f(n - 1)\nassert f(900) == 900", 40, ""),
    "builtins": (
        "import builtins\nbuiltins.len = builtins.isinstance = None\n1 / 0",
        40,
        "homework.py, line 13: ZeroDivisionError: division by zero",
    ),
    "redefined names": (
        "def range(n): raise ValueError\ndef print(*a): pass\nnp = len = 1",
        40,
        "",
    ),
    "threads": (
        """\
import threading
def work():
    for k in range(50):
        z = X @ W
        while np.sum(z) < 0: z = z + 1
threads = [threading.Thread(target=work) for _ in range(4)]
[each.start() for each in threads]
for k in range(50): z = X @ W
""",
        40,
        "",
    ),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_what_was_recorded_until_then_is_there(name: str, tmp_path: Path) -> None:
    more, iterations, error = ENDINGS[name]
    script = written(tmp_path, TRAINING + more)
    recorded, printed = record(script)
    assert (recorded.iterations, recorded.error) == (iterations, error)
    assert recorded.lines
    assert printed == ""


def test_shadowed_numpy_is_followed_by_what_it_is(tmp_path: Path) -> None:
    text = TRAINING.replace("import numpy as np", "import numpy as xp").replace("np.", "xp.")
    recorded, _ = record(written(tmp_path, "np = 3\n" + text))
    assert recorded.iterations == 40
    assert recorded.error == ""
    assert [line.spelled for line in recorded.lines] == ["d", "J", "W"]


def test_a_signal_from_outside_leaves_what_was_handed_over(tmp_path: Path) -> None:
    crash = "import ctypes, time\ntime.sleep(0.7)\nctypes.string_at(0)\n"
    recorded, _ = record(written(tmp_path, TRAINING + crash))
    assert recorded.iterations == 40
    assert recorded.error.startswith("homework.py: ")
    if sys.platform != "win32":
        assert recorded.error.endswith("the script was ended by signal SIGSEGV")


@pytest.mark.parametrize(
    "more", ["k = 0", "k = 0\nwhile True: k += 1", "k = 0\nimport time; time.sleep(60)"]
)
def test_an_endless_script_can_be_ended(more: str, tmp_path: Path) -> None:
    text = TRAINING + more if more != "k = 0" else TRAINING.replace("range(40)", "iter(int, 1)")
    recorded, _ = record(written(tmp_path, text), keep_going=lambda count, _: count < 40)
    assert recorded.iterations >= 40
    assert recorded.error.startswith("homework.py, line ")
    assert recorded.error.endswith(": you ended the recording")
    if more != "k = 0":
        assert recorded.error.startswith("homework.py, line 12: ")


def test_an_endless_training_loop_is_ended_by_the_limit(tmp_path: Path) -> None:
    script = written(tmp_path, TRAINING.replace("range(40)", "iter(int, 1)"))
    recorded, _ = record(script, ScriptOptions(seconds=1.0))
    assert recorded.error.endswith(
        "the script was ended after 1 seconds (--seconds sets the limit)"
    )


def test_a_thread_without_end_is_ended_by_the_limit(tmp_path: Path) -> None:
    more = "import threading, time\nthreading.Thread(target=lambda: time.sleep(60)).start()"
    recorded, _ = record(written(tmp_path, TRAINING + more), keep_going=lambda count, _: count < 40)
    assert recorded.iterations == 40


def test_printing_without_end_is_kept_in_bounds(tmp_path: Path) -> None:
    more = "for k in range(40_000): print('what is printed again and again')"
    recorded, printed = record(written(tmp_path, TRAINING + more))
    assert recorded.iterations == 40
    assert printed.startswith("what is printed")
    assert printed.endswith(f"[{40_000 * 32 - MOST:,} more bytes were printed]\n")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("more", ["os.fork()", "if os.fork() == 0: time.sleep(60)"])
def test_a_process_that_the_script_forked_neither_writes_nor_stays(
    more: str, tmp_path: Path
) -> None:
    noted = tmp_path / "processes"
    text = (
        TRAINING
        + AT_20
        + f"import os, time; {more}\nopen({str(noted)!r}, 'a').write(f'{{os.getpid()}} ')"
    )
    text = text.replace("import os, time; if", "import os, time\n        if")
    recorded, _ = record(written(tmp_path, text))
    assert (recorded.iterations, recorded.error) == (40, "")
    for each in noted.read_text().split():
        wait_until(partial(is_gone, int(each)))  # a process that was killed needs a moment


@pytest.mark.skipif(sys.platform == "win32", reason="there processes have no groups")
def test_nothing_stays_when_the_debugger_is_killed(tmp_path: Path) -> None:
    noted, temporary = tmp_path / "processes", tmp_path / "temporary"
    temporary.mkdir()
    more = f"""\
import os, time
if hasattr(os, "fork"): os.fork()
with open({str(noted)!r}, "a") as file: file.write(f"{{os.getpid()}} ")
while True: pass
"""
    script = written(tmp_path, TRAINING + more)
    code = f"""\
from pathlib import Path
from nnscope.script.process import record
record(Path({str(script)!r}))
"""
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(temporary)},
    ) as debugger:
        wait_until(lambda: noted.exists() and len(noted.read_text().split()) == 2)
        assert [*temporary.iterdir()]
        debugger.kill()
    for each in noted.read_text().split():
        wait_until(partial(is_gone, int(each)))
    wait_until(lambda: not [*temporary.iterdir()])


@pytest.mark.parametrize("data", [b"\x00", b"\xff\xfe", "x = '\u00e9'".encode("latin-1"), b""])
def test_a_file_that_is_no_python(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "homework.py"
    path.write_bytes(data)
    recorded, printed = record(path)
    assert recorded.error.startswith("homework.py: ")
    assert printed == ""


def test_processes_that_work_for_the_script(tmp_path: Path) -> None:
    text = """\
import multiprocessing
import subprocess
import sys

def squared(x):
    total = 0
    for i in range(x):
        total += x
    return total

if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        print(pool.map(squared, range(5)), flush=True)
    subprocess.run([sys.executable, "-c", "print('other')"])
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
"""
    recorded, printed = record(written(tmp_path, TRAINING + text))
    assert (recorded.iterations, recorded.error) == (40, "")
    assert printed == "[0, 1, 4, 9, 16]\nother\n"


def test_a_library_that_never_returns_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnscope.script.process._PATIENCE", 0.5)
    more = "import time; time.sleep(0.6)\nsum(iter(int, 1))\n"  # no other thread of Python runs
    recorded, _ = record(written(tmp_path, TRAINING + more), keep_going=lambda _, s: s < 1.5)
    assert recorded.error.endswith("you ended the recording")


def test_plots_open_no_window_and_nobody_types(tmp_path: Path) -> None:
    more = "import os, sys\nprint(os.environ['MPLBACKEND'], repr(sys.stdin.read()))"
    _, printed = record(written(tmp_path, more))
    assert printed == "Agg ''\n"


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(300):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it took half a minute")


def is_gone(process: int) -> bool:
    """Tell whether a process has ended; one that nobody has waited for counts as ended."""
    try:
        state = (
            Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        )
    except OSError:
        pass
    else:
        return state == "Z"
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False
