"""Sizes of memory as they are written, `64MB` or `1GB`.

It imports nothing heavy, because the command line needs it before anything else.
"""

from nnscope.digits import whole_number

_UNITS = {"KB": 2**10, "MB": 2**20, "GB": 2**30}


def read_bytes(text: str) -> int:
    """Give the bytes of a size; raises `ValueError` in words for who wrote it."""
    number, unit = whole_number(text.strip()[:-2].strip()), text.strip()[-2:].upper()
    if unit not in _UNITS or not number:
        raise ValueError(f"expected a size such as 64MB or 1GB, found {text!r}")
    return number * _UNITS[unit]


def megabytes(size: int) -> str:
    """Write bytes in MB, without digits that say nothing: `256`, `0.0625`."""
    return f"{size / 2**20:.4g}" if size < 10_000 * 2**20 else f"{size / 2**20:.0f}"
