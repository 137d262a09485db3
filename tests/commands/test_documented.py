"""Every command that the README and the pages in docs/ show can be run as it stands there."""

import re
import shlex
import tomllib
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest

from nnscope.commands import serve
from nnscope.tui.app import NnscopeApp
from tests.commands.shell import ROOT, Shell
from tests.reference import PAGES
from tests.samples import PAIR
from tests.script.shell import TRAINING, written

MADE = re.compile(r"<!-- made of the tables.*?<!-- end of \w+ -->", re.DOTALL)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`([^`]+)`")
EVALUATE = '\n[[evaluate]]\nname = "test"\nvalues = { mean = "np.mean(A2)" }\n'
MAY_FAIL = ("check", "diagnose", "verify")
"""What exits with 1 where a number is wrong."""


def shown() -> list[str]:
    """Give all commands, of blocks and of running text, each once."""
    found: list[str] = []
    for page in PAGES:
        text = MADE.sub("", page.read_text(encoding="utf-8"))
        for kind, block in BLOCK.findall(text):
            rows = block.splitlines()
            found += rows if kind == "sh" else [row[2:] for row in rows if row.startswith("$ ")]
        spans = SPAN.findall(BLOCK.sub("", text))
        found += [" ".join(span.split()) for span in spans]
    return list(dict.fromkeys(part for each in found for part in re.split(r" && ", each)))


OWN = sorted({
    each.removeprefix(".venv/bin/") for each in shown()
    if re.match(r"(\.venv/bin/)?nnscope($| )", each)
    and "> docs/" not in each  # the picture of the README is made in its own test
})  # fmt: skip
PARTS = [each for each in shown() if re.search(r"\b(pip install|pytest|python benchmarks)", each)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the pages speak of, where nothing needs a terminal or waits."""
    written(tmp_path, TRAINING)
    (tmp_path / "my_network.toml").write_text(PAIR + EVALUATE, encoding="utf-8")
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    np.savez(tmp_path / "mine.npz", dW1=np.zeros((4, 2)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEXTUAL_DRIVER", "for a browser")  # which needs no terminal
    monkeypatch.setattr(NnscopeApp, "run", lambda _: None)
    monkeypatch.setattr(serve, "_served", lambda *_: 0)
    monkeypatch.setattr(serve, "os", Namespace(environ={}))  # it forbids scripts to this process
    return tmp_path


@pytest.mark.parametrize("command", OWN)
def test_a_command_runs(command: str, folder: Path, shell: Shell) -> None:
    words = shlex.split(command.partition(" > ")[0].replace("FILE", "my_network.toml"))[1:]
    patterns = [word for word in words if "*" in word]
    files = [str(sorted(folder.glob(pattern))[0]) for pattern in patterns]  # one is enough
    status = shell.run(*(word for word in words if word not in patterns), *files)
    assert status == 0 or (status == 1 and words[0] in MAY_FAIL), shell.err


def test_there_are_commands_of_every_kind() -> None:
    named = {each.split()[1] for each in OWN if " " in each}
    assert {"list", "keys", "trace", "explain", "shapes", "export", "diagnose", "serve"} <= named


@pytest.mark.parametrize("command", PARTS)
def test_what_is_installed_and_tested_is_there(command: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = re.findall(r"\.\[(\w+)\]", command)
    assert all(extra in project["optional-dependencies"] for extra in extras)
    files = re.findall(r"\b(?:tests|benchmarks)/[\w./]+", command)
    assert all((ROOT / name).exists() for name in files)
    assert "pip install" in command or files or command.endswith("-m pytest")
    variables = re.findall(r"NNSCOPE_\w+", command)
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    assert all(f'"{name}"' in tests for name in variables)


def test_what_is_written_in_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = [block for page in PAGES for kind, block in BLOCK.findall(page.read_text("utf-8"))
              if kind == "python"]  # fmt: skip
    assert blocks
    for block in blocks:
        exec(block, {})
    assert capsys.readouterr().out
