"""Running the command line, in this process and in another."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nnscope.cli import main

ROOT = Path(__file__).parent.parent.parent


class Shell:
    """Runs commands in this process and keeps what the last one printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.raw = ""
        self.out: list[str] = []
        self.err: list[str] = []

    def run(self, *arguments: str | Path) -> int:
        """Run a command and give its exit status."""
        self._capsys.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse ends the program itself
            status = end.code if isinstance(end.code, int) else 1
        captured = self._capsys.readouterr()
        self.raw = captured.out + captured.err
        self.out, self.err = captured.out.splitlines(), captured.err.splitlines()
        return status

    def mistake(self, *arguments: str | Path) -> str:
        """Run a command that must fail with status 2 and one line, and give that line."""
        assert self.run(*arguments) == 2
        assert self.out == []
        (line,) = self.err
        assert line.startswith("nnscope: ")
        return line.removeprefix("nnscope: ")


def started(*arguments: str) -> "subprocess.Popen[str]":
    """Start Python in the source tree, with pipes for its output."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    return subprocess.Popen(
        [sys.executable, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT,
    )  # fmt: skip


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """Wait for a process; give its exit status and what it printed."""
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err
