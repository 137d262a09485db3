"""The first two passes of a training loop: what is carried from one to the next, and its start."""

from collections.abc import Container, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from nnscope.expression.number_types import DOUBLE, SINGLE, WHOLE
from nnscope.script.errors import LostError
from nnscope.script.reduce import OriginOf, Reduced, Slot, dependent, made_before, reduced, running
from nnscope.script.tape import Key, Node, Operand, Pass


def check_numbers(found: Reduced, ends: Iterable[Key]) -> None:
    """Raise `LostError` for a carried value of other numbers than the engine's: it would round."""
    starts = [(key, found.nodes[key].operands[number].value) for key, number in found.carried]
    for (site, _), value in [*starts, *((key, found.nodes[key].result) for key in ends)]:
        kind = np.asarray(value).dtype
        if kind not in (SINGLE, DOUBLE, WHOLE):
            told = f"has numbers of {kind}, and nnscope computes in float64 and float32"
            raise LostError(site, told)
    for (_, value), end in zip(starts, found.carried.values(), strict=True):
        _check_change(end[0], value, found.nodes[end].result)


def check_whole_numbers(first: Reduced) -> None:
    """Raise `LostError` for what starts as a whole number of Python, and is not shown as one.

    Such numbers have no identity: what the first pass computes of them can't be followed.
    """
    for key, number in first.carried:
        operand = first.nodes[key].operands[number]
        if operand.node is None and isinstance(operand.object, int):
            told = "reads another value in iteration 1 than in the first"
            raise LostError(first.nodes[key].site, told)


def _check_change(site: int, start: Any, end: Any) -> None:
    """Raise `LostError` for a number that is an array at the other end of the first iteration.

    The same for 32 bits at one end of it. An array that gets another shape is shown: it is a slip.
    """
    if np.shape(start) != np.shape(end) and not (np.ndim(start) and np.ndim(end)):
        told = f"has the shape {np.shape(start)} before the loop and {np.shape(end)}"
        raise LostError(site, f"{told} after its first iteration: nnscope carries on one shape")
    first, last = np.asarray(start).dtype, np.asarray(end).dtype
    if SINGLE in (first, last) and first != last and isinstance(start, np.ndarray | np.generic):
        told = f"has numbers of {first} before the loop and of {last} after its first iteration"
        raise LostError(site, f"{told}: nnscope carries on one type, so make it one beforehand")


def reads_single(node: Node) -> bool:
    """Tell whether an operation reads or makes numbers of float32."""
    values = (node.result, *(each.object for each in node.operands))
    return any(getattr(each, "dtype", None) == SINGLE for each in values)


def _closed(ends: list[Key], now: Pass, origin_of: OriginOf, opaque: Container[Key]) -> Reduced:
    """Reduce a pass to what all its ends need: what they read of the pass before is an end too."""
    wanted = [*ends]
    while True:
        found = reduced(now, wanted, origin_of, opaque)
        more = {*found.carried.values()} - {*wanted}
        if not more:
            return found
        wanted += more


def settled(
    ends: list[Key], first: Pass, now: Pass, opaque: Container[Key]
) -> tuple[Reduced, dict[int, Key]]:
    """Reduce the second pass, and find what the first one started from.

    Carried is what the first pass made of that: what only data leads to is given anew instead.
    """
    starts = _starts_at(_reading(ends, first, now), first)
    while True:
        depending = dependent(first, partial(start_at, starts))
        second = _closed(ends, now, made_before(first, depending), opaque)
        found = _starts_at(second.carried, first)
        if found.keys() <= starts.keys():
            return second, starts
        starts |= found


def _reading(ends: list[Key], first: Pass, now: Pass) -> dict[Slot, Key]:
    """List the operands of the second pass that are the parameters which the first one made."""
    origin_of = made_before(first, ends)
    return {(key, number): origin for key, node in now.keyed().items()
            for number, operand in enumerate(node.operands)
            if (origin := origin_of(operand)) is not None}  # fmt: skip


def _starts_at(carried: Mapping[Slot, Key], first: Pass) -> dict[int, Key]:
    """Find what the first pass has where the second has what is carried."""
    nodes, found = first.keyed(), dict[int, Key]()
    for (key, number), origin in carried.items():
        if key in nodes and number < len(nodes[key].operands):
            found[identity(nodes[key].operands[number])] = origin
    return found


def start_at(starts: Mapping[int, Key], operand: Operand) -> Key | None:
    """Find what an operand of the first pass starts as, by the operation of its next value."""
    return starts.get(identity(operand))


def identity(operand: Operand) -> int:
    """Tell an operand by what made it, or by its place where that is not known: a whole number."""
    return id(operand) if operand.node is None else id(operand.node)


def numbers(first: Pass, now: Pass, ends: Iterable[Key]) -> list[Key]:
    """List the single numbers of a pass that have a name, or are added up; the last first."""
    nodes = first.keyed()
    keys = {id(node): key for key, node in nodes.items()}
    sums = {*running(first, now)} - {*ends}
    for total in sums:
        for operand in nodes[total].operands if total in nodes else ():
            term = operand.node
            is_number = term is not None and isinstance(term.result, float | np.float32)
            if term is not None and is_number and id(term) in keys and not term.names:
                term.names += [(0, f"{name}_added") for _, name in nodes[total].names[:1]]
    return [key for key, node in reversed(nodes.items())
            if _is_number(node.result) and node.names]  # fmt: skip


def _is_number(value: object) -> bool:
    """Tell whether a value is one real number; an array without axes is one too."""
    is_array = isinstance(value, np.ndarray) and value.dtype in (DOUBLE, SINGLE) and not value.ndim
    return isinstance(value, float | np.float32) or is_array
