"""The benchmarks run, and their contestants compute the same; how fast they are is no test."""

from importlib import import_module
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent))


@pytest.mark.parametrize("workload", ["T", "S"])
def test_all_contestants_have_the_costs_of_the_flat_loop(workload: str) -> None:
    contestants = import_module("benchmarks.contestants")
    found = import_module("benchmarks.measuring").differences(contestants.contestants(workload), 40)
    same = [label for label in contestants.SAME_BITS if label in found]
    assert "run mode" in same
    assert [found[label] for label in same] == [0.0] * len(same)
    assert max(found.values()) <= 1e-12


def test_time_travel_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    import_module("benchmarks.time_travel").Journey("T", 2100).print_all()
    assert "reverse-continue on the cost" in capsys.readouterr().out
