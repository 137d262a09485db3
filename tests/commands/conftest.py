from pathlib import Path

import pytest

from tests.commands.shell import Shell
from tests.samples import NEURON, PAIR


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    return written(tmp_path / "pair.toml", PAIR)


@pytest.fixture
def neuron(tmp_path: Path) -> Path:
    return written(tmp_path / "neuron.toml", NEURON)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
