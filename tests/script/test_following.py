"""Passes that do what one before them did are followed, and not recorded whole."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.script import followed
from tests.script.replay import PROGRAMS


@cache
def _told() -> dict[str, dict[str, Any]]:
    paths = sorted(map(str, PROGRAMS.glob("*.py")))
    command = [sys.executable, "-W", "ignore", followed.__file__, *paths]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=300)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {each["name"]: each for each in lines}


def test_what_is_followed_is_recorded_as_if_it_were_not() -> None:
    told = _told()

    assert len(told) > 70
    assert [name for name, each in told.items() if not each["is_same"]] == []


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("two_layer_dicts.py", 0),
        ("adam_class.py", 0),
        ("dropout.py", 0),
        ("per_example_sum.py", 0),  # its sums begin anew in each pass, and are changed in place
        ("data_noise.py", 0),
        ("print_every.py", 1),  # every fifth pass does more
        ("batch_shuffle.py", 3),  # the first pass of an epoch shuffles; two read what it has made
    ],
)
def test_few_passes_are_recorded_whole(name: str, whole: int) -> None:
    told = _told()[name]

    assert told["iterations"] > whole + 2
    assert told["whole"] <= whole


def test_what_an_outer_loop_changes_in_place_is_seen(tmp_path: Path) -> None:
    from tests.script.recording import recorded  # noqa: PLC0415

    found = recorded(
        tmp_path,
        """
for epoch in range(4):
    for i in range(5):
        W = W - 0.1 * X.T @ (X @ W - y)
    X *= 1.5
""",
    )

    assert (found.error, found.iterations) == ("", 20)
    assert [at for at, _ in found.fed["X"]] == [0, 5, 10, 15]
