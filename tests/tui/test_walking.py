"""Going about: the trail back, what ends a search, and what the status line keeps in sight."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnscope.cli import main
from nnscope.engine.find.search import Found
from nnscope.insight.numbers import short
from nnscope.tui.control.job import Job, JobKind, Outcome
from nnscope.tui.screen.debugger import DebuggerScreen
from nnscope.tui.status import Status
from tests.samples import PAIR
from tests.tui.screens import (
    NARROW,
    NORMAL,
    debugger,
    opened,
    press,
    send,
    settle,
    text_of,
    until,
)
from tests.tui.test_stops import typed

BAD = PAIR.replace("iterations = 12", "iterations = 60").replace("rate = 0.5", "rate = 1e160")
LONG = PAIR.replace("iterations = 12", "iterations = 3000000")


@pytest.fixture
def diverging(tmp_path: Path) -> str:
    path = tmp_path / "bad.toml"
    path.write_text(BAD, encoding="utf-8")
    return str(path)


@pytest.fixture
def lengthy(tmp_path: Path) -> str:
    path = tmp_path / "long.toml"
    path.write_text(LONG, encoding="utf-8")
    return str(path)


async def test_backspace_goes_back_through_all_places_and_stops_at_the_first() -> None:
    async with opened("two_layer") as pilot:
        for iteration in ("5", "10", "15", "20"):
            await press(pilot, "g")
            await typed(pilot, iteration)
        seen = []
        for _ in range(4):
            await press(pilot, "backspace")
            seen.append(debugger(pilot).worker.frame.iteration)
        assert seen == [15, 10, 5, 0]
        await press(pilot, "backspace")
        assert "There is no earlier place" in text_of(pilot)


async def test_home_from_a_walk_can_be_gone_back_on() -> None:
    async with opened("two_layer", keys="i f f n o o") as pilot:
        there = debugger(pilot).worker.frame.time
        await press(pilot, "H")
        assert debugger(pilot).worker.frame.time != there
        await press(pilot, "backspace")
        assert debugger(pilot).worker.frame.time == there


async def test_the_first_bad_number_is_selected_and_halts_again(diverging: str) -> None:
    async with opened(diverging, NARROW, "r") as pilot:
        first, view = debugger(pilot).worker.frame, debugger(pilot).view
        assert "The first number that is not finite" in debugger(pilot).controls.stops.shown.arrival
        cell = float(view.selected.value[view.cell])
        assert short(cell) in ("nan", "inf", "-inf")
        await press(pilot, "r")
        assert debugger(pilot).worker.frame.iteration == 59
        await press(pilot, "home")
        await press(pilot, "r")
        assert debugger(pilot).worker.frame.time == first.time


async def test_the_first_bad_number_is_marked_wherever_one_came_from(diverging: str) -> None:
    async with opened(diverging, keys="end") as pilot:
        (mark,) = debugger(pilot).view.curves.marks
        bad = mark.iteration
        await press(pilot, "home")
        await press(pilot, "r")
        assert debugger(pilot).worker.frame.iteration in (bad, bad - 1)


async def test_an_interrupted_search_says_so_and_moves_nothing(lengthy: str) -> None:
    async with opened(lengthy, NARROW, "B") as pilot:
        await typed(pilot, "W1[0, 0] > 1000")
        send(pilot, "c")
        await until(pilot, lambda: reached(debugger(pilot)))
        status = debugger(pilot).query_one(Status).render_line(0).text
        assert f"searching forwards, at {reached(debugger(pilot))}" in status
        await press(pilot, "escape")
        assert "Interrupted at iteration" in text_of(pilot)
        assert debugger(pilot).worker.frame.time == 0


def reached(screen: DebuggerScreen) -> int | None:
    """Give the iteration that the long work on the screen has come to."""
    job = screen.view.progress.job
    return job.reached if job else None


async def test_keys_in_haste_never_move_one_timeline_twice(
    lengthy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(lengthy, keys="w") as pilot:
        await typed(pilot, "W1[0, 0]")
        await press(pilot, "B")
        await typed(pilot, "np.max(np.abs(dW1)) < 10")
        worker, outcomes = debugger(pilot).worker, list[Outcome]()
        guarded, inside, most = worker._guarded, 0, 0

        def counted(work: Callable[[], Found | None]) -> Outcome:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            outcomes.append(guarded(work))
            inside -= 1
            return outcomes[-1]

        monkeypatch.setattr(worker, "_guarded", counted)
        for _ in range(60):
            send(pilot, "c")
        await settle(pilot)
        await until(pilot, lambda: worker.job is None and not inside)
        assert most == 1
        assert not any(outcome.error for outcome in outcomes)
        assert worker.frame.iteration >= 1


async def test_keys_behind_a_search_mean_what_is_shown_then() -> None:
    """The search back may have come to another line when the next key is taken."""
    async with opened("single_neuron_relu", keys="n n b n n n") as pilot:
        shown = debugger(pilot).view.frame
        for key in ("C", "o"):
            send(pilot, key)
        await settle(pilot)
        frame = debugger(pilot).view.frame
        assert frame is debugger(pilot).worker.frame is not shown
        assert frame.time in (1, 2)  # line 2 reads what line 1 has made; or the search was cut off


@pytest.mark.parametrize("key", ["o", "s", "G", "H", "backspace", "b", "v", "enter", "comma", "e"])
async def test_a_key_that_comes_before_the_end_of_a_search_is_told(key: str) -> None:
    """As if the search had ended, and its end were not yet known to the screen."""
    async with opened("two_layer", keys="f b i i f f n") as pilot:
        screen = debugger(pilot)
        screen.worker.start(Job(JobKind.SEARCHING, "searching backwards"))
        outcome = screen.worker.search(screen.view.stops.stops, forwards=False)
        assert screen.worker.frame.index != screen.view.frame.index
        send(pilot, key)
        screen.post_message(screen.WorkEnded(outcome))
        await settle(pilot)
        assert screen.worker.job is None
        assert pilot.app.is_running


@pytest.mark.parametrize("text", ["np.any((A1 > 0) ** -1 > 0)", "J < 1 / 0"])
async def test_a_stop_that_fails_in_the_run_is_named_and_ends_nothing(text: str) -> None:
    async with opened("two_layer", keys="B") as pilot:
        await typed(pilot, text)
        for key in ("c", "r"):
            await press(pilot, key)
            (note,) = pilot.app._notifications
            assert note.message.startswith(f"`{text}` can't be computed")
            assert note.message.split(":")[0] in " ".join(text_of(pilot).replace("▌", "").split())
        await press(pilot, "n")
        assert debugger(pilot).worker.frame.time == 1


@pytest.mark.parametrize("size", [NARROW, NORMAL])
@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("M", "Let it hold at most (64MB, 1GB):"),
        ("L", "The run loop: arrows scroll, Tab shows the"),
    ],
)
async def test_the_screens_that_open_on_top(key: str, words: str, size: tuple[int, int]) -> None:
    async with opened("two_layer", size, f"i {key}") as pilot:
        assert words in text_of(pilot)
        await press(pilot, "escape")
        assert words not in text_of(pilot)


async def test_what_must_not_happen_leaves_the_debugger_alive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened("two_layer", keys="b") as pilot:

        def fail(*_arguments: object) -> None:
            raise RuntimeError("out of order")

        with monkeypatch.context() as patch:
            patch.setattr(debugger(pilot).worker.timeline, "search_forwards", fail)
            await press(pilot, "c")
            assert "out of order" in text_of(pilot)
        await press(pilot, "n")
        assert debugger(pilot).worker.frame.time == 1


async def test_a_stop_keeps_its_hits_and_that_it_is_off() -> None:
    async with opened("two_layer", keys="B") as pilot:
        await typed(pilot, "line dW2 time 3")
        for key in ("6", "space", "enter", "enter"):
            await press(pilot, key)
        (stop,) = debugger(pilot).controls.stops.shown.stops
        assert (stop.hits, stop.enabled) == (3, False)
        for key in ("f", "f", "n", "n", "b"):
            await press(pilot, key)
        assert debugger(pilot).worker.frame.line is not None
        assert debugger(pilot).controls.stops.shown.stops == ()


async def test_a_cap_beyond_reason_is_used_as_far_as_it_goes() -> None:
    async with opened("two_layer", keys="M") as pilot:
        await typed(pilot, "99999999999999GB")
        await press(pilot, "end")
        assert debugger(pilot).worker.frame.iteration == 9999


def test_a_wrong_stop_is_told_before_anything_opens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(PAIR + '\n[[stop]]\ncondition = "Q < 1"\n', encoding="utf-8")
    for command in (["verify"], ["trace"], ["train"], []):
        assert main([*command, str(path)]) == 2
        assert "[[stop]] 1: `Q` has no value" in capsys.readouterr().err
