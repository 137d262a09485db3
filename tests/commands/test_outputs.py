"""Outputs that can't be written to, or have few signs; and Ctrl+C before anything has begun."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nnscope.__main__ import main
from tests.commands.shell import ROOT, ended, started

COMMANDS = ("list", "trace three_layer_forward", "train two_layer --iterations 3", "--help",
            "shapes two_layer", "verify two_layer", "export two_layer --to run-loop")  # fmt: skip


def in_a_shell(line: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/sh", "-c", line], capture_output=True, text=True, timeout=60, check=False, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_an_output_that_is_closed(command: str) -> None:
    done = in_a_shell(f"{sys.executable} -m nnscope {command} >&-")
    assert (done.returncode, done.stderr) == (2, "nnscope: standard output: it is closed\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("command", COMMANDS)
def test_an_output_that_is_full(command: str) -> None:
    done = in_a_shell(f"{sys.executable} -m nnscope {command} >/dev/full")
    told = "nnscope: standard output: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, told)


@pytest.mark.parametrize("closed", ["2>&-", "<&-", "<&- 2>&-"])
def test_other_streams_that_are_closed(closed: str) -> None:
    done = in_a_shell(f"{sys.executable} -m nnscope train two_layer --iterations 3 {closed}")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 3
    wrong = in_a_shell(f"{sys.executable} -m nnscope {closed}")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Traceback" not in wrong.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16", "cp437"])
def test_an_output_without_all_signs(encoding: str) -> None:
    for command in ('explain two_layer "dW2[0, 1]"', "explain single_neuron dz", "check two_layer",
                    "shapes deep_network", "trace nowhere_∂"):  # fmt: skip
        done = subprocess.run(
            ["/bin/sh", "-c", f"{sys.executable} -m nnscope {command}"], capture_output=True,
            timeout=60, check=False, cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
        )  # fmt: skip
        out, err = done.stdout.decode(encoding), done.stderr.decode(encoding)
        assert "Traceback" not in err
        assert done.returncode == (2 if "nowhere" in command else 0)
        assert err if "nowhere" in command else out


INTERRUPTING = """\
import builtins, os, signal, sys
original, wanted = builtins.__import__, sys.argv.pop(1)
def importing(name, *rest):
    if name == wanted:
        builtins.__import__ = original
        os.kill(os.getpid(), signal.SIGINT)
    return original(name, *rest)
builtins.__import__ = importing
from nnscope.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    "module", ["nnscope.cli", "argparse", "numpy", "numpy.linalg", "msgspec", "tomllib",
               "nnscope.engine.timeline"],
)  # fmt: skip
def test_control_c_while_modules_are_imported(module: str) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it
    try:
        process = started("-c", INTERRUPTING, module, "train", "two_layer", "--iterations", "2")
        status, out, err = ended(process)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (status, out, err) == (-signal.SIGINT, "", "")


def test_control_c_is_taken_again_after_the_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        monkeypatch.setattr(sys, "argv", ["nnscope", "list"])
        assert main() == 0
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        assert main() == 0
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
