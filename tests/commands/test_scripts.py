"""Scripts on the command line, and from Python."""

import os
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

import nnscope
from nnscope.commands.loading import load_program
from nnscope.scenario.errors import ScenarioError
from nnscope.script import process
from nnscope.script.options import ScriptOptions
from nnscope.script.record import Recorded
from tests.commands.shell import ROOT, Shell
from tests.script.shell import TRAINING, written

PLAIN = "import sys\nprint(sys.argv[1:])\n" + TRAINING


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return written(tmp_path, TRAINING)


def test_every_command_takes_a_script(shell: Shell, script: Path) -> None:
    assert shell.run("train", script, "--every", "20") == 0
    assert shell.out[0].startswith("iteration  0  J = ")
    assert shell.run("trace", script, "--iterations", "1") == 0
    assert "d = X @ W - y" in shell.out[0]
    assert shell.run("check", script) == 0
    assert any(line.startswith("W  right") for line in shell.out)
    assert shell.run("explain", script, "J") == 0
    assert shell.run("shapes", script) == 0
    assert shell.out[0] == "homework.py"
    assert shell.run("export", script, "--to", "plain-loop") == 0
    assert shell.err == []


def test_what_follows_two_dashes_is_for_the_script(shell: Shell, tmp_path: Path) -> None:
    text = TRAINING.replace("range(40)", "range(int(sys.argv[-1]))")
    path = written(tmp_path, "import sys\nassert sys.argv[1] == '--epochs'\n" + text)
    assert shell.run("train", path, "--every", "1", "--", "--epochs", "5") == 0
    assert len(shell.out) == 5
    assert shell.mistake("train", path).endswith("line 2: IndexError: list index out of range")


def test_what_follows_the_script_is_for_it_when_it_is_opened() -> None:
    from nnscope.cli import _divided, _with_command  # noqa: PLC0415

    def divided(*given: str) -> tuple[list[str], list[str]]:
        return _divided(_with_command([*given]))

    assert divided("--loop", "3", "a.py", "-h", "b") == (
        ["open", "--loop", "3", "a.py"],
        ["-h", "b"],
    )
    assert divided("a.ipynb", "--", "b") == (["open", "a.ipynb"], ["b"])
    assert divided("two_layer", "--memory", "1MB") == (["open", "two_layer", "--memory", "1MB"], [])
    assert divided("check", "a.py", "--json") == (["check", "a.py", "--json"], [])


def test_no_script_is_run_where_that_is_forbidden(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "import pathlib\npathlib.Path(__file__ + '.ran').touch()\n")
    assert shell.mistake("check", "--no-scripts", path) == (
        f"{path} is a script, and would be run: --no-scripts forbids it"
    )
    monkeypatch.setenv("NNSCOPE_NO_SCRIPTS", "1")
    told = f"{path} is a script, and would be run: NNSCOPE_NO_SCRIPTS is set, which forbids it"
    assert shell.mistake("check", path) == told
    with pytest.raises(ScenarioError, match="would be run"):
        nnscope.load(str(path))
    assert not Path(f"{path}.ran").exists()
    monkeypatch.setenv("NNSCOPE_NO_SCRIPTS", "0")
    assert "no training loop ran" in shell.mistake("check", path)
    assert Path(f"{path}.ran").exists()


def test_the_cost_can_be_named(shell: Shell, tmp_path: Path) -> None:
    more = "    size = np.sum(W ** 2)\n    W -= 0.1 * X.T @ d\n"
    path = written(tmp_path, TRAINING.replace("    W -= 0.1 * X.T @ d\n", more))
    assert shell.run("train", path, "--cost", "size", "--iterations", "1") == 0
    assert shell.out == ["iteration 0  size = 0.000000"]
    told = shell.mistake("train", path, "--cost", "loss")
    assert told.startswith("homework.py: `loss` is no number with a name that its parameters lead")
    assert {*told.rpartition("there is ")[2].split(", ")} == {"J", "size"}


def test_the_loop_can_be_named(shell: Shell, script: Path) -> None:
    assert shell.run("check", script, "--loop", "7") == 0
    assert shell.mistake("check", script, "--loop", "8") == (
        "homework.py: no loop ran in line 8, which --loop names; loops ran in line 7"
    )


def test_a_script_without_a_loop(shell: Shell, tmp_path: Path) -> None:
    path = written(tmp_path, "class Network:\n    def train(self):\n        pass\n")
    assert shell.mistake("check", path) == (
        "homework.py: no training loop ran: the file defines `Network`, and nothing calls it; "
        'write two lines that do, or give a call such as --call "Network().train()"'
    )
    path.write_text("def f(x): return x\n\nprint(f(3))\n")
    assert shell.mistake("check", path) == "homework.py: no training loop ran"
    path.write_text("for i in range(3):\n    a = i\n")
    assert shell.mistake("check", path).startswith(
        "homework.py: no training loop was found: in none of the loops that ran (line 1) is an "
    )


def test_a_script_without_a_cost(shell: Shell, tmp_path: Path) -> None:
    path = written(tmp_path, TRAINING.replace("    J = np.sum(d ** 2) / 2\n", ""))
    assert shell.run("check", path) == 0
    assert shell.out[0].endswith(
        "has no cost: it computes no number with a name that its steps could follow, and so no "
        "gradient to check"
    )


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("print 'x'", "`print 'x'` is Python 2; scripts are run by Python 3"),
        ("    except ValueError, error:", "is Python 2"),
        ("for i in xrange(3): pass", "`xrange` is Python 2; scripts are run by Python 3"),
        ("import cPickle", "the module `cPickle` is Python 2; scripts are run by Python 3"),
        ("import not_there", "the module `not_there` is not installed for the Python that runs"),
        ("print('x'", "SyntaxError: '(' was never closed"),
    ],
)
def test_what_can_not_be_run_is_told_with_its_line(
    row: str, told: str, shell: Shell, tmp_path: Path
) -> None:
    row = f"try:\n    pass\n{row.strip()}\n    pass" if "except" in row else f"\n\n{row}"
    found = shell.mistake("check", written(tmp_path, row + "\n"))
    assert found.startswith("homework.py, line 3: ")
    assert told in found


def test_how_it_ended_is_told_and_it_opens(shell: Shell, tmp_path: Path) -> None:
    path = written(tmp_path, TRAINING + "1 / 0\n")
    assert shell.run("train", path, "--every", "40") == 0
    assert shell.out[0].startswith("iteration  0  J = ")
    assert shell.err == [
        "nnscope: homework.py, line 11: ZeroDivisionError: division by zero; what was recorded "
        "until then is here: 40 iterations"
    ]


def test_a_replay_that_differs_is_told(
    shell: Shell, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded, _ = process.record(script)
    other = recorded.checks[2]["W_2"].copy()
    other[1, 0] = np.nextafter(other[1, 0], 9.0)  # a single bit
    recorded.checks[2]["W_2"] = other

    def record(*_: object) -> tuple[Recorded, str]:
        return recorded, ""

    monkeypatch.setattr("nnscope.script.process.record", record)
    assert shell.run("train", script, "--every", "40") == 0
    (told,) = shell.err
    assert told.startswith(
        "nnscope: the replay is not what the script computed: in iteration 2 `W` was "
    )
    assert " at [1, 0], and is " in told


def test_a_script_from_python(tmp_path: Path) -> None:
    path = written(tmp_path, "import sys\n" + TRAINING + "sys.exit(sys.argv[1])\n")
    with pytest.warns(UserWarning, match="line 12: the script ended itself") as told:
        network = nnscope.load(str(path), arguments=["enough"], cost="J")
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        assert len(network.train().costs) == 40


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no pseudo-terminals")
@pytest.mark.parametrize("key", [b"\x1b", b"\x03"])
def test_progress_and_how_it_is_ended_on_a_terminal(key: bytes, tmp_path: Path) -> None:
    import pty  # noqa: PLC0415

    path = written(tmp_path, TRAINING.replace("range(40)", "iter(int, 1)"))
    command = [sys.executable, "-m", "nnscope", "trace", str(path), "--iterations", "1"]
    process_id, terminal = pty.fork()
    if process_id == 0:
        os.chdir(ROOT)
        os.execv(sys.executable, command)
    shown = read_until(terminal, b"Esc opens what is there")
    shown += read_until(terminal, b"a second; Esc")
    os.write(terminal, key)
    shown += read_until(terminal, b"d = X @ W - y")
    os.close(terminal)
    os.waitpid(process_id, 0)
    text = shown.decode()
    assert "running homework.py: iteration " in text
    assert "you ended the recording; what was recorded until then is here: " in text


def read_until(terminal: int, wanted: bytes) -> bytes:
    shown, last = b"", time.monotonic() + 60
    while wanted not in shown and time.monotonic() < last:
        shown += os.read(terminal, 4096)
    return shown


def test_a_call_stands_behind_the_script(shell: Shell, tmp_path: Path) -> None:
    rows = TRAINING.split("\n")
    body = [f"    {row}" for row in rows[5:]]
    path = written(tmp_path, "\n".join([*rows[:5], "def fit(W, steps=40):", *body]))
    path.write_text(path.read_text().replace("range(40)", "range(steps)"))
    assert shell.run("check", path) == 0  # how the data are made is a pass forward
    assert any(each.endswith('--call "fit(W)"') for each in shell.err)
    call = "fit(np.zeros((2, 1)), steps=7)"
    assert shell.run("train", path, "--iterations", "7", "--every", "6", "--call", call) == 0
    assert shell.out[-1].startswith("iteration 6  J = ")
    assert shell.mistake("train", path, "--call", "fit(") == (
        "--call, line 1: SyntaxError: '(' was never closed"
    )
    assert shell.mistake("train", path, "--call", "\nfit()").startswith("--call, line 1: TypeError")


def test_a_call_is_a_row_of_the_source_and_is_made_again(tmp_path: Path) -> None:
    path = written(tmp_path, "import numpy as np\n\n\ndef square(x):\n    return x @ x\n")
    options = ScriptOptions(call="print(square(np.ones((2, 2)) * 3.0))")
    program = load_program(str(path), options=options)
    again = program.origin.again(lambda: True)

    for each in (program, again):
        (rows,) = each.notes.sources.values()
        assert rows[-3:-1] == ("# what --call says:", options.call)
        assert each.lines[-1].spelled == "x @ x"
