"""What is carried from pass to pass: which operation holds each value, whatever lines a pass runs.

A carried value is told by the operation that makes it in the first pass. In a pass of other lines
another operation makes it, or none does: then what held it before holds it still.
"""

from collections.abc import Container, Mapping, Sequence

import numpy as np

from nnscope.script.naming import first_name
from nnscope.script.reduce import OriginOf, added_to
from nnscope.script.tape import Key, Node, Pass

TOO_OLD = "it was made more than one pass before"


class Carried:
    """Finds what makes the next value of each carried one in a pass; `held` has what holds it."""

    def __init__(self, ends: Sequence[Key], first: Pass) -> None:
        nodes = first.keyed()
        self.held: dict[Key, Node] = {key: nodes[key] for key in ends}
        self._ends = {key: key for key in ends}  # also those that other passes have
        self._names = self._by_name(nodes)

    def _by_name(self, nodes: Mapping[Key, Node]) -> dict[tuple[int, str], list[Key]]:
        """List the carried values that have a name which no later value of the pass gets."""
        last = {first_name(node): key for key, node in nodes.items()}
        found: dict[tuple[int, str], list[Key]] = {}
        for key, node in self.held.items():
            name = first_name(node)
            if name[1] and last[name] in self.held:
                found.setdefault(name, []).append(key)
        return found

    def told(self, before: Pass, of: Container[Key] | None = None) -> dict[int, Key]:
        """Give by identity what the operations of the pass before are called in the next one.

        What is carried has its own key, in whatever way it was made. `of` are the operations that
        are wanted, by default all; what is carried always is.
        """
        held = {id(node): key for key, node in self.held.items()}
        others = {id(node): another(key) if key in self.held else key
                  for key, node in before.keyed().items()
                  if id(node) not in held and (of is None or key in of)}  # fmt: skip
        return {**others, **held}

    def ends_of(self, now: Pass, origin_of: OriginOf) -> dict[Key, Key]:
        """Find the operation of a pass that makes the next value of each carried one.

        It is known from passes before, or changes its array in place, or has its name; where
        several have that name, it adds to the value. What has none is left as it is.
        """
        found = dict[Key, Key]()
        arrays = {id(node.result): of for of, node in self.held.items()
                  if isinstance(node.result, np.ndarray)}  # fmt: skip
        for key, node, roots in added_to(now, origin_of):
            of = self._ends.get(key) or self._named(first_name(node), roots)
            if of is None and node.is_change:
                of = arrays.get(id(node.result))
            if of is not None and np.shape(node.result) == np.shape(self.held[of].result):
                found[of] = key
        return {of: found[of] for of in self.held if of in found}

    def _named(self, name: tuple[int, str], roots: Container[Key]) -> Key | None:
        """Find what is carried by a name; `roots` are what the value of that name adds to."""
        known = self._names.get(name, ())
        fitting = [of for of in known if len(known) == 1 or of in roots]
        return fitting[0] if len(fitting) == 1 else None

    def take(self, ends: Mapping[Key, Key], now: Pass) -> None:
        """Go on with what a pass has made; what it takes the place of is not followed any more."""
        nodes = now.keyed()
        for of, key in ends.items():
            self._ends.setdefault(key, of)
            self.held[of].lost = TOO_OLD
            self.held[of] = nodes[key]


def another(key: Key) -> Key:
    """Tell an operation from what is carried, where it made that in other passes but not here."""
    return -2 - key[0], key[1]
