"""The iterations of a training loop, recorded: their lines in all forms, and what they are fed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
from msgspec import Struct

from nnscope.program.order import MOST_FORMS
from nnscope.script.buffers import Buffers
from nnscope.script.carried import Carried
from nnscope.script.errors import AnewError, LostError
from nnscope.script.first_passes import (
    check_numbers,
    check_whole_numbers,
    numbers,
    reads_single,
    settled,
    start_at,
)
from nnscope.script.forms import KnownForm, borrowed, check_carried, costs_of, ends_or_something
from nnscope.script.instrument import Site
from nnscope.script.lines import Lines
from nnscope.script.memory import behind_boundary, copied
from nnscope.script.parts_of_arrays import Taken, View
from nnscope.script.record import Recorded, RecordedForm
from nnscope.script.reduce import (
    OriginOf,
    Reduced,
    Slot,
    dependent,
    differing,
    made_before,
    reduced,
)
from nnscope.script.steps import Variant
from nnscope.script.tape import Key, Known, Node, Operand, Pass, is_equal
from nnscope.script.trace import Made, Trace

_MOST_COSTS = 8
MOST_OPERATIONS = 50_000
"""Of an iteration: about two thousand examples of a small network, which take a minute to open."""


class _Reading(Struct, eq=False):
    """A later pass: what it makes of what is carried, the operations that it shows, and these."""

    ends: Mapping[Key, Key]
    wanted: list[Key]
    own: Reduced
    origin_of: OriginOf


class Recording:
    """The lines of the iterations, in as many forms as they have, and what they are fed.

    `carried` has what is handed on from pass to pass.
    """

    def __init__(
        self, sites: list[Site], known: Known, ends: list[Key], before: Pass, now: Pass
    ) -> None:
        check_size(now)
        self._before = before
        self._opaque = differing(before, now)
        second, self._starts = settled(ends, before, now, self._opaque)
        self._ends = [*dict.fromkeys([*ends, *second.carried.values()])]
        self._parameters = ends
        self._depending = dependent(before, self._origin_at_first)
        self._own = self._at_first(self._ends)
        check_numbers(self._own, self._ends)
        self._costs = [*islice(self._found_costs(now), _MOST_COSTS)]
        self._first = self._at_first([*self._ends, *self._costs])
        self._is_single = any(map(reads_single, self._first.nodes.values()))
        self._start: dict[str, Any] = {}
        self._fed: dict[str, list[tuple[int, Any]]] = {}
        self._checks: dict[int, dict[str, Any]] = {}
        self._origins: dict[str, Operand] = {}
        self._buffers = Buffers(known)
        self._apart: dict[tuple[int, str], dict[str, Operand]] = {}
        self._pending = set[int]()
        self._variant: Variant | None = None
        self.latest: tuple[int, Callable[[], dict[str, Any]]] | None = None
        self.iterations = 0
        self._begin(sites, before, now)
        self.add(before, now)
        self._before = now  # what the first pass has read is not looked at any more

    def _begin(self, sites: list[Site], before: Pass, now: Pass) -> None:
        """Record the first pass, with the form of its lines."""
        self.carried = Carried(self._ends, before)
        self.trace = Trace(now.loop, now.depth, self.carried.held)
        self._lines = Lines(sites, before.loop)
        costs = {key: key for key in self._costs}
        lines = self._lines.add(self._first, {key: key for key in self._ends}, costs,
                                self._changing(before, now))  # fmt: skip
        self._form = KnownForm(0, self._own, lines, costs)
        self._forms, self._turns = [self._form], [(0, 0)]
        self._keep_start()
        _mark(before, self._depending)
        self._take(self._first)

    def _changing(self, before: Pass, now: Pass) -> dict[Slot, Operand]:
        """Find what the first pass is given, and the second given with another value."""
        reading = self._reading(before, now)
        known = now.keyed()
        wanted = [*reading.wanted, *(key for key in self._costs if key in known)]
        later = reduced(now, wanted, reading.origin_of, self._opaque).given
        return {slot: later[slot] for slot, operand in self._first.given.items()
                if slot in later and not _is_equal(operand, later[slot])}  # fmt: skip

    def _origin_at_first(self, operand: Operand) -> Key | None:
        return start_at(self._starts, operand)

    def _at_first(self, ends: Iterable[Key]) -> Reduced:
        return reduced(self._before, ends, self._origin_at_first, self._opaque)

    def _reading(self, before: Pass, now: Pass) -> _Reading:
        """Reduce a later pass to what it makes of what is carried."""
        earlier = self.carried.told(before, self._depending)

        def origin_of(operand: Operand) -> Key | None:
            return earlier.get(id(operand.node))

        ends = self.carried.ends_of(now, origin_of)
        wanted = ends_or_something(now, ends, origin_of, self._opaque)
        own = reduced(now, wanted, origin_of, self._opaque)
        return _Reading(ends, wanted, own, origin_of)

    def _found_costs(self, now: Pass) -> Iterator[Key]:
        """Yield the numbers that may be the cost; a loop over examples has thousands."""
        found = numbers(self._before, now, self._ends)
        return (key for key in found if key not in self._ends and self._is_cost(key, now))

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

    def add(self, before: Pass, now: Pass) -> None:
        """Record a pass; raises `LostError` where it can't be followed."""
        if not now.number and self.iterations > 1 and not self._goes_on(before, now):
            raise AnewError(now.loop, "is run again, with other parameters")
        reading = self._reading(before, now)
        form, known = self._form_of(reading, now), now.keyed()
        costs = (key for key in form.costs.values() if key in known)
        found = reduced(now, [*reading.wanted, *costs], reading.origin_of, self._opaque)
        self._turn_to(form)
        earlier = self.carried.told(before)
        self.carried.take(reading.ends, now)
        self._depending = found.dependent
        _mark(now, found.dependent)
        self._take(found)
        self._variant = None
        if self.trace.root is None:
            self.trace = Trace(now.loop, now.depth, self.carried.held)
        if any(node.is_derived or node.is_written for node in now.nodes):
            return  # which arrays share memory is noted in passes recorded whole
        lines = self._form.lines
        given = [(slot, lines.given[slot], operand) for slot, operand in self._read(found)]
        made = Made(self._form.number, {key: lines.ids[key] for key in lines.ends.values()},
                    lines.ends, self.carried.held)  # fmt: skip
        self.trace.add(earlier, now, found, given, made)

    def _turn_to(self, form: KnownForm) -> None:
        """Note which form this iteration has, where it is another than that of the one before."""
        if form is not self._form:
            self._form = form
            self._turns.append((self.iterations, form.number))

    @property
    def _shown(self) -> str:
        return f"the {self.iterations} iterations before that are shown"

    def _form_of(self, reading: _Reading, now: Pass) -> KnownForm:
        """Find the form of a pass, or begin one."""
        is_complete = now.is_whole or reading.ends.keys() == self.carried.held.keys()
        for known in self._forms:
            if is_complete and known.fits(reading.own, reading.ends):
                return known
        if not now.is_whole:
            raise LostError(now.loop, f"was broken off in iteration {self.iterations}")
        if self.iterations == 1:
            check_whole_numbers(self._own)
        if len(self._forms) == MOST_FORMS:
            told = f"runs its lines in more than {MOST_FORMS} ways, by what its branches do"
            raise LostError(now.loop, f"{told}; {self._shown}")
        check_carried(reading.own, self.carried, self.iterations)
        form = self._new_form(reading, now)
        self._forms.append(form)
        self._keep_start()
        return form

    def _new_form(self, reading: _Reading, now: Pass) -> KnownForm:
        """Name the lines of a form; a cost that it does not compute is computed as in the first."""

        def is_there(key: Key) -> bool:
            try:
                return bool(reduced(now, [key], reading.origin_of, self._opaque).nodes)
            except LostError:
                return False

        costs = dict(costs_of(now, self._costs, self._first, is_there))
        wanted = [*reading.wanted, *costs.values()]
        found = reduced(now, wanted, reading.origin_of, self._opaque)
        for cost in self._costs:
            lent = borrowed(found, self._first, cost) if cost not in costs else None
            if lent is not None:
                found, costs[cost] = lent, cost
        lines = self._lines.add(found, reading.ends, costs, {})
        return KnownForm(len(self._forms), reading.own, lines, costs)

    def _keep_start(self) -> None:
        """Keep what the lines of a new form start from."""
        for id_, operand in self._lines.start.items():
            if id_ not in self._start:
                self._start[id_] = self._copied(operand.value)

    def _goes_on(self, before: Pass, now: Pass) -> bool:
        """Tell whether the first pass of a loop that is run again reads what the last one made."""
        held = {id(self.carried.held[key]) for key in self._parameters}
        return any(id(each.node) in held for node in now.nodes for each in node.operands)

    def follow(self, variant: Variant, values: list[Any], anew: set[int]) -> None:
        """Record a pass that did what one before it had done, but for what it was given."""
        self._pending |= anew
        if variant is not self._variant:
            self._variant = variant
            self._turn_to(self._forms[variant.form])
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
        self.carried.held = dict(self.trace.held)
        self._depending = {key for key, node in nodes.items() if node.depends}
        if self.latest is not None:  # what this pass changes in place is kept there
            self.latest = self.latest[0], partial(self._ends_in, nodes, self._form)

    def _take(self, found: Reduced) -> None:
        here, lines = dict[str, Operand](), self._form.lines
        for slot, operand in self._read(found):
            id_ = lines.given[slot]
            if id_ and not _is_equal(here.setdefault(id_, operand), operand):
                id_ = self._split(slot, operand)
            elif not id_ and not _is_equal(operand, lines.literals[slot]):
                id_ = self._begun(self._lines.split(lines, slot))
                self._start[id_] = self._copied(lines.literals[slot].value)
                self._fed[id_] = [(0, self._start[id_])]
            if id_:
                self._feed(id_, operand)
        self._taken(partial(self._ends_in, found.nodes, self._form))

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
        old = self._form.lines.given[slot]
        apart = self._apart.setdefault((self.iterations, old), {})
        known = [id_ for id_, same in apart.items() if _is_equal(same, operand)]
        id_ = self._begun(self._lines.split(self._form.lines, slot, *known[:1]))
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

        A cost may be computed otherwise.
        """
        own = self._form.own
        for key, number in own.given:
            yield (key, number), found.nodes[key].operands[number]
        known = self._form.lines.given.keys() - own.given.keys()
        yield from ((slot, found.given[slot]) for slot in found.given if slot in known)

    def _ends_in(self, nodes: Mapping[Key, Node], form: KnownForm) -> dict[str, Any]:
        lines = form.lines
        return {lines.ids[key]: np.array(nodes[key].result) for key in lines.ends.values()}

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
        first, *others = [RecordedForm(each.lines, lines.carried(each, self._ends))
                          for each in lines.forms]  # fmt: skip
        return Recorded(
            first.lines, self._start, lines.spelled, first.carried,
            {id_: values for id_, values in self._fed.items() if len(values) > 1},
            self.iterations, tuple(lines.ids[key] for key in self._costs), self._checks, error,
            tuple(lines.started[key] for key in self._parameters), buffers=self._buffers.kept,
            others=tuple(others), turns={"form": self._turns} if others else {},
        )  # fmt: skip


def check_size(now: Pass) -> None:
    """Raise `LostError` for an iteration with more operations than can be shown."""
    if len(now.nodes) > MOST_OPERATIONS:
        told = f"has {len(now.nodes):,} operations in an iteration, and nnscope can show"
        raise LostError(now.loop, f"{told} {MOST_OPERATIONS:,}: let it go over fewer examples")


def _mark(now: Pass, depending: set[Key]) -> None:
    """Note on the operations of a pass whether a parameter leads to them."""
    for key, node in now.keyed().items():
        node.depends = key in depending


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
