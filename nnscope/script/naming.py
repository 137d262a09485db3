"""What the values of a script are called: as the reader writes them, and by an id of their own."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, count
from keyword import iskeyword

from nnscope.expression.functions import FUNCTIONS
from nnscope.script.tape import Node

_RESERVED = {name.partition(".")[0] for name in FUNCTIONS}
_MOST = 40


class Naming:
    """Gives every value an id that only it has."""

    def __init__(self) -> None:
        self.spelled: dict[str, str] = {}
        self._numbers: dict[str, Iterator[int]] = {}  # what comes behind each stem next

    def id_of(self, spelled: str) -> str:
        """Make an id of how a value is written: `params["W1"]` becomes `params_W1`."""
        stem = re.sub(r"\W+", "_", spelled).strip("_")[:_MOST] or "value"
        stem = f"value_{stem}" if stem[0].isdigit() else stem
        numbers = self._numbers.setdefault(stem, count(2))
        is_free = stem.isascii() and not iskeyword(stem) and stem not in _RESERVED
        known = [stem] if is_free else []
        id_ = next(each for each in chain(known, (f"{stem}_{number}" for number in numbers))
                   if each not in self.spelled)  # fmt: skip
        self.spelled[id_] = spelled
        return id_


def written(node: Node) -> str:
    """Give what the script calls a value: its name outside of functions before those inside."""
    return first_name(node)[1]


def first_name(node: Node) -> tuple[int, str]:
    """Give that name with how deep in calls the value has it; empty where it has none."""
    names = sorted(node.names, key=lambda each: (each[0], not each[1].isidentifier()))
    return names[0] if names else (0, "")


def numbered(nodes: Sequence[Node], name: str, loop: int) -> list[str]:
    """Name values that a loop over layers gives the same name, by the number of the layer.

    That is what an inner loop counts with, where it counts up; `loop` is the training loop.
    """
    counters = [each.pass_.counter if each.pass_ and each.pass_.loop != loop else None
                for each in nodes]  # fmt: skip
    known = [each for each in counters if each is not None]
    is_plain = name.isidentifier() and not name[-1].isdigit()
    if len(known) < len(nodes) or known != sorted({*known}) or not is_plain or len(nodes) < 2:
        return [name] * len(nodes)
    return [f"{name}{counter}" for counter in known]
