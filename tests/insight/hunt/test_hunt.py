"""Planting slips that are felt, and hiding them."""

import numpy as np
import pytest
from msgspec.structs import replace

from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.expression.source import source
from nnscope.insight.diagnose.diagnose import diagnose
from nnscope.insight.hunt.hunt import Hunt, hidden, hunt
from nnscope.insight.hunt.origin import Hidden
from nnscope.insight.hunt.planting import LEVELS, Planted, difference, planted
from nnscope.program.model import EDITED, Program
from tests.recorded import flat
from tests.samples import NEURON, PAIR, library, listing, program

ONE_EXAMPLE = PAIR.replace("[[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]]", "[[1.0], [0.5]]").replace(
    "[[1.0, 0.0, 1.0]]", "[[1.0]]"
)
DEAD = NEURON.replace('"sigmoid"', '"relu"').replace("bias = -1.0", "bias = -10.0")
"""No gradient comes through the ReLU: most slips behind it do nothing with these numbers."""


def learned(of: Program) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Run a program to its end; give its costs and its parameters."""
    timeline = Timeline(of)
    timeline.seek(timeline.length)
    frame = timeline.frame()
    ends = [np.asarray(frame.values[of.carried[name]]) for name in sorted(of.carried)]
    return [np.asarray(frame.costs), *ends]


def is_felt_in(found: Planted, right: Program) -> bool:
    """Tell whether the whole run is another one."""
    pairs = zip(learned(found.program), learned(right), strict=True)
    return max(difference(wrong, true) for wrong, true in pairs) > 1e-6


def plant(text: str, level: int, seed: int) -> Planted:
    found = planted(program(text), level, seed)
    assert found is not None
    return found


@pytest.mark.parametrize("level", LEVELS)
def test_a_slip_that_does_nothing_is_not_planted(level: int) -> None:
    for seed in range(3):
        found = planted(program(DEAD), level, seed)
        assert found is None or is_felt_in(found, program(DEAD))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "text",
    [PAIR, NEURON, ONE_EXAMPLE],
    ids=["pair", "neuron", "one example"],
)
def test_a_planted_slip_changes_one_line_and_what_is_learned(text: str, level: int) -> None:
    right = program(text)
    for seed in range(3):
        found = plant(text, level, seed)
        before = {line.target: line.expression for line in right.lines}
        after = {line.target: line.expression for line in found.program.lines}
        changed = [target for target in before if before[target] != after[target]]
        assert changed == [found.line.target]
        assert is_felt_in(found, right)


def test_the_same_seed_plants_the_same() -> None:
    first, second = (plant(PAIR, 2, 5) for _ in range(2))
    assert listing(first.program) == listing(second.program)
    several = {listing(plant(PAIR, 2, seed).program).__repr__() for seed in range(4)}
    assert len(several) > 1


def test_what_does_nothing_with_one_example_is_not_planted() -> None:
    slips = {plant(ONE_EXAMPLE, 1, seed).slip.name for seed in range(12)}
    assert not slips & {"count-lost", "count-twice", "mean-for-sum"}


def test_the_screen_is_told_nothing_of_the_slip() -> None:
    hunted = hunt(program(PAIR), 2, 1)
    right = {line.target: line for line in program(PAIR).lines}
    for line in hunted.lines:
        like = replace(right[line.target], expression=line.expression, note="")
        assert line == like
    assert hunted.name == "bug hunt"
    assert not hunted.notes.expectations


def test_a_file_with_a_bug_of_its_own_is_hunted_without_its_marks() -> None:
    hunted = hunt(library("two_layer_as_printed"), 1, 0)
    assert isinstance(hunted.origin, Hidden)
    found = hunted.origin.hunt
    assert [each.target for each in found.culprits] == ["dW2", "db2", "dW1", "db1"]
    assert found.culprits[0].right == "dW2 = dZ2 @ A1.T / m"
    assert not any(line.because for line in hunted.lines)
    origin = hunted.origin
    told = (origin.name, origin.headline, origin.title, origin.about, origin.source)
    assert not [text for text in told if "printed" in text or "stale" in text]


def test_a_script_is_hunted_without_its_source() -> None:
    hunted = hunt(flat(), 1, 0)
    assert not hunted.notes.sources
    assert not any(line.at for line in hunted.lines)
    assert diagnose(hunted).findings


def test_an_edit_in_a_hunt_keeps_the_slip_and_mends_it() -> None:
    found = plant(PAIR, 2, 1)
    hunted = hidden(found.program, Hunt(()))
    other = next(line for line in hunted.lines if line.target == "dZ2" != found.line.target)
    edited = hunted.origin.edited(other, "2 * (A2 - Y)")
    lines = {line.target: line for line in edited.lines}
    assert lines["dZ2"].because == EDITED
    assert lines[found.line.target].expression == found.wrong
    mended = hunted.edited(found.line.target, source(found.line.expression))
    assert [line.text for line in mended.lines] == [line.text for line in program(PAIR).lines]
    with pytest.raises(ExpressionError, match=r"has the shape \(3, 1\), but dZ2 has \(1, 3\)"):
        hunted.origin.edited(other, "(A2 - Y).T")


def test_a_program_without_a_cost_is_no_hunt() -> None:
    with pytest.raises(ExpressionError, match="no line is known to compute the cost"):
        hunt(library("three_layer_forward"), 1, 0)
