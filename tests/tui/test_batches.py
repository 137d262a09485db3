"""Mini-batches on the screen and in commands: all is about the batch of the iteration."""

from pathlib import Path

import pytest

from nnscope.cli import main
from nnscope.tui.panes.program import ProgramPane
from nnscope.tui.screen.debugger import DebuggerScreen
from nnscope.tui.status import Status
from tests.tui.screens import NARROW, NORMAL, agrees_with_golden, debugger, opened, press

UNEVEN = """
title = "Five examples in batches of two"
seed = 3
[data]
X = { draw = "randn", shape = [2, 5] }
Y = { draw = "randn", shape = [1, 5], above = 0.0 }
[[layer]]
units = 3
activation = "tanh"
weights = { draw = "randn", scale = 0.5 }
[[layer]]
units = 1
activation = "sigmoid"
weights = { draw = "randn", scale = 0.5 }
[loss]
name = "binary_cross_entropy"
[training]
learning_rate = 0.5
iterations = 200
batch_size = 2
shuffle = true
"""


@pytest.fixture
def uneven(tmp_path: Path) -> str:
    path = tmp_path / "uneven.toml"
    path.write_text(UNEVEN, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_the_smaller_batch_on_the_screen(uneven: str, size: tuple[int, int]) -> None:
    async with opened(uneven, size, "n i i") as pilot:
        status = debugger(pilot).query_one(Status).render_line(0).text
        assert "epoch 1, batch 3 of 3" in status or "epoch 1, 3/3" in status
        if size == NARROW:
            agrees_with_golden(pilot, "batch-80x24")
        assert first_line(debugger(pilot)).endswith("(3,1)")
        await press(pilot, "i")
        assert first_line(debugger(pilot)).endswith("(3,2)")


def first_line(screen: DebuggerScreen) -> str:
    """Read the first line of the listing."""
    return screen.query_one(ProgramPane).text.splitlines()[1]


async def test_o_finds_its_way_in_the_smaller_batch(uneven: str) -> None:
    async with opened(uneven, NORMAL, "f i i o o o") as pilot:
        frame = debugger(pilot).worker.frame
        assert frame.line is not None
        assert (frame.iteration, frame.line.spelled) == (0, "W2")  # Z2, its W2, and that one's


def test_its_gradients_are_right(uneven: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", uneven, "--iteration", "2"]) == 0
    assert "wrong" not in capsys.readouterr().out


def test_its_cells_are_explained(uneven: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", uneven, "np.sum(A1)", "--iteration", "2"]) == 0
    assert main(["explain", uneven, "A1[0, 1]", "--iteration", "1"]) == 0
    assert main(["explain", uneven, "A1[0, 1]", "--iteration", "2"]) == 2
    assert "index 1 is outside 0 to 0" in capsys.readouterr().err


def test_an_override_must_fit_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.toml"
    own = '\n[[override]]\ntarget = "Z2"\nexpression = "W2 @ A1 + A1[0, 1]"\n'
    path.write_text(UNEVEN + own, encoding="utf-8")
    assert main(["train", str(path)]) == 2
    assert "in the last, smaller batch: `A1[0, 1]`: index 1 is outside 0 to 0" in (
        capsys.readouterr().err
    )
