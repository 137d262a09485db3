"""500 random keys in one process; NNSCOPE_KEYS=10000 presses as many, on everything there is."""

import os
from functools import lru_cache

import pytest

from tests.tui.random_keys import SIZES, press_at_random, programs

ALL = 10_000
COUNT = int(os.environ.get("NNSCOPE_KEYS", "500"))

PARTS = 4  # of the programs of a size: one process would still press when the others are done
CHOSEN = lru_cache(programs)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("place", range(len(SIZES)), ids=[f"{w}x{h}" for w, h in SIZES])
async def test_random_keys_break_nothing(place: int, part: int) -> None:
    chosen = CHOSEN(max(1, ALL // COUNT))
    each = -(-COUNT // len(chosen))
    for name, built in chosen[place :: len(SIZES)][part::PARTS]:
        await press_at_random(built(), SIZES[place], each, f"{name}, {each} keys")
