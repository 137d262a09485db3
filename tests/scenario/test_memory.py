"""How much memory a scenario lets the history hold."""

from pathlib import Path

import pytest

from nnscope.byte_sizes import megabytes, read_bytes
from nnscope.scenario.errors import ScenarioError
from nnscope.scenario.load import parse
from tests.samples import PAIR


@pytest.mark.parametrize(
    ("text", "size"),
    [("64MB", 64 * 2**20), ("1GB", 2**30), (" 3 kb ", 3072), ("007MB", 7 * 2**20)],
)
def test_sizes(text: str, size: int) -> None:
    assert read_bytes(text) == size


@pytest.mark.parametrize("text", ["", "64", "MB", "0MB", "-1MB", "1.5MB", "²MB", "64TB", "64 M B"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="expected a size such as 64MB or 1GB"):
        read_bytes(text)


def test_sizes_as_they_are_shown() -> None:
    assert [megabytes(2**20 * size) for size in (1, 256, 65536)] == ["1", "256", "65536"]
    assert megabytes(2**16) == "0.0625"


def test_a_scenario_may_say_how_much() -> None:
    assert parse(PAIR, Path("a.toml")).memory is None
    assert parse('memory = "64MB"\n' + PAIR, Path("a.toml")).memory == 64 * 2**20
    with pytest.raises(ScenarioError, match="`memory`: expected a size such as 64MB or 1GB, found"):
        parse('memory = "lots"\n' + PAIR, Path("a.toml"))
