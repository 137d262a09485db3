"""Light, dark and high contrast, and no colours at all."""

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import BUILTIN_THEMES, Theme

HIGH_CONTRAST = Theme(
    name="high-contrast",
    primary="#00a0ff",
    secondary="#ffffff",
    warning="#ffd700",
    error="#ff8080",
    success="#70ff70",
    accent="#ffff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    text_alpha=1.0,
    variables={
        "panel-lighten-2": "#c0c0c0",
        "text-muted": "#ffffff",
        "text-disabled": "#c0c0c0",
        "footer-key-foreground": "#ffff00",
    },
)
"""White and yellow on black: every text has at least seven times the light of its background."""

_OWN_NAMES = {"dark": "textual-dark", "light": "textual-light"}
NAMES = (*_OWN_NAMES, HIGH_CONTRAST.name)
"""The themes that the manual names; those of Textual are known, too."""


def known() -> Iterable[str]:
    """List every name of a theme."""
    return (*NAMES, *BUILTIN_THEMES)


def textual_name(name: str) -> str:
    """Give a theme the name that Textual knows it by."""
    return _OWN_NAMES.get(name, name)


class NothingDim(LineFilter):
    """Shows what stands back as plainly as the rest, for a theme of high contrast."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Give the line without what is dim."""
        return [
            Segment(text, style + _NOT_DIM if style and style.dim else style, control)
            for text, style, control in segments
        ]


_NOT_DIM = Style(dim=False)

CSS = """
FooterKey:light .footer-key--key { color: $foreground; }
Pane.-active:nocolor { border: heavy $accent; }
OptionList:nocolor > .option-list--option-highlighted { text-style: reverse; }
"""
"""Keys that can be read in light themes, too; and where there are no colours, what else says which
pane is active and what is chosen."""
