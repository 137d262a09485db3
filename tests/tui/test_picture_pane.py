"""The picture pane: what is asked for, what is drawn in the background, and when."""

import threading
from collections.abc import Sequence

import pytest

from nnscope.expression.errors import ExpressionError
from nnscope.tui.draw.text import Text
from nnscope.tui.panes.picture import PicturePane
from nnscope.tui.picture import Room
from nnscope.tui.pictures import PICTURES
from nnscope.tui.pictures.network import NetworkPicture
from nnscope.tui.view import View
from tests.tui.screens import NARROW, NORMAL, debugger, opened, press, settle, text_of


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_a_picture_follows_the_run_forwards_and_backwards(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "0") as pilot:
        shown = debugger(pilot).pane(PicturePane)
        first = shown.text
        assert "example 0 of 3" in first
        await press(pilot, "n")
        after = shown.text
        assert "[A1]" in after
        await press(pilot, "N")
        assert shown.text == first
        assert "Picture 1/3: network" in text_of(pilot)


async def test_the_boundary_is_rewound_with_the_run() -> None:
    async with opened("two_layer", NORMAL, "0 right") as pilot:
        shown = debugger(pilot).pane(PicturePane)
        first = shown.text
        assert "of 3 right" in first
        await press(pilot, "end")
        assert "3 of 3 right" in shown.text
        assert shown.text != first
        await press(pilot, "home")
        assert shown.text == first


async def test_left_and_right_go_through_the_pictures() -> None:
    async with opened("two_layer", NORMAL, "0") as pilot:
        shown = debugger(pilot).pane(PicturePane)
        titles = []
        for _ in PICTURES:
            titles.append(str(shown.border_title))
            await press(pilot, "right")
        assert len(set(titles)) == len(PICTURES)
        assert str(shown.border_title) == titles[0]
        await press(pilot, "left")
        assert str(shown.border_title) == titles[-1]


async def test_what_is_hidden_is_not_drawn_and_drawing_is_not_the_screens_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: list[threading.Thread] = []
    draw = NetworkPicture.draw

    def noted(view: View, room: Room) -> Sequence[Text]:
        threads.append(threading.current_thread())
        return draw(view, room)

    monkeypatch.setattr(NetworkPicture, "draw", noted)
    async with opened("two_layer", NARROW, "n") as pilot:
        assert not threads
        await press(pilot, "0")
        assert threads
        assert threading.main_thread() not in threads


async def test_while_one_is_drawn_only_the_newest_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    may_go, times = threading.Event(), list[int]()

    def slow(view: View, room: Room) -> Sequence[Text]:
        times.append(view.frame.time)
        may_go.wait(30)
        return [[f"drawn {view.frame.time}"]]

    async with opened("two_layer", NORMAL, "0") as pilot:
        monkeypatch.setattr(NetworkPicture, "draw", slow)
        screen = debugger(pilot)
        for _ in range(3):
            screen.controls.do("line.next")
        may_go.set()
        await settle(pilot)
        assert times == [1, 3]
        assert screen.pane(PicturePane).text == "drawn 3"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ExpressionError("X has no rows"), "This can't be drawn: X has no rows"),
        (MemoryError(), "There is not enough memory to draw this."),
        (KeyError("X"), "A mistake of nnscope itself, please report it: KeyError('X')"),
    ],
)
async def test_what_cannot_be_drawn_says_why(
    error: Exception, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(view: View, room: Room) -> Sequence[Text]:
        raise error

    async with opened("two_layer", NORMAL, "0") as pilot:
        monkeypatch.setattr(NetworkPicture, "draw", refused)
        await press(pilot, "n")
        assert " ".join(debugger(pilot).pane(PicturePane).text.split()) == told
        monkeypatch.undo()
        await press(pilot, "n")
        assert "[A1]" in debugger(pilot).pane(PicturePane).text
