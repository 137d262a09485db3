"""What only a process of its own can show: pipes, signals, and what is imported."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnscope import __version__
from tests.commands.conftest import written
from tests.commands.shell import ROOT, ended, started
from tests.samples import LIBRARY, PAIR

HEAVY = ("numpy", "textual", "rich", "msgspec")


def loaded(*arguments: str) -> list[str]:
    """Run the command line and give the heavy modules that it has imported."""
    script = (
        "import json, sys\n"
        "from nnscope.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        f"print(json.dumps([name for name in {HEAVY} if name in sys.modules]))\n"
    )
    status, out, err = ended(started("-c", script, *arguments))
    assert (status, err) == (0, "")
    found: list[str] = json.loads(out.splitlines()[-1])
    return found


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["-h"], ["trace", "--help"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    assert loaded(*arguments) == []


def test_a_command_without_a_screen_does_not_import_one() -> None:
    assert loaded("trace", "three_layer_forward") == ["numpy", "msgspec"]
    assert loaded("list") == ["numpy", "msgspec"]


def test_the_module_does_what_the_command_does() -> None:
    assert ended(started("-m", "nnscope", "--version")) == (0, f"nnscope {__version__}\n", "")
    status, out, err = ended(started("-m", "nnscope", "list"))
    assert (status, err) == (0, "")
    assert len(out.splitlines()) == len([*LIBRARY.glob("*.toml")])
    status, out, err = ended(started("-m", "nnscope"))
    assert (status, out) == (2, "")
    assert err.startswith("nnscope: the debugger needs a terminal")


@pytest.mark.parametrize("command", ["list", "trace", "train", "verify", "open"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    status, out, err = ended(started("-m", "nnscope", command, "--help"))
    assert (status, err) == (0, "")
    assert out.startswith(f"usage: nnscope {command}")
    assert f"example:\n  nnscope {'two_layer' if command == 'open' else command}" in out


def test_a_mistake_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    path = written(tmp_path / "broken.toml", "[[\nx = 1\n")
    status, out, err = ended(started("-m", "nnscope", "trace", str(path)))
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith(f"nnscope: {path}: line 1")


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_reader_that_has_seen_enough(form: list[str]) -> None:
    process = started("-m", "nnscope", "trace", "deep_network", *form)
    assert process.stdout is not None
    assert process.stderr is not None
    first = process.stdout.readline()
    process.stdout.close()
    assert first
    assert process.wait(timeout=30) == 141
    assert process.stderr.read() == ""
    process.stderr.close()


def test_head_takes_the_first_line() -> None:
    line = f"{sys.executable} -m nnscope trace deep_network --json | head -1"
    done = subprocess.run(
        ["/bin/sh", "-c", line], capture_output=True, text=True, timeout=30, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["name"] == "Z1"


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let processes that are started here take SIGINT, also where this one ignores it.

    A shell has its background jobs ignore it, and what is ignored is inherited; a handler is not.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("command", ["train", "trace"])
def test_control_c_ends_quietly(tmp_path: Path, command: str) -> None:
    path = written(tmp_path / "long.toml", PAIR.replace("iterations = 12", "iterations = 9000000"))
    words = ["--every", "1000"] if command == "train" else ["--json"]
    process = started("-u", "-m", "nnscope", command, str(path), *words)
    assert process.stdout is not None
    assert process.stdout.readline()  # it is under way
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    status, _, err = ended(process)
    assert (status, err) == (130, "")


def test_progress_is_for_terminals_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "run.toml", PAIR.replace("iterations = 12", "iterations = 20000"))
    status, out, err = ended(started("-m", "nnscope", "train", str(path), "--every", "20000"))
    assert (status, err) == (0, "")
    assert out.startswith("iteration     0  J = ")
    assert out.count("\n") == 1
