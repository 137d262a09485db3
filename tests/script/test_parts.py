from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnscope.script.child import HandOver
from nnscope.script.parts import PartReader, PartWriter
from nnscope.script.record import Recorded
from nnscope.script.running import Running


def test_parts_say_together_what_was_written_last(tmp_path: Path) -> None:
    fed: dict[str, list[tuple[int, Any]]] = {"x": [(0, np.ones(3))]}
    start = {"W": np.arange(6.0).reshape(2, 3, order="F")}
    writer, reader = PartWriter(tmp_path / "parts"), PartReader(tmp_path / "parts")
    reader.read()  # nothing yet
    writer.write(Recorded(start=start, fed=fed, iterations=1))
    reader.read()
    fed["x"] += [(2, np.zeros(3)), (3, np.ones(2))]
    fed["k"] = [(0, np.float64(1.0))]
    writer.write(Recorded(start=start, fed=fed, iterations=4, checks={3: start}, is_whole=True))
    reader.read()
    found = reader.recorded
    assert found is not None
    assert (found.iterations, found.is_whole) == (4, True)
    assert found.start["W"].flags.f_contiguous
    assert [(at, value.tolist()) for at, value in found.fed["x"]] == [
        (0, [1, 1, 1]), (2, [0, 0, 0]), (3, [1, 1]),
    ]  # fmt: skip
    assert found.fed["k"] == [(0, 1.0)]
    assert np.array_equal(found.checks[3]["W"], start["W"])


def test_a_part_writes_only_what_is_new(tmp_path: Path) -> None:
    path, start = tmp_path / "parts", {"X": np.zeros(10_000)}
    writer = PartWriter(path)
    writer.write(Recorded(start=start))
    size = path.stat().st_size
    writer.write(Recorded(start=start, iterations=5))
    assert path.stat().st_size - size < 500


def test_a_part_that_is_not_complete_is_read_later(tmp_path: Path) -> None:
    path = tmp_path / "parts"
    writer, reader = PartWriter(path), PartReader(path)
    writer.write(Recorded(iterations=3))
    writer.write(Recorded(iterations=9))
    data = path.read_bytes()
    for size, iterations in ((5, None), (len(data) - 1, 3), (len(data), 9)):
        path.write_bytes(data[:size])
        reader.read()
        found = reader.recorded
        assert (found.iterations if found else None) == iterations


def test_what_can_not_be_handed_over_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Running(tmp_path / "homework.py", None)
    odd = Recorded(start={"large": np.array(2**70)}, iterations=5)
    monkeypatch.setattr(running, "recorded", lambda *_: odd)
    HandOver(tmp_path / "parts", running).ended("")
    reader = PartReader(tmp_path / "parts")
    reader.read()
    told = "homework.py: it reads an array of Python's objects, which can't be followed"
    assert reader.recorded == Recorded(error=told, is_whole=True)


def test_a_recording_does_not_grow_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnscope.script.child.LARGEST", 2**20)
    running = Running(tmp_path / "homework.py", None)
    hand_over = HandOver(tmp_path / "parts", running)
    hand_over.now()
    assert running.recorded("", is_last=False).error == ""
    fed: dict[str, list[tuple[int, Any]]] = {"x": [(0, np.zeros(2**17))]}
    monkeypatch.setattr(
        running.iterations, "recorded", lambda error, _: Recorded(fed=fed, error=error)
    )
    hand_over.now()
    assert running.recorded("", is_last=False).error == (
        "homework.py: what its iterations read takes more than 1 MB to keep"
    )
