"""Predicting the next result on the screen: what is covered, what is asked, and what is told."""

from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace
from textual.geometry import Size
from textual.pilot import Pilot

from nnscope.insight.predict.question import Asked, Question
from nnscope.tui.app import NnscopeApp
from nnscope.tui.dialogs.prompt import Prompt
from nnscope.tui.dialogs.told import ToldScreen
from nnscope.tui.draw.text import plain
from nnscope.tui.sentence_bar import SentenceBar
from nnscope.tui.status import Status
from nnscope.tui.view import View
from tests.recorded import flat
from tests.samples import PAIR, program
from tests.tui.screens import (
    NARROW,
    WIDE,
    agrees_with_golden,
    debugger,
    opened,
    press,
    send,
    settle,
    shown,
    text_of,
)

LINES = 15  # of two_layer
ROOM = Size(70, 40)


async def answered(pilot: Pilot[None], text: str) -> None:
    """Answer the question that is open."""
    for character in text:
        send(pilot, character)
    await press(pilot, "enter")


def asked(pilot: Pilot[None]) -> Question:
    """Give the question that is open."""
    assert isinstance(pilot.app.screen, Prompt)
    question = debugger(pilot).view.question
    assert question is not None
    return question


def right(question: Question) -> str:
    """Write the right answer."""
    if question.asked is Asked.SHAPE:
        return str(question.shape)
    step = question.value - (question.before if question.is_of_step else 0)
    return "+-0"[[1, -1, 0].index(int(np.sign(step)))] if question.asked is Asked.SIGN else (
        f"{question.value:.1e}"
    )  # fmt: skip


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_result_is_covered_until_its_shape_is_typed(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "Q n") as pilot:
        assert asked(pilot).text == "What shape has Z1?"
        assert "Z1 (?)" in text_of(pilot)
        assert "(4,3)" not in text_of(pilot)
        if size == NARROW:
            agrees_with_golden(pilot, "predict-80x24")
        await answered(pilot, "four by three")
        assert "Type a shape, such as (4, 3)" in text_of(pilot)
        await press(pilot, "ctrl+u")
        await answered(pilot, "(4, 3)")
        assert debugger(pilot).view.question is None
        assert debugger(pilot).view.frame.time == 1
        assert "✓ Z1 has the shape (4, 3)." in text_of(pilot)
        assert "(4,3)" in text_of(pilot)


async def test_a_miss_is_explained_and_shown() -> None:
    async with opened("two_layer", NARROW, "Q n") as pilot:
        await answered(pilot, "(3, 4)")
        assert isinstance(pilot.app.screen, ToldScreen)
        assert "✗ Not (3, 4). Z1 has the shape (4, 3). You have its axes in the other" in text_of(
            pilot
        )
        await press(pilot, "enter")
        await press(pilot, "n")
        assert asked(pilot).line.target == "A1"


async def test_escape_skips_and_q_ends_with_a_tally() -> None:
    async with opened("two_layer", NARROW, "Q n escape") as pilot:
        assert debugger(pilot).view.frame.time == 1
        await press(pilot, "n")
        await answered(pilot, right(asked(pilot)))
        await press(pilot, "Q")
        assert "2 asked: 1 right, 0 missed, 1 skipped." in text_of(pilot)
        for key in ("escape", "n"):
            await press(pilot, key)
        assert debugger(pilot).view.frame.time == 3
        assert debugger(pilot).view.question is None


async def test_stepping_into_a_line_asks_first_and_then_goes_in() -> None:
    async with opened("two_layer", NARROW, "Q s") as pilot:
        await answered(pilot, "(4, 3)")
        inside = debugger(pilot).view.inside
        assert inside is not None
        assert inside.number == 0


async def test_a_result_stays_covered_when_a_script_has_more_iterations() -> None:
    async with opened("two_layer", NARROW, "Q n") as pilot:
        screen = debugger(pilot)
        timeline = screen.worker.prepared(screen.worker.program)
        timeline.seek(1)
        screen.worker.go_on_with(timeline)  # as when more of a script is there
        screen.refresh_view()
        assert asked(pilot).line.target == "Z1"
        assert screen.view.frame.time == 0


async def test_going_back_and_running_ask_nothing() -> None:
    async with opened("two_layer", NARROW, "n n Q N f i") as pilot:
        assert debugger(pilot).view.question is None
        assert debugger(pilot).view.frame.time == LINES + 4


async def test_at_the_end_of_the_run_the_tally_is_told() -> None:
    async with shown(NnscopeApp(program(PAIR)), NARROW) as pilot:
        for key in ("end", "N", "Q", "n"):
            await press(pilot, key)
        await answered(pilot, right(asked(pilot)))
        assert "1 asked: 1 right" in text_of(pilot)
        for key in ("escape", "n"):
            await press(pilot, key)
        assert debugger(pilot).view.question is None


async def test_lines_of_a_script_can_be_predicted() -> None:
    async with shown(NnscopeApp(flat()), NARROW) as pilot:
        await press(pilot, "Q")
        for time in range(1, 6):
            await press(pilot, "n")
            await answered(pilot, right(asked(pilot)))
            assert not isinstance(pilot.app.screen, ToldScreen | Prompt)
            assert debugger(pilot).view.frame.time == time


# nothing on the screen knows what is covered


def all_texts(pilot: Pilot[None], view: View) -> list[str]:
    """Read everything that a view puts on the screen, also the panes that are out of sight."""
    screen, found = debugger(pilot), list[str]()
    for pane in screen.panes:
        found += map(plain, pane.lines(view, ROOM))
    for bar in (screen.query_one(Status), screen.query_one(SentenceBar)):
        bar.show(view)
        found += [bar.render_line(row).text for row in range(bar.size.height)]
    return found


def otherwise(view: View) -> Iterator[View]:
    """Yield the view as it is, and as it would be had the line made something else."""
    yield view
    question = view.question
    assert question is not None
    frame, target = question.frame, question.line.target
    value = np.asarray(frame.values[target])
    other = (
        np.full([size + 3 for size in value.shape], 0.5) if question.hides_shape else value - 3.75
    )
    made = replace(frame, values={**frame.values, target: other}, costs=frame.costs * 2)
    yield replace(view, question=replace(question, frame=made))


@pytest.mark.parametrize("index", [0, 6, 8])
async def test_nothing_on_the_screen_depends_on_what_is_covered(index: int) -> None:
    async with opened("two_layer", NARROW, "Q") as pilot:
        debugger(pilot).controls.travel.go(index)
        await settle(pilot)
        await press(pilot, "n")
        first, second = [all_texts(pilot, each) for each in otherwise(debugger(pilot).view)]
        assert first == second


async def test_what_an_earlier_run_has_found_is_covered_too() -> None:
    async with opened("two_layer", NARROW, "i f w") as pilot:
        await answered(pilot, "J * 1000")
        for key in ("f", "f", "G", "home", "f", "Q", "n"):
            await press(pilot, key)
        view = debugger(pilot).view
        assert asked(pilot).line.target == "J"
        assert view.frame.cost is None
        texts = all_texts(pilot, view)
        assert not [text for text in texts if "0.693" in text or "693." in text]
        assert "Covered until you have answered" in "\n".join(texts)
        assert not view.checked.checks
        await press(pilot, "escape")
        assert debugger(pilot).view.frame.cost is not None
        assert debugger(pilot).view.checked.checks
