"""The nearest valid name for one that is not."""

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Write `: did you mean ...?` for the nearest of the known names, or nothing."""
    folded = {word.lower(): word for word in known}
    near = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.5)
    return f": did you mean `{folded[near[0]]}`?" if near else ""
