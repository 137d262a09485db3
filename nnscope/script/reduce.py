"""An iteration reduced to what its updates and its cost depend on."""

from collections.abc import Callable, Container, Iterable, Mapping

import numpy as np
from msgspec import Struct, field

from nnscope.expression.number_types import DOUBLE, SINGLE, WHOLE
from nnscope.expression.syntax import Binary, Call, Name
from nnscope.script.errors import LostError
from nnscope.script.tape import Key, Node, Operand, Pass

_TYPES = (None, SINGLE, DOUBLE, WHOLE, np.dtype(bool))

Slot = tuple[Key, int]
"""An operand of an operation: the operation, and the number of the operand."""

OriginOf = Callable[[Operand], Key | None]
"""Gives the operation of the pass before that made an operand, None where another one did."""


class Reduced(Struct, eq=False):
    """The operations of one pass that are wanted, in order, and where their operands are from.

    `carried` are those that the pass before made, `inner` those of this pass, both by what made
    them. `given` depend on nothing that is carried: data, constants, random draws. `dependent` are
    all operations of the pass that do depend on it.
    """

    nodes: dict[Key, Node] = field(default_factory=dict)
    carried: dict[Slot, Key] = field(default_factory=dict)
    inner: dict[Slot, Key] = field(default_factory=dict)
    given: dict[Slot, Operand] = field(default_factory=dict)
    dependent: set[Key] = field(default_factory=set)


def made_before(before: Pass, of: Container[Key] | None = None) -> OriginOf:
    """Tell by identity what the pass before has made; only these operations of it, where given."""
    earlier = {id(node): key for key, node in before.keyed().items() if of is None or key in of}
    return lambda operand: earlier.get(id(operand.node))


def dependent(now: Pass, origin_of: OriginOf) -> set[Key]:
    """List the operations of a pass that depend on what is carried."""
    return _Reducing(now, origin_of, ()).dependent()


def updates(before: Pass, now: Pass) -> list[Key]:
    """List the parameters: what a pass adds to or subtracts from, and other lines read too."""
    origin_of, readers = made_before(before), dict[Key, set[Key]]()
    for key, node in now.keyed().items():
        for operand in node.operands if node.template is not None else ():  # no iterator
            origin = origin_of(operand)
            if origin is not None:
                readers.setdefault(origin, set()).add(key)
    return [key for key in running(before, now) if readers[key] - _sum_keys(key, now.keyed())]


def running(before: Pass, now: Pass) -> list[Key]:
    """List what a pass makes by adding to what the same place made before: `W -= ...`, `s += x`."""
    origin_of = made_before(before)
    return [
        key
        for key, node in now.keyed().items()
        for total in [_sum_behind(node)]
        if any(origin_of(each) == key and _adds(total, each) for each in total.operands)
    ]


def _sum_behind(node: Node) -> Node:
    """Give what is rounded to float32 where an operation only does that, else itself."""
    is_rounding = bool(node.operands) and node.template == Call("np.float32", (Name("_0"),))
    inner = node.operands[0].node if is_rounding else None
    return node if inner is None else inner


def _sum_keys(key: Key, nodes: Mapping[Key, Node]) -> set[Key]:
    """Give the operations that make a sum: itself, and the one whose result it rounds."""
    total = _sum_behind(nodes[key])
    return {key, *(each for each, node in nodes.items() if node is total)}


def _adds(node: Node, operand: Operand) -> bool:
    template = node.template
    if isinstance(template, Call) and template.function == "np.float32":
        (template,) = template.arguments  # an array of float32 that is changed in place
    is_sum = isinstance(template, Binary) and template.operator in ("+", "-")
    return is_sum and np.shape(operand.object) == np.shape(node.result)


def differing(before: Pass, now: Pass) -> set[Key]:
    """List the operations that one of two passes does not have, or has in another form."""
    first, second = before.keyed(), now.keyed()
    return {key for key in first.keys() | second.keys()
            if key not in first or key not in second
            or first[key].template != second[key].template}  # fmt: skip


def reduced(
    now: Pass, ends: Iterable[Key], origin_of: OriginOf, opaque: Container[Key] = ()
) -> Reduced:
    """Walk back through a pass from what is wanted.

    What depends on no parameter is given where it is in `opaque`, or the language does not have it.
    Raises `LostError` for what depends on a parameter in a way that the language does not have, and
    for what the pass has not computed.
    """
    return _Reducing(now, origin_of, opaque).reduced(ends)


def _is_unknown(operand: Operand) -> bool:
    return operand.node is None and isinstance(operand.object, np.ndarray | np.number)


class _Reducing:
    def __init__(self, now: Pass, origin_of: OriginOf, opaque: Container[Key]) -> None:
        self._nodes, self._origin_of, self._opaque = now.keyed(), origin_of, opaque
        self._keys = {id(node): key for key, node in self._nodes.items()}
        self._depends, self._unknown = self.dependent(), self._of_unknown()

    def dependent(self) -> set[Key]:
        """List the operations that depend on what is carried."""
        found = set[Key]()
        for key, node in self._nodes.items():
            origins = (self._keys.get(id(each.node)) for each in node.operands)
            if any(origin in found for origin in origins) or any(
                self._origin_of(each) is not None for each in node.operands
            ):
                found.add(key)
        return found

    def _of_unknown(self) -> set[Key | None]:
        """List the operations that read a value of which it is not known what made it."""
        found = set[Key | None]()
        for key, node in self._nodes.items():
            if any(_is_unknown(each) or self._keys.get(id(each.node)) in found
                   for each in node.operands):  # fmt: skip
                found.add(key)
        return found

    def reduced(self, ends: Iterable[Key]) -> Reduced:
        """Collect what the wanted operations read, and the same of that."""
        found, waiting, wanted = Reduced(dependent=self._depends), list(ends), set[Key]()
        while waiting:
            key = waiting.pop()
            if key not in self._nodes:
                raise LostError(
                    key[0], "is not computed in every iteration, which nnscope can't show yet"
                )
            if key not in wanted:
                wanted.add(key)
                self._check(self._nodes[key])
                waiting += self._operands(key, found)
        found.nodes = {key: node for key, node in self._nodes.items() if key in wanted}
        return found

    def _operands(self, key: Key, found: Reduced) -> list[Key]:
        """Sort the operands of an operation; give those that this pass makes."""
        inner = list[Key]()
        for number, operand in enumerate(self._nodes[key].operands):
            slot, own = (key, number), self._keys.get(id(operand.node))
            origin = self._origin_of(operand)
            if origin is not None:
                found.carried[slot] = origin
            elif own in self._unknown:
                raise LostError(self._nodes[key].site, "reads what nnscope lost track of")
            elif own is not None and (own in self._depends or self._is_told(own)):
                found.inner[slot] = own
                inner.append(own)
            else:
                found.given[slot] = operand
        return inner

    def _is_told(self, key: Key) -> bool:
        """Tell whether an operation that depends on no parameter is shown, and not just given.

        The numbers of other types than the language has are only given: 8 bits overflow.
        """
        node = self._nodes[key]
        values = (node.result, *(each.object for each in node.operands))
        is_known = all(getattr(each, "dtype", None) in _TYPES for each in values)
        return node.template is not None and key not in self._opaque and is_known

    def _check(self, node: Node) -> None:
        if node.template is None:
            raise LostError(
                node.site, "is not in nnscope's language yet, and a parameter depends on it"
            )
        for operand in node.operands:
            if operand.lost:
                raise LostError(node.site, f"reads what can't be followed: {operand.lost}")
            if _is_unknown(operand):
                raise LostError(node.site, "reads a value of which it is not known what made it")
