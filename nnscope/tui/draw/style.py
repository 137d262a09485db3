"""Colours with meaning, for a dark and a light theme. Everything they say is also said in text."""

from functools import lru_cache

from rich.style import Style

from nnscope.program.model import Phase

_DARK = {
    Phase.FORWARD: "#5fb4d9",
    Phase.LOSS: "#e0b050",
    Phase.BACKWARD: "#d78ad7",
    Phase.UPDATE: "#86c06c",
}
_LIGHT = {
    Phase.FORWARD: "#005f87",
    Phase.LOSS: "#875f00",
    Phase.BACKWARD: "#87008f",
    Phase.UPDATE: "#2e6b10",
}
LEVELS = 6


@lru_cache(maxsize=64)
def phase(which: Phase, dark: bool, bold: bool = False) -> Style:
    """Give the colour of a phase."""
    return Style(color=(_DARK if dark else _LIGHT)[which], bold=bold)


@lru_cache(maxsize=64)
def heat(level: int, dark: bool) -> Style:
    """Give the background for a cell: -LEVELS the most negative (red), LEVELS the most positive."""
    if level == 0:
        return Style()
    strength = abs(level) / LEVELS * 0.75
    base, hot = ((18, 18, 18), (150, 50, 40)) if dark else ((250, 250, 250), (255, 150, 130))
    if level > 0:
        hot = (30, 80, 150) if dark else (140, 185, 255)
    mixed = (round(a + (b - a) * strength) for a, b in zip(base, hot, strict=True))
    ink = "#f0f0f0" if dark else "#101010"
    return Style(color=ink, bgcolor=f"#{''.join(f'{part:02x}' for part in mixed)}")


PLAIN = Style()
DIM = Style(dim=True)
BOLD = Style(bold=True)
REVERSE = Style(reverse=True)
UNDERLINE = Style(underline=True)
ALARM = Style(bold=True, reverse=True, color="#ff5f5f")
