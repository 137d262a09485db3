"""What is carried from pass to pass: which operation holds each value, whatever lines a pass runs.

A carried value is told by the operation that makes it in the first pass. In a pass of other lines
another operation makes it, or none does: then what held it before holds it still.
"""

from collections.abc import Container, Mapping, Sequence, Set

import numpy as np

from nnscope.script.naming import first_name
from nnscope.script.reduce import OriginOf, added_to
from nnscope.script.tape import Key, Node, Pass

TOO_OLD = "it was made more than one pass before"


class Carried:
    """Finds what makes the next value of each carried one in a pass; `held` has what holds it.

    `read` are the names by which each is read in the source.
    """

    def __init__(self, ends: Sequence[Key], first: Pass, read: Mapping[Key, Set[str]]) -> None:
        nodes, self._read = first.keyed(), read
        self.held: dict[Key, Node] = {key: nodes[key] for key in ends}
        # what makes it, also in other passes, and the name that the script gives it then
        self._ends = {key: (key, self._name(key, nodes[key])) for key in ends}
        self._names = self._by_name(nodes)

    def _name(self, of: Key, node: Node) -> tuple[int, str]:
        """Give the name under which a value is handed on: the one by which it is read, if known."""
        read = self._read.get(of, ())
        return next((name for name in node.names if name[1] in read), first_name(node))

    def _by_name(self, nodes: Mapping[Key, Node]) -> dict[tuple[int, str], list[Key]]:
        """List the carried values that have a name which no later value of the pass gets."""
        last = {name: key for key, node in nodes.items() for name in node.names}
        found: dict[tuple[int, str], list[Key]] = {}
        for key, node in self.held.items():
            name = self._name(key, node)
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
            of = self._end(key, node) or self._named(node.names, roots)
            if of is None and node.is_change:
                of = arrays.get(id(node.result))
            if of is not None and np.shape(node.result) == np.shape(self.held[of].result):
                found[of] = key
        return {of: found[of] for of in self.held if of in found}

    def _end(self, key: Key, node: Node) -> Key | None:
        """Find what an operation makes in other passes, where it gets the same name in this one.

        A step may be computed, and not be taken.
        """
        of, name = self._ends.get(key, (None, (0, "")))
        return of if not name[1] or name in node.names else None

    def _named(self, names: Sequence[tuple[int, str]], roots: Container[Key]) -> Key | None:
        """Find what is carried by its names; `roots` are what the value of that name adds to."""
        for name in names:
            known = self._names.get(name, ())
            fitting = [of for of in known if len(known) == 1 or of in roots]
            if len(fitting) == 1:
                return fitting[0]
        return None

    def take(self, ends: Mapping[Key, Key], now: Pass) -> None:
        """Go on with what a pass has made; what it takes the place of is not followed any more."""
        nodes = now.keyed()
        for of, key in ends.items():
            self._ends.setdefault(key, (of, self._name(of, nodes[key])))
            self.held[of].lost = TOO_OLD
            self.held[of] = nodes[key]


def another(key: Key) -> Key:
    """Tell an operation from what is carried, where it made that in other passes but not here."""
    return -2 - key[0], key[1]
