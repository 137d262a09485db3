"""Numbers as people write them, without the liberties that Python takes: `1_0`, `１`.

It imports nothing, because the command line needs it before anything else.
"""

_MOST_DIGITS = 18
"""Whole numbers of more digits have no use here, and may not fit into 64 bits."""


def whole_number(text: str) -> int | None:
    """Read a whole number from 0 up; None for anything else."""
    if not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS:
        return None
    return int(text)


def is_plain(text: str) -> bool:
    """Tell whether a text has none of the signs that only Python takes in numbers."""
    return "_" not in text and text.isascii()


def number(text: str) -> float:
    """Read a number; raises `ValueError` for what is none outside of Python's own source."""
    if not is_plain(text):
        raise ValueError(text)
    return float(text)
