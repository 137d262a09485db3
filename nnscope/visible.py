"""The gate for text that is not ours: fields of a scenario, names of files, words that were typed.

A terminal obeys control characters, whoever wrote them: they move the cursor, change its title, or
turn the direction of writing. Whatever is printed or drawn passes through here.
"""

import re
from collections.abc import Iterable, Sequence

from nnscope.limits import LINE_LENGTH, MESSAGE_LINES, QUOTED_LENGTH

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters (C0, DEL, C1), separators, marks of direction, and halves of characters."""


def visible(text: str) -> str:
    r"""Write control characters as TOML and JSON do, `\u001b`; a tab is a space, lines stay."""
    return _CONTROL.sub(lambda found: _escaped(found[0]), text).replace("\t", " ")


def one_line(text: str) -> str:
    r"""Write all that can't be seen in a line, its end too, as an escape: `\n`, `\u00a0`."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _escaped(sign) for sign in text)


def without_controls(text: str) -> str:
    """Leave control characters out of a line, where every column counts: they have no width."""
    if text.isprintable():
        return text
    return _CONTROL.sub(_hole, text.replace("\n", "").replace("\t", ""))


def quoted(text: str) -> str:
    """Repeat a text in a message: on one line, and cut in the middle if it is long."""
    return cut(one_line(cut(text, QUOTED_LENGTH)), QUOTED_LENGTH)


def cut(text: str, most: int) -> str:
    """Cut a text in the middle, so that `most` characters are left of it."""
    if len(text) <= most:
        return text
    half = (most - 3) // 2
    return f"{text[: most - 3 - half]}...{text[-half:]}"


def message(lines: Iterable[str]) -> str:
    """Put the lines of a message together, as many as one can read; count those that are left."""
    told = [cut(one_line(line), LINE_LENGTH) for line in lines]
    return "\n".join(bounded(told))


def bounded(lines: Sequence[str]) -> list[str]:
    """Keep at most twenty lines, the last of which says how many more there are."""
    if len(lines) <= MESSAGE_LINES:
        return [*lines]
    kept = lines[: MESSAGE_LINES - 1]
    return [*kept, f"... and {len(lines) - len(kept):,} more"]


def _hole(found: re.Match[str]) -> str:
    return "?" if "\ud800" <= found[0] <= "\udfff" else ""  # half a character has a width


_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _escaped(sign: str) -> str:
    if sign in _SHORT:
        return _SHORT[sign]
    code = ord(sign)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
