"""Passes that run the same lines have one form, others another: by what they compute and read."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import TypeVar

from msgspec import Struct

from nnscope.script.carried import Carried
from nnscope.script.errors import LostError
from nnscope.script.lines import Form
from nnscope.script.naming import first_name
from nnscope.script.reduce import OriginOf, Reduced, Slot, reduced
from nnscope.script.tape import Key, Node, Pass

Origin = TypeVar("Origin")


class KnownForm(Struct, eq=False):
    """A form that some passes have: `own` is what leads to the next values of what is carried.

    `costs` gives the operation that computes each cost, by that of the first pass.
    """

    number: int
    own: Reduced
    lines: Form
    costs: Mapping[Key, Key]

    def fits(self, found: Reduced, ends: Mapping[Key, Key]) -> bool:
        """Tell whether a pass computes the same, of the same; only what it is given may differ."""
        own = self.own
        origins = (*own.carried.items(), *own.inner.items())
        return (
            ends == self.lines.ends
            and all(_is_same(node, found.nodes.get(key)) for key, node in own.nodes.items())
            and all(origin in (found.carried.get(slot), found.inner.get(slot))
                    for slot, origin in origins)
            and not any(slot in found.carried or found.inner.get(slot) in found.dependent
                        for slot in own.given)
        )  # fmt: skip


def _is_same(node: Node, other: Node | None) -> bool:
    return other is not None and other.template == node.template


def ends_or_something(
    now: Pass, ends: Mapping[Key, Key], origin_of: OriginOf, opaque: Container[Key]
) -> list[Key]:
    """List what a pass has to show: what it carries on, or else the last that it computes of it."""
    if ends:
        return [*ends.values()]
    depending = reduced(now, [], origin_of, opaque).dependent
    for key in reversed([*now.keyed()]):
        try:
            if key in depending and reduced(now, [key], origin_of, opaque).nodes:
                return [key]
        except LostError:
            continue
    return []


def check_carried(own: Reduced, carried: Carried, iteration: int) -> None:
    """Raise `LostError` for what a pass reads of the one before that is not carried on."""
    for (key, _), origin in own.carried.items():
        if origin not in carried.held:
            raise LostError(own.nodes[key].site, f"reads in iteration {iteration} what the one "
                            "before computed, and what was not handed on until then")  # fmt: skip


def costs_of(
    now: Pass, costs: Iterable[Key], first: Reduced, is_there: Callable[[Key], bool]
) -> Iterator[tuple[Key, Key]]:
    """Yield for each cost the operation that computes it in a pass: the same one, or its name's.

    `first` has the costs of the first pass; `is_there` tells whether an operation can be shown.
    """
    known = now.keyed()
    for cost in costs:
        name = first_name(first.nodes[cost])
        named = [key for key, node in known.items()
                 if name[1] and first_name(node) == name and is_there(key)]  # fmt: skip
        if cost in known and is_there(cost):
            yield cost, cost
        elif named:
            yield cost, named[-1]


def borrowed(found: Reduced, donor: Reduced, key: Key) -> Reduced | None:
    """Add what leads to a cost in another form, for passes that do not compute it; None if unfit.

    A script may compute a cost now and then only.
    """
    needed = _leading_to(donor, key)
    if any(each in found.nodes and not _is_same(donor.nodes[each], found.nodes[each])
           for each in needed):  # fmt: skip
        return None
    order, last = [*found.nodes], 0
    for each in (each for each in donor.nodes if each in needed and each not in found.nodes):
        read = [order.index(inner) + 1 for slot, inner in donor.inner.items() if slot[0] == each]
        last = max([last, *read])
        order.insert(last, each)
        last += 1
    added = {*order} - found.nodes.keys()
    nodes = {**donor.nodes, **found.nodes}
    return Reduced(
        {each: nodes[each] for each in order},
        {**found.carried, **_of(donor.carried, added)},
        {**found.inner, **_of(donor.inner, added)},
        {**found.given, **_of(donor.given, added)},
        found.dependent,
    )


def _of(slots: Mapping[Slot, Origin], keys: Container[Key]) -> dict[Slot, Origin]:
    return {slot: each for slot, each in slots.items() if slot[0] in keys}


def _leading_to(donor: Reduced, key: Key) -> set[Key]:
    needed, waiting = {key}, [key]
    while waiting:
        here = waiting.pop()
        for slot, inner in donor.inner.items():
            if slot[0] == here and inner not in needed:
                needed.add(inner)
                waiting.append(inner)
    return needed
