"""Which panes are painted: those that show something else than before, and no others."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pytest

from nnscope.tui.control.command import commands_of
from nnscope.tui.control.controls import GROUPS
from nnscope.tui.draw.text import Text
from nnscope.tui.keymap import BINDINGS
from nnscope.tui.panes import PANES
from nnscope.tui.themes import HIGH_CONTRAST
from nnscope.tui.view import View
from tests.tui.screens import WIDE, debugger, opened, press, settle

ALL_IN_SIGHT = {"program", "matrices", "chain", "time", "variables", "health"}


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Count how often each pane is painted."""
    counts: Counter[str] = Counter()
    for kind in PANES:
        paint: Callable[..., Sequence[Text]] = kind.paint

        def counted(
            self: object,
            view: View,
            width: int,
            height: int,
            name: str = kind.NAME,
            paint: Callable[..., Sequence[Text]] = paint,
        ) -> Sequence[Text]:
            counts[name] += 1
            return paint(self, view, width, height)

        monkeypatch.setattr(kind, "paint", counted)
    yield counts


@pytest.mark.parametrize(
    ("key", "panes"),
    [
        ("n", ALL_IN_SIGHT),
        ("right", {"matrices", "chain"}),
        ("tab", {"matrices", "chain"}),
        ("b", {"program"}),
        ("y", {"time"}),
        ("x", {"program", "matrices", "variables", "health"}),
        ("2", {"chain"}),  # it marks a factor while it is chosen
        ("3", set()),  # only its border is another one
        ("7", {"shapes", "program"}),  # in place of another pane, and of another height
    ],
)
async def test_a_key_paints_what_it_changes(
    painted: Counter[str], key: str, panes: set[str]
) -> None:
    async with opened("two_layer", WIDE, "f f n n") as pilot:
        painted.clear()
        await press(pilot, key)
        assert painted == dict.fromkeys(panes, 1)


async def test_keys_that_change_no_pane_paint_none(painted: Counter[str]) -> None:
    async with opened("two_layer", WIDE, "f f n n") as pilot:
        painted.clear()
        for key in ("E", "c", "space", "backspace"):
            await press(pilot, key)
            assert not painted, key


async def test_another_theme_paints_what_is_in_sight(painted: Counter[str]) -> None:
    async with opened("two_layer", WIDE, "f f n n") as pilot:
        painted.clear()
        pilot.app.theme = HIGH_CONTRAST.name
        await settle(pilot)
        assert painted == dict.fromkeys(ALL_IN_SIGHT, 1)


async def test_a_check_that_moves_nothing_paints_its_own_pane(painted: Counter[str]) -> None:
    async with opened("two_layer", WIDE, "f f n n 8") as pilot:
        painted.clear()
        await press(pilot, "A")
        assert set(painted) == {"check", "program"}  # the listing marks what is right
        painted.clear()
        await press(pilot, "G")
        assert set(painted) == {"check"}
        assert debugger(pilot).view.checked.checks[0].name == "dW2"


async def test_a_step_inside_a_line_paints_its_cells(painted: Counter[str]) -> None:
    async with opened("two_layer", WIDE, "f f n n s") as pilot:
        painted.clear()
        await press(pilot, "s")
        assert painted == {"matrices": 1, "chain": 1}


async def test_a_curve_paints_where_it_is_drawn(painted: Counter[str]) -> None:
    async with opened("two_layer", WIDE, "i i w J enter") as pilot:
        painted.clear()
        debugger(pilot).controls.curves.choose(-1)
        assert painted == {"time": 1}
        debugger(pilot).refresh_view()
        assert painted == {"time": 1}


# commands


def test_every_command_is_there_once() -> None:
    ids = [command.id for group in GROUPS for command in commands_of(group)]
    assert len(ids) == len(set(ids))
    assert {mean for pane in PANES for mean in pane.MEANS.values()} <= set(ids)
    keyed = {command.id for group in GROUPS for command in commands_of(group) if command.keys}
    assert {id for pane in PANES for id in pane.MEANS} <= keyed


def test_a_command_without_a_key_is_what_some_key_means() -> None:
    means = {mean for pane in PANES for mean in pane.MEANS.values()}
    for group in GROUPS:
        for command in commands_of(group):
            assert command.keys or command.id in means


def test_the_ids_by_which_keys_are_chosen_anew() -> None:
    """They may stand in somebody's settings: none of them may go or be called something else."""
    assert {binding.id for binding in BINDINGS} == set(IDS.split())


IDS = """
accuse again cell.down cell.left cell.right cell.up check.all check.cell check.line diagnose edit
edit.back end factor.line follow go help interrupt into.back into.next iteration.back iteration.next
line.back line.next listing logarithmic mark.go mark.set mathematics matrix.back matrix.next memory
origin page.down page.up palette pane.chain pane.check pane.health pane.matrices pane.picture
pane.shapes pane.source pane.stops pane.time pane.variables parameter.back parameter.here
parameter.next pass.back pass.end pass.next passes phase.end phase.start predict quit return rewind
run stop.back stop.condition stop.delete stop.line stop.next stop.switch time.back time.next tour
why words zoom
"""
