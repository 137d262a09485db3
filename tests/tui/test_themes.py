"""Themes, no colours at all, and keys of the user's own, on the screen."""

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.pilot import Pilot

from nnscope.commands.loading import read_program
from nnscope.tui.app import NnscopeApp
from nnscope.tui.themes import HIGH_CONTRAST, textual_name
from tests.tui.screens import NARROW, NORMAL, debugger, press, shown, text_of

LEAST = {"dark": 3.0, "light": 3.0, "high-contrast": 7.0}
"""WCAG 2.1: 3 for what is large or incidental, 7 for the highest level of contrast."""


def app(theme: str = "", keys: dict[str, str] | None = None) -> NnscopeApp:
    return NnscopeApp(read_program("two_layer"), theme=theme, keys=keys)


def painted(pilot: Pilot[None]) -> list[Segment]:
    """Give everything on the screen that is a sign."""
    strips = pilot.app.screen._compositor.render_strips(pilot.app.size)
    return [each for strip in strips for each in strip if each.text.strip() and each.style]


def contrast(style: Style) -> float:
    """Give the contrast of letters with their background (WCAG 2.1, relative luminance)."""
    assert style.color is not None
    assert style.bgcolor is not None
    pair = [Color.from_rich_color(each) for each in (style.color, style.bgcolor)]
    light = sorted(0.05 + _luminance(each) for each in pair)
    return light[1] / light[0]


def _luminance(color: Color) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
             for part in color.normalized]  # fmt: skip
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


@pytest.mark.parametrize("theme", LEAST)
async def test_every_text_stands_out_from_its_background(theme: str) -> None:
    async with shown(app(theme), NORMAL) as pilot:
        for key in ("f", "f", "n", "n", "0"):
            await press(pilot, key)
        assert pilot.app.theme == textual_name(theme)
        frames = set("╭╮╰╯─│▁▂▃▄▅▆▇█")  # and scroll bars
        poor = {(round(contrast(each.style), 1), each.text) for each in painted(pilot)
                if each.style and not set(each.text) <= frames
                and contrast(each.style) < LEAST[theme]}  # fmt: skip
        assert not poor


async def test_without_colours_nothing_is_coloured_and_the_chosen_pane_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with shown(app(HIGH_CONTRAST.name), NARROW) as pilot:
        for key in ("n", "0", "right", "right"):
            await press(pilot, key)
        for each in painted(pilot):
            assert each.style
            assert each.style.color is None or each.style.color.is_default
            assert each.style.bgcolor is None or each.style.bgcolor.is_default
        assert "Picture 3/3" in text_of(pilot)
        assert "█" in text_of(pilot)  # shades in place of colours


async def test_keys_of_the_users_own_do_the_commands_and_stand_in_the_help() -> None:
    keys = {"line.next": "j", "cell.down": "down", "help": "f1"}
    async with shown(app(keys=keys), NARROW) as pilot:
        await press(pilot, "j")
        assert debugger(pilot).view.frame.index == 0
        await press(pilot, "n")
        assert debugger(pilot).view.frame.index == 0
        assert "j next" in text_of(pilot)
        await press(pilot, "f1")
        page = text_of(pilot)
        assert " j  " in page
        assert " n  " not in page
