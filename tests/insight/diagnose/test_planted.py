"""Slips are planted into right networks, and have to be found, named, and told apart.

`NNSCOPE_SLIPS=20` plants every slip with 20 seeds, as programs and as scripts: that takes an hour.
"""

import os
from itertools import islice
from pathlib import Path

import pytest

from nnscope.commands.diagnosing import diagnosed
from nnscope.commands.loading import read_program
from nnscope.insight.diagnose.diagnose import diagnose
from tests.insight.diagnose.planting import (
    Network,
    Planted,
    is_it,
    named,
    networks,
    outcome,
    pairs,
    planted,
    program_of,
    script_of,
)

SEEDS = int(os.environ.get("NNSCOPE_SLIPS", "0"))
EVERY = 1 if SEEDS else 59


def cases(every: int) -> list[Planted]:
    """Each slip in each line of each network, or some of them."""
    found = (case for network in networks(max(SEEDS, 1)) for case in planted(network, 1))
    return list(islice(found, 7, None, every))


@pytest.mark.parametrize("network", [*networks(1)], ids=str)
def test_a_right_network(network: Network) -> None:
    assert diagnose(program_of(network)).findings == ()


def test_planted_slips() -> None:
    found = [(case, outcome(case)) for case in cases(EVERY)]
    assert [case for case, each in found if not each.is_line_right] == []
    assert [case for case, each in found if not each.is_named] == []
    only = sum(each.is_only for _, each in found)
    assert only >= 0.95 * len(found)


def test_two_slips_at_once() -> None:
    found = [case for network in islice(networks(max(SEEDS, 1)), 0, None, 1 if SEEDS else 4)
             for case in pairs(network, 4)]  # fmt: skip
    both = sum(named(case) == 2 for case in found)
    assert both >= 0.9 * len(found)


def test_planted_slips_in_scripts(tmp_path: Path) -> None:
    wrong = list[str]()
    for case in cases(1 if SEEDS else 601):
        path = tmp_path / "planted.py"
        path.write_text(script_of(case.program), encoding="utf-8")
        found = diagnosed(read_program(str(path), tell=lambda _: None)).findings
        causes = found[0].causes if found else ()
        if not any(is_it(cause.slip, case) for cause in causes):
            wrong.append(repr(case))
    assert wrong == []
