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


_RED, _BLUE = 0, 1
_INKS = {True: ("#ef7f6f", "#6fa8ef"), False: ("#a02818", "#1850a0")}


@lru_cache(maxsize=64)
def ink(sign: int, dark: bool) -> Style:
    """Give the colour of a line or letter that stands for a number: as `heat`, by its sign."""
    return Style(color=_INKS[dark][_BLUE if sign >= 0 else _RED])


@lru_cache(maxsize=64)
def diverging(level: int, dark: bool) -> str:
    """Give the colour of a pixel: the more negative the darker, the more positive the lighter.

    So signs differ in grey, too. Zero is the grey between.
    """
    low, zero, high = (64, 0, 0), (118, 118, 118), (205, 228, 255)
    if not dark:
        low, zero, high = (90, 0, 0), (150, 150, 150), (235, 243, 255)
    end = high if level > 0 else low
    share = abs(level) / LEVELS
    mixed = (round(a + (b - a) * share) for a, b in zip(zero, end, strict=True))
    return f"#{''.join(f'{part:02x}' for part in mixed)}"


_GROUPS = {
    True: ("#6fa8ef", "#e0b050", "#86c06c", "#d78ad7", "#ef7f6f", "#5fd7c7"),
    False: ("#1850a0", "#875f00", "#2e6b10", "#87008f", "#a02818", "#00706a"),
}


@lru_cache(maxsize=64)
def group(number: int, dark: bool) -> Style:
    """Give the colour of a class, or of anything else that is numbered; they come again."""
    return Style(color=_GROUPS[dark][number % len(_GROUPS[dark])])


PLAIN = Style()
DIM = Style(dim=True)
BOLD = Style(bold=True)
REVERSE = Style(reverse=True)
UNDERLINE = Style(underline=True)
ALARM = Style(bold=True, reverse=True, color="#ff5f5f")
