"""An iteration reduced to what its updates and its cost depend on."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping

import numpy as np
from msgspec import Struct, field

from nnscope.expression.number_types import DOUBLE, SINGLE, WHOLE
from nnscope.expression.syntax import Binary, Call, Expression, Index, Name
from nnscope.script.errors import LostError
from nnscope.script.tape import Key, Node, Operand, Pass, is_equal

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
    """List the parameters: what a pass adds to, and what it adds, or other lines, read them too.

    What each pass adds the same to counts, or walks along an axis of the data: it learns nothing.
    """
    origin_of, readers = made_before(before), dict[Key, set[Key]]()
    found, nodes = running(before, now), now.keyed()
    for key, node in nodes.items() if found else ():
        for operand in node.operands if node.template is not None else ():  # no iterator
            origin = origin_of(operand)
            if origin is not None:
                readers.setdefault(origin, set()).add(key)
    return [key for key in found if _goes_round(key, before, now)
            or (readers[key] - _steps(key, nodes) and not nodes[key].is_store
                and not _counts(nodes[key], before.keyed()[key]))]  # fmt: skip


def _steps(key: Key, nodes: Mapping[Key, Node]) -> set[Key]:
    """List the steps in which a pass adds to a value: an operation, and those that it adds to."""
    keys = {id(node): each for each, node in nodes.items()}
    found, waiting = set[Key](), [key]
    while waiting:
        step = waiting.pop()
        found.add(step)
        own = [keys.get(id(each.node)) for each in nodes[step].operands
               if _adds(nodes[step], each)]  # fmt: skip
        waiting += [each for each in own if each is not None and each not in found]
    return found


def _counts(node: Node, earlier: Node) -> bool:
    """Tell whether two passes add the same number, or array, to a value."""
    added, before = _added(node), _added(earlier)
    return len(added) == len(before) and all(map(is_equal, _objects(added), _objects(before)))


def _objects(operands: Iterable[Operand]) -> list[object]:
    return [each.object for each in operands]


def _goes_round(key: Key, before: Pass, now: Pass) -> bool:
    """Tell whether what a pass adds to a value depends on what the value was in the pass before."""
    led = {id(before.keyed()[key])}
    for node in (*before.nodes, *now.nodes):
        if any(id(each.node) in led for each in node.operands):
            led.add(id(node))
    return any(id(each.node) in led for each in _added(now.keyed()[key]))


def _added(node: Node) -> list[Operand]:
    """List what a node adds to what it was, or stores in it besides that."""
    others = node.operands[1:]
    inner = node.operands[0].node if _is_rounding(node) else None
    if inner is not None:
        return _added(inner)
    if not node.is_store:
        return [each for each in node.operands if not _adds(node, each)] or [*others]
    return [part for each in others for part in _without_part(each)]


def _without_part(value: Operand) -> list[Operand]:
    """Take apart what is stored: of `W[i] - step` only the step is added."""
    made = value.node
    if made is None or not _is_sum(made.template):
        return [value]
    return [each for each in made.operands
            if each.node is None or not isinstance(each.node.template, Index)]  # fmt: skip


def running(before: Pass, now: Pass) -> list[Key]:
    """List what a pass makes by adding to what the same place made before: `W -= ...`, `s += x`.

    It may do so in several steps: `W -= ...; W -= ...`, or cell by cell.
    """
    earlier = before.keyed()
    return [key for key, node, roots in added_to(now, made_before(before))
            if key in roots and _is_at_same_cells(node, earlier[key])]  # fmt: skip


def added_to(now: Pass, origin_of: OriginOf) -> Iterator[tuple[Key, Node, set[Key]]]:
    """Yield each operation with what it adds to, directly or by others, of the pass before."""
    last = dict[int, set[Key]]()
    for key, node in now.keyed().items():
        roots = set[Key]()
        for operand in node.operands:
            if _adds(node, operand):
                origin = origin_of(operand)
                roots |= {origin} if origin is not None else last.get(id(operand.node), set())
        last[id(node)] = roots
        yield key, node, roots


def _is_at_same_cells(node: Node, before: Node) -> bool:
    """Tell whether a pass stores where the one before did: else it goes over the cells."""
    return not node.is_store or node.template == before.template


def _is_rounding(node: Node) -> bool:
    """Tell whether an operation only rounds to float32."""
    return bool(node.operands) and node.template == Call("np.float32", (Name("_0"),))


def _adds(node: Node, operand: Operand) -> bool:
    is_kept = _is_sum(node.template) or _is_rounding(node)
    is_kept |= node.is_store and operand is node.operands[0]
    return is_kept and np.shape(operand.object) == np.shape(node.result)


def _is_sum(template: Expression | None) -> bool:
    match template:
        case Binary(operator):
            return operator in ("+", "-")
        case Call("np.float32", (inner,)):
            return _is_sum(inner)  # an array of float32 that is changed in place
        case Call(name):
            return name in ("np.add", "np.subtract")
    return False


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
