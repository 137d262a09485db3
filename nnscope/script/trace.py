"""Passes of the training loop as traces, along which later passes are followed.

Most passes do what one before them did. What was found out about that one holds for them too, as
long as they come to the same places in the same order and read what comes from the same sources;
only what they are given from outside may be another. So they need not be recorded whole. This is
how tracing compilers run loops: a trace with guards, and branches where a pass took another way (A.
Gal and others, "Trace-based just-in-time type specialization for dynamic languages", PLDI 2009).
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from nnscope.script.carried import another
from nnscope.script.reduce import Reduced, Slot
from nnscope.script.steps import NOTHING, Places, Step, Variant
from nnscope.script.tape import Key, Known, Node, Operand, Pass, root_of
from nnscope.script.ways import Ways

_MOST_VARIANTS = 64


class Made(Struct, frozen=True, eq=False):
    """What a pass has made: the form of its lines, and what it carries on.

    `ends` are the variables of the next values, by their operations. `carried` gives the operation
    that makes what is carried on, by that of the first pass; `held` what holds it.
    """

    form: int
    ends: Mapping[Key, str]
    carried: Mapping[Key, Key]
    held: Mapping[Key, Node]


class Trace:
    """The ways that the passes of a loop have taken, as a tree of steps.

    `root` is the first step. `last` is the variant of the pass before, and its values. `held` has
    what holds each carried value, as of the pass before that was given whole.
    """

    def __init__(self, loop: int, depth: int, held: Mapping[Key, Node]) -> None:
        self.loop, self.depth = loop, depth
        self.held = dict(held)
        self._nodes = dict[Key, Node]()
        self.places = Places()
        self.root: Step | None = None
        self.last: tuple[Variant, list[Any]] | None = None
        self._variants: list[Variant] = []

    def add(
        self,
        earlier: Mapping[int, Key],
        now: Pass,
        found: Reduced,
        given: Sequence[tuple[Slot, str, Operand]],
        made: Made,
    ) -> None:
        """Add the way of a pass that was recorded whole.

        `earlier` gives by identity what the operations of the pass before are called in this one.
        `given` are the operands that it was given, with the variables that they are, or none for a
        number that is written down.
        """
        self.last = None
        if len(self._variants) >= _MOST_VARIANTS:
            return
        for of in made.held:
            self.places.of_earlier(of)  # what a pass leaves as it is has to be there for the next
        way = Ways(self.places, self.root, earlier, now, found)
        steps = way.steps()
        for place, value in way.objects.items():
            self.places.base[place] = value
        variant = self._variant(steps, found, given, made)
        self._variants.append(variant)
        way.end(variant)
        self.root = way.root
        self._arrange()
        values = self.places.base.copy()
        for of, node in made.held.items():
            values[self.places.earlier[of]] = node.result
        for key, node in now.keyed().items():
            values[steps[key].result] = node.result
        self.last = variant, values

    def _variant(
        self,
        steps: Mapping[Key, Step],
        found: Reduced,
        given: Sequence[tuple[Slot, str, Operand]],
        made: Made,
    ) -> Variant:
        fed, watched = list[tuple[str, int]](), dict[int, list[str]]()
        of = dict[str, dict[int, list[Slot]]]()
        for (key, number), id_, operand in given:
            place = self._kept(steps, steps[key].operands[number], operand)
            if not id_:
                self.places.literals[place] = operand.object
            elif place in of.setdefault(id_, {}):
                of[id_][place].append((key, number))
            else:
                of[id_][place] = [(key, number)]
                if len(of[id_]) > 1:
                    continue  # it has the value of the first of its places
                if place in self.places.outside:
                    watched.setdefault(place, []).append(id_)
                else:
                    fed.append((id_, place))
        several = [(id_, places) for id_, places in of.items() if len(places) > 1]
        places = {key: step.result for key, step in steps.items()}
        told_ends = {id_: places[key] for key, id_ in made.ends.items()}
        free = [(key[0], place) for key, place in places.items()
                if key not in found.dependent]  # fmt: skip
        called = self._called(made.carried, places)
        told = {called[key]: place for key, place in places.items()}
        told |= {of: self.places.earlier[of] for of in self.held if of not in made.carried}
        return Variant(places, found.dependent, fed, watched, several, told_ends, free, made.form,
                       made.carried, told)  # fmt: skip

    def _kept(self, steps: Mapping[Key, Step], place: int, operand: Operand) -> int:
        """Give the place of what an operand was, also where the pass changes it in place."""
        if operand.node is None or operand.node.kept is None:
            return place
        for step in steps.values():
            if step.is_change and place in step.operands:
                step.keeps = step.keeps or (place, self.places.add())
                return step.keeps[1]
        return place

    def _arrange(self) -> None:
        """Find for each variant where the next pass has what it made."""
        earlier = self.places.earlier
        for variant in self._variants:
            variant.moves = [(place, variant.made[key]) for key, place in earlier.items()
                             if key in variant.made]  # fmt: skip

    def _called(self, carried: Mapping[Key, Key], keys: Iterable[Key]) -> dict[Key, Key]:
        """Give what the operations of a pass are called in the next one; see `Carried.told`."""
        of = {own: key for key, own in carried.items()}
        return {key: of.get(key) or (another(key) if key in self.held else key) for key in keys}

    def begun(self) -> list[Any]:
        """Give the values that a pass begins with."""
        assert self.last is not None
        values = self.places.base.copy()
        variant, before = self.last
        for place, origin in variant.moves:
            values[place] = before[origin]
        return values

    def forget(self, values: list[Any], memory: Container[int]) -> None:
        """Forget what the pass before has made in memory that was changed since."""
        assert self.last is not None
        for place, _ in self.last[0].moves:
            if _is_in(values[place], memory):
                values[place] = NOTHING

    def whole(self, known: Known, touched: Container[int]) -> Pass:
        """Give the pass before as if it had been recorded whole; its operands are not known.

        What was changed since in memory that was `touched` is known better.
        """
        assert self.last is not None
        variant, values = self.last
        found, nodes = Pass(self.loop, 0, self.depth, is_whole=True), dict[Key, Node]()
        for key, place in variant.places.items():
            node = nodes[key] = Node(key[0], (), found, None, ())
            node.path = key[1][0]
            node.result, node.depends = values[place], key in variant.dependent
            found.nodes.append(node)
        for of in self.held:
            if of in variant.carried:
                self.held[of] = nodes[variant.carried[of]]
            else:
                self.held[of] = nodes[another(of)] = Node(of[0], (), found, None, (), depends=True)
                self.held[of].result = values[self.places.earlier[of]]
        called = self._called(variant.carried, nodes)
        self._nodes = {called[key]: node for key, node in nodes.items()} | self.held
        for node in nodes.values():
            if not _is_in(node.result, touched):
                known.put(node.result, node)
        return found

    def keep_known(self, known: Known) -> None:
        """Have it known of the arrays that a pass made of data alone; a later one may read them."""
        assert self.last is not None
        variant, values = self.last
        for site, place in variant.free:
            if isinstance(values[place], np.ndarray):
                known.put(values[place], Node(site, (), None, None, ()))

    def nodes_before(self) -> dict[int, Node]:
        """Give what the pass before has made, by the places where this one reads it.

        That pass was given by `whole`.
        """
        nodes = self._nodes
        return {place: nodes[key] for key, place in self.places.earlier.items() if key in nodes}


def _is_in(value: Any, memory: Container[int]) -> bool:
    return isinstance(value, np.ndarray) and id(root_of(value)) in memory
