"""A script without a training loop: what it computes once, from its data to its results."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnscope.expression.syntax import Index, Transpose
from nnscope.script.errors import LostError
from nnscope.script.instrument import Site
from nnscope.script.lines import Lines
from nnscope.script.memory import copied
from nnscope.script.record import Recorded
from nnscope.script.reduce import Reduced, reduced
from nnscope.script.tape import Key, Node, Pass

MOST_NODES, _MOST_LINES = 20_000, 1_000
MOST_BYTES = 2**27
"""How many operations are kept, of how large results: what is more is no single pass forward."""

_NUMBERS = "fiub"


def straight(now: Pass, sites: Sequence[Site]) -> Recorded | None:
    """Record what a script computes outside of training, as one iteration that carries nothing.

    None where that is nothing, or more than anybody would read line by line. Raises `LostError`
    where something on the way is not in the language.
    """
    try:
        found = reduced(now, _results(now), lambda _: None)
    except LostError:
        return None
    if not found.nodes or not all(map(_is_number, _given(found))):
        return None
    _check(now, found)
    lines = Lines(sites, now.loop)
    form = lines.add(found, {}, {key: key for key in _results(now)}, {})
    if len(form.lines) > _MOST_LINES:
        return None
    start = {id_: copied(operand.value) for id_, operand in lines.start.items()}
    ends = {form.ids[key]: np.array(found.nodes[key].result) for key in _results(now)}
    costs = tuple(id_ for id_, value in ends.items() if not value.ndim)
    return Recorded(form.lines, start, lines.spelled, iterations=1, costs=costs, checks={0: ends})


def _check(now: Pass, found: Reduced) -> None:
    """Raise `LostError` where a line reads what the language lacks, and a line leads to that."""
    lost = _lost(now)
    for operand in found.given.values():
        if id(operand.node) in lost:
            told = "is not in nnscope's language yet, and what follows depends on it"
            raise LostError(lost[id(operand.node)].site, told)


def _lost(now: Pass) -> Mapping[int, Node]:
    """List what the language lacks and computed numbers lead to; labels, whole numbers, are none.

    What is only led to by labels is data, such as the cells that they choose.
    """
    computed, lost = set[int](), dict[int, Node]()
    for node in now.nodes:
        is_led = any(id(each.node) in computed for each in node.operands if each.node is not None)
        if is_led or (node.template is not None and np.asarray(node.result).dtype.kind == "f"):
            computed.add(id(node))
        if is_led and node.template is None:
            lost[id(node)] = node
    return lost


def _given(found: Reduced) -> list[Any]:
    return [operand.value for operand in found.given.values()]


def _is_number(value: Any) -> bool:
    return np.asarray(value).dtype.kind in _NUMBERS


def _results(now: Pass) -> list[Key]:
    """List what the script computes and no other operation reads: others are steps on the way.

    A part of an array, as it is given to be drawn, is nothing computed.
    """
    read, found = set[int](), list[Key]()
    for key, node in reversed(now.keyed().items()):
        is_read = id(node) in read
        if _is_computed(node) and not is_read:
            found.append(key)
        if node.template is not None and (is_read or _is_computed(node)):
            read |= {id(each.node) for each in node.operands}
    return found[::-1]


def _is_computed(node: Node) -> bool:
    is_part = isinstance(node.template, Index | Transpose | None)
    is_number = isinstance(node.result, np.ndarray | np.number | float)
    is_alone = not np.ndim(node.result) and all(each.node is None for each in node.operands)
    return is_number and not is_part and not is_alone and _is_exact(node.result)


def _is_exact(value: Any) -> bool:
    return np.asarray(value).dtype in (np.float64, np.int64)
