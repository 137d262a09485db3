"""The iterations of a training loop, recorded: the lines of the first, and what all are fed."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from nnscope.expression.number_types import DOUBLE, SINGLE, WHOLE
from nnscope.script.buffers import Buffers
from nnscope.script.errors import LostError
from nnscope.script.instrument import Site
from nnscope.script.lines import Lines
from nnscope.script.memory import behind_boundary, copied
from nnscope.script.parts_of_arrays import Taken, View
from nnscope.script.record import Recorded
from nnscope.script.reduce import (
    OriginOf,
    Reduced,
    Slot,
    dependent,
    differing,
    made_before,
    reduced,
    running,
)
from nnscope.script.steps import Variant
from nnscope.script.tape import Key, Known, Node, Operand, Pass
from nnscope.script.trace import Trace, is_equal

_MOST_COSTS = 8
MOST_OPERATIONS = 50_000
"""Of an iteration: about two thousand examples of a small network, which take a minute to open."""


class Recording:
    """The lines of the iteration, as the first pass has them, and what later ones are fed."""

    def __init__(
        self, sites: list[Site], known: Known, ends: list[Key], before: Pass, now: Pass
    ) -> None:
        check_size(now)
        self._before = before
        self._opaque = differing(before, now)
        second, self._starts = _settled(ends, before, now, self._opaque)
        self._ends = [*dict.fromkeys([*ends, *second.carried.values()])]
        self._parameters = ends
        self._depending = dependent(before, self._origin_at_first)
        self._own = self._at_first(self._ends)
        _check_numbers(self._own, self._ends)
        self._costs = [*islice(self._found_costs(now), _MOST_COSTS)]
        self._first = self._at_first([*self._ends, *self._costs])
        later = self._reduced(before, now).given
        changing = {slot: later[slot] for slot, operand in self._first.given.items()
                    if slot in later and not _is_equal(operand, later[slot])}  # fmt: skip
        self.trace = Trace(now.loop, now.depth)
        self._lines = Lines(self._first, self._ends, self._costs, sites, changing, before.loop)
        self._is_single = any(map(_reads_single, self._first.nodes.values()))
        self._start = {id_: self._copied(operand.value)
                       for id_, operand in self._lines.start.items()}  # fmt: skip
        self._fed: dict[str, list[tuple[int, Any]]] = {}
        self._checks: dict[int, dict[str, Any]] = {}
        self._origins: dict[str, Operand] = {}
        self._buffers = Buffers(known)
        self._apart: dict[tuple[int, str], dict[str, Operand]] = {}
        self._pending = set[int]()
        self._variant: Variant | None = None
        self.latest: tuple[int, Callable[[], dict[str, Any]]] | None = None
        self.iterations = 0
        self._take(self._own)
        self.add(before, now)
        self._before = now  # what the first pass has read is not looked at any more

    def _origin_at_first(self, operand: Operand) -> Key | None:
        return self._starts.get(_identity(operand))

    def _at_first(self, ends: Iterable[Key]) -> Reduced:
        return reduced(self._before, ends, self._origin_at_first, self._opaque)

    def _reduced(self, before: Pass, now: Pass) -> Reduced:
        """Reduce a later pass; a cost may be computed in some passes only."""
        known = now.keyed()
        wanted = [*self._ends, *(key for key in self._costs if key in known)]
        return reduced(now, wanted, made_before(before, self._depending), self._opaque)

    def _found_costs(self, now: Pass) -> Iterator[Key]:
        """Yield the numbers that may be the cost; a loop over examples has thousands."""
        numbers = _numbers(self._before, now, self._ends)
        return (key for key in numbers if key not in self._ends and self._is_cost(key, now))

    def _is_cost(self, key: Key, now: Pass) -> bool:
        """Tell whether a number depends on parameters, and on nothing else that changes unseen.

        A running sum is none: in the second pass it reads what it was in the first.
        """
        try:
            own = self._at_first([key])
            again = own
            if key in now.keyed():
                origin_of = made_before(self._before, self._depending)
                again = reduced(now, [key], origin_of, self._opaque)
        except LostError:
            return False
        inside: set[int] = (
            set() if key in now.keyed() else {id(node) for node in self._before.nodes}
        )
        fed = {id(each.node) for each in self._own.given.values()}
        origins = {id(each.node) for each in own.given.values() if each.node is not None}
        is_known = {*again.carried.values()} <= {*self._ends} and not (origins & inside) - fed
        return bool(own.carried) and is_known

    def add(self, before: Pass, now: Pass) -> set[Key]:
        """Record a pass; give what of it depends on the one before.

        Raises `LostError` where it does something else than the first.
        """
        if not now.number and self.iterations > 1 and not self._goes_on(before, now):
            shown = f"the {self.iterations} iterations before that are shown"
            raise LostError(now.loop, f"is run again, with other parameters; {shown}")
        found, own = self._reduced(before, now), self._own
        for key, node in own.nodes.items():
            if key not in found.nodes or found.nodes[key].template != node.template:
                raise LostError(node.site, f"is not computed in iteration {self.iterations}, "
                                           "which nnscope can't show yet")  # fmt: skip
        for slot, origin in (*own.carried.items(), *own.inner.items()):
            if origin not in (found.carried.get(slot), found.inner.get(slot)):
                raise LostError(found.nodes[slot[0]].site, f"reads another value in iteration "
                                f"{self.iterations} than in the first")  # fmt: skip
        self._depending = found.dependent
        for key, node in now.keyed().items():
            node.depends = key in found.dependent
        self._take(found)
        self._variant = None
        if self.trace.root is None:
            self.trace = Trace(now.loop, now.depth)
        if any(node.is_derived or node.is_written for node in now.nodes):
            return found.dependent  # which arrays share memory is noted in passes recorded whole
        given = [(slot, self._lines.given[slot], operand) for slot, operand in self._read(found)]
        self.trace.add(before, now, found, given, {key: self._lines.ids[key] for key in self._ends})
        return found.dependent

    def _goes_on(self, before: Pass, now: Pass) -> bool:
        """Tell whether the first pass of a loop that is run again reads what the last one made."""
        origin_of = made_before(before, self._parameters)
        return any(origin_of(each) is not None for node in now.nodes for each in node.operands)

    def follow(self, variant: Variant, values: list[Any], anew: set[int]) -> None:
        """Record a pass that did what one before it had done, but for what it was given."""
        self._pending |= anew
        if variant is not self._variant:
            self._variant = variant
            self._pending |= {place for place, ids in variant.watched.items()
                              if any(self._origins[each].object is not values[place]
                                     for each in ids)}  # fmt: skip
        if self._pending:
            self._feed_pending(variant, values)
        for id_, places in variant.several:
            self._split_places(id_, places, values)
        for id_, place in variant.fed:
            self._feed(id_, Operand(None, values[place]))
        self._taken(lambda: {id_: np.array(values[place]) for id_, place in variant.ends.items()})

    def _feed_pending(self, variant: Variant, values: list[Any]) -> None:
        """Note what came from outside; what this pass does not read, with one that does."""
        for place in self._pending & variant.watched.keys():
            for id_ in variant.watched[place]:
                self._feed(id_, Operand(None, values[place]))
        self._pending -= variant.watched.keys()

    def resume(self, before: Pass) -> None:
        """Take up what the pass before has made, which was not recorded whole."""
        nodes = before.keyed()
        self._depending = {key for key, node in nodes.items() if node.depends}
        if self.latest is not None:  # what this pass changes in place is kept there
            self.latest = self.latest[0], partial(self._ends_in, nodes)

    def _take(self, found: Reduced) -> None:
        here = dict[str, Operand]()
        for slot, operand in self._read(found):
            id_ = self._lines.given[slot]
            if id_ and not _is_equal(here.setdefault(id_, operand), operand):
                id_ = self._split(slot, operand)
            elif not id_ and not _is_equal(operand, self._first.given[slot]):
                id_ = self._begun(self._lines.split(slot))
                self._start[id_] = self._copied(self._first.given[slot].value)
                self._fed[id_] = [(0, self._start[id_])]
            if id_:
                self._feed(id_, operand)
        self._taken(partial(self._ends_of, found))

    def _split_places(
        self, id_: str, places: Mapping[int, Sequence[Slot]], values: Sequence[Any]
    ) -> None:
        """See that the places of a variable have one value; give others a variable of their own."""
        first, *_ = places
        for place, slots in places.items():
            if not is_equal(values[first], values[place]):
                operand = Operand(None, values[place])
                for slot in slots:
                    self._feed(self._split(slot, operand), operand)

    def _split(self, slot: Slot, operand: Operand) -> str:
        """Give an operand a variable of its own: it was the same as others by chance until now."""
        old = self._lines.given[slot]
        apart = self._apart.setdefault((self.iterations, old), {})
        known = [id_ for id_, same in apart.items() if _is_equal(same, operand)]
        id_ = self._begun(self._lines.split(slot, *known[:1]))
        if not known:
            apart[id_] = operand
            self._start[id_] = self._start[old]
            self._fed[id_] = [told for told in self._fed[old] if told[0] < self.iterations]
        return id_

    def _begun(self, id_: str) -> str:
        """Begin a variable that there was not until now; passes are followed along anew."""
        self.trace.root = None
        self._origins[id_] = Operand(None, None)
        return id_

    def _taken(self, ends: Callable[[], dict[str, Any]]) -> None:
        """Count an iteration; keep what it has made now and then, so that it can be compared."""
        if self.iterations < 3 or (self.iterations & (self.iterations - 1)) == 0:
            self._checks[self.iterations] = ends()
        self.latest = self.iterations, ends
        self.iterations += 1

    def _read(self, found: Reduced) -> Iterator[tuple[Slot, Operand]]:
        """Yield what the lines read that no parameter leads to, also where this pass computes it.

        Raises `LostError` where a parameter leads to it here. A cost may be computed otherwise.
        """
        for slot in self._own.given:
            key, number = slot
            if slot in found.carried or found.inner.get(slot) in found.dependent:
                raise LostError(found.nodes[key].site, "reads what a parameter leads to in "
                                f"iteration {self.iterations}, and did not before")  # fmt: skip
            yield slot, found.nodes[key].operands[number]
        known = self._lines.given.keys() - self._own.given.keys()
        yield from ((slot, found.given[slot]) for slot in found.given if slot in known)

    def _ends_of(self, found: Reduced) -> dict[str, Any]:
        return self._ends_in(found.nodes)

    def _ends_in(self, nodes: Mapping[Key, Node]) -> dict[str, Any]:
        return {self._lines.ids[key]: np.array(nodes[key].result) for key in self._ends}

    def _feed(self, id_: str, operand: Operand) -> None:
        """Note a value, where it is not the one of the iteration before."""
        told = self._fed.setdefault(id_, [])
        if told and self._origins[id_].node is operand.node is not None:
            self._origins[id_] = operand
            return
        value = self._told(operand.value)
        if not told:
            self._start[id_] = self._copied(operand.value)
        if not told or not _is_same(told[-1][1], value):
            told.append((self.iterations, value))
        self._origins[id_] = operand

    def _copied(self, value: Any) -> Any:
        """Copy a value; beside float32 a number of Python's is not the same as one of NumPy's."""
        is_python = self._is_single and type(value) in (int, float)
        return value if is_python else copied(value)

    def _told(self, value: Any) -> Any:
        """Give a value as a part of what was kept, or copy it."""
        is_array = isinstance(value, np.ndarray)
        return self._buffers.told(value) if is_array else self._copied(value)

    def recorded(self, error: str, is_last: bool) -> Recorded:
        """Give what was recorded so far."""
        if is_last and self.latest is not None:
            iteration, ends = self.latest
            self._checks[iteration] = ends()
        lines = self._lines
        return Recorded(
            lines.lines, self._start, lines.spelled, lines.carried,
            {id_: values for id_, values in self._fed.items() if len(values) > 1},
            self.iterations, tuple(lines.ids[key] for key in self._costs), self._checks, error,
            tuple(lines.started[key] for key in self._parameters), buffers=self._buffers.kept,
        )  # fmt: skip


def check_size(now: Pass) -> None:
    """Raise `LostError` for an iteration with more operations than can be shown."""
    if len(now.nodes) > MOST_OPERATIONS:
        told = f"has {len(now.nodes):,} operations in an iteration, and nnscope can show"
        raise LostError(now.loop, f"{told} {MOST_OPERATIONS:,}: let it go over fewer examples")


def _check_numbers(found: Reduced, ends: Iterable[Key]) -> None:
    """Raise `LostError` for a carried value of other numbers than the engine's: it would round."""
    starts = [(key, found.nodes[key].operands[number].value) for key, number in found.carried]
    for (site, _), value in [*starts, *((key, found.nodes[key].result) for key in ends)]:
        kind = np.asarray(value).dtype
        if kind not in (SINGLE, DOUBLE, WHOLE):
            told = f"has numbers of {kind}, and nnscope computes in float64 and float32"
            raise LostError(site, told)
    for (_, value), end in zip(starts, found.carried.values(), strict=True):
        _check_change(end[0], value, found.nodes[end].result)


def _check_change(site: int, start: Any, end: Any) -> None:
    """Raise `LostError` where what is carried on has 32 bits at one end of the first iteration."""
    first, last = np.asarray(start).dtype, np.asarray(end).dtype
    if SINGLE in (first, last) and first != last and isinstance(start, np.ndarray | np.generic):
        told = f"has numbers of {first} before the loop and of {last} after its first iteration"
        raise LostError(site, f"{told}: nnscope carries on one type, so make it one beforehand")


def _reads_single(node: Node) -> bool:
    """Tell whether an operation reads or makes numbers of float32."""
    values = (node.result, *(each.object for each in node.operands))
    return any(getattr(each, "dtype", None) == SINGLE for each in values)


def _is_equal(a: Operand, b: Operand) -> bool:
    """Tell whether two operands are the same number, or the same object."""
    return is_equal(a.object, b.object)


def _is_same(a: Any, b: Any) -> bool:
    """Compare two arrays bit for bit, and how they lie in memory; or two parts, or two numbers."""
    if isinstance(a, View | Taken) or isinstance(b, View | Taken):
        return isinstance(a, View | Taken) and a.is_same(b)
    if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)):
        return type(a) is type(b) and repr(a) == repr(b)
    is_alike = (a.shape, a.dtype, a.strides) == (b.shape, b.dtype, b.strides)
    is_alike &= behind_boundary(a) == behind_boundary(b)
    return bool(is_alike and a.tobytes() == b.tobytes())


def _closed(ends: list[Key], now: Pass, origin_of: OriginOf, opaque: Container[Key]) -> Reduced:
    """Reduce a pass to what all its ends need: what they read of the pass before is an end too."""
    wanted = [*ends]
    while True:
        found = reduced(now, wanted, origin_of, opaque)
        more = {*found.carried.values()} - {*wanted}
        if not more:
            return found
        wanted += more


def _settled(
    ends: list[Key], first: Pass, now: Pass, opaque: Container[Key]
) -> tuple[Reduced, dict[int, Key]]:
    """Reduce the second pass, and find what the first one started from.

    Carried is what the first pass made of that: what only data leads to is given anew instead.
    """
    starts = _starts_at(_reading(ends, first, now), first)
    while True:
        depending = dependent(first, partial(_start_of, starts))
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
            found[_identity(nodes[key].operands[number])] = origin
    return found


def _start_of(starts: Mapping[int, Key], operand: Operand) -> Key | None:
    return starts.get(_identity(operand))


def _identity(operand: Operand) -> int:
    """Tell an operand by what made it, or by its place where that is not known: a whole number."""
    return id(operand) if operand.node is None else id(operand.node)


def _numbers(first: Pass, now: Pass, ends: Iterable[Key]) -> list[Key]:
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
