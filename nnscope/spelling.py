"""The known word that a misspelt one is meant to be."""

from collections.abc import Iterable

_SHARE = 1 / 3  # of the letters may be wrong; with more of them it is another word
_LONGEST = 60  # characters; no known word is as long


def distance(first: str, second: str) -> int:
    """Count the letters to put in, leave out, change or swap to make one word of the other.

    Optimal string alignment (Damerau, Communications of the ACM 7, 1964).
    """
    before, row = list[int](), list(range(len(second) + 1))
    for at, letter in enumerate(first, 1):
        earlier, before, row = before, row, [at]
        for place, other in enumerate(second, 1):
            change = before[place - 1] + (letter != other)
            row.append(min(row[-1] + 1, before[place] + 1, change))
            is_swapped = (
                at > 1 and place > 1 and (first[at - 2], letter) == (other, second[place - 2])
            )
            if is_swapped:
                row[-1] = min(row[-1], earlier[place - 2] + 1)
    return row[-1]


def nearest(name: str, known: Iterable[str]) -> str:
    """Give the known word that a misspelt one is nearly; empty where it is none.

    Capital letters do not count. A word that begins another one is nearly that.
    """
    if len(name) > _LONGEST:
        return ""
    found = [(each, _off(name.lower(), each.lower())) for each in dict.fromkeys(known)]
    near = [(off, _apart(name, each), each) for each, off in found if off is not None]
    return min(near, key=lambda each: each[:2])[2] if near else ""


def _apart(name: str, known: str) -> int:
    """Tell how far the letters are from each other in the alphabet: W3 is meant for W2, not W1."""
    return sum(abs(ord(a) - ord(b)) for a, b in zip(name.lower(), known.lower(), strict=False))


def _off(name: str, known: str) -> int | None:
    """Count the wrong letters, None where it is another word."""
    off = distance(name, known)
    longest = max(len(name), len(known))
    most = min(max(1, int(_SHARE * longest)), longest - 1)
    begins = min(len(name), len(known)) > 2 and (known.startswith(name) or name.startswith(known))
    return off if off <= most or begins else None
