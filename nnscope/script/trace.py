"""Passes of the training loop as traces, along which later passes are followed.

Most passes do what one before them did. What was found out about that one holds for them too, as
long as they come to the same places in the same order and read what comes from the same sources;
only what they are given from outside may be another. So they need not be recorded whole. This is
how tracing compilers run loops: a trace with guards, and branches where a pass took another way (A.
Gal and others, "Trace-based just-in-time type specialization for dynamic languages", PLDI 2009).
"""

from collections.abc import Container, Mapping, Sequence
from typing import Any

import numpy as np

from nnscope.script.reduce import Reduced, Slot
from nnscope.script.steps import NOTHING, Places, Step, Variant
from nnscope.script.tape import Key, Known, Node, Operand, Pass, root_of
from nnscope.script.ways import Ways

_MOST_VARIANTS = 64


class Trace:
    """The ways that the passes of a loop have taken, as a tree of steps.

    `root` is the first step. `last` is the variant of the pass before, and its values.
    """

    def __init__(self, loop: int, depth: int) -> None:
        self.loop, self.depth = loop, depth
        self.places = Places()
        self.root: Step | None = None
        self.last: tuple[Variant, list[Any]] | None = None
        self._variants: list[Variant] = []

    def add(
        self,
        before: Pass,
        now: Pass,
        found: Reduced,
        given: Sequence[tuple[Slot, str, Operand]],
        ends: Mapping[Key, str],
    ) -> None:
        """Add the way of a pass that was recorded whole.

        `given` are the operands that it was given, with the variables that they are, or none for a
        number that is written down; `ends` are the operations that make the next values.
        """
        self.last = None
        if len(self._variants) >= _MOST_VARIANTS:
            return
        way = Ways(self.places, self.root, before, now, found)
        steps = way.steps()
        for place, value in way.objects.items():
            self.places.base[place] = value
        variant = self._variant(steps, found, given, ends)
        self._variants.append(variant)
        way.end(variant)
        self.root = way.root
        self._arrange()
        values = self.places.base.copy()
        for key, node in now.keyed().items():
            values[steps[key].result] = node.result
        self.last = variant, values

    def _variant(
        self,
        steps: Mapping[Key, Step],
        found: Reduced,
        given: Sequence[tuple[Slot, str, Operand]],
        ends: Mapping[Key, str],
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
        told_ends = {id_: places[key] for key, id_ in ends.items()}
        free = [(key[0], place) for key, place in places.items()
                if key not in found.dependent]  # fmt: skip
        return Variant(places, found.dependent, fed, watched, several, told_ends, free)

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
        for variant in self._variants:
            here, earlier = variant.places, self.places.earlier
            variant.moves = [(earlier[key], here[key]) for key in earlier if key in here]

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
        found = Pass(self.loop, 0, self.depth, is_whole=True)
        for key, place in variant.places.items():
            node = Node(key[0], (), found, None, ())
            node.path = key[1][0]
            node.result, node.depends = values[place], key in variant.dependent
            found.nodes.append(node)
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

    def nodes_before(self, before: Pass) -> dict[int, Node]:
        """Give what the pass before has made, by the places where this one reads it."""
        nodes = before.keyed()
        return {place: nodes[key] for key, place in self.places.earlier.items() if key in nodes}


def _is_in(value: Any, memory: Container[int]) -> bool:
    return isinstance(value, np.ndarray) and id(root_of(value)) in memory


def is_equal(a: Any, b: Any) -> bool:
    """Tell whether two values are the same number, or the same object."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return a is b
    return type(a) is type(b) and repr(a) == repr(b)
