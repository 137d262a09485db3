"""The lines of an iteration: operations folded into assignments, in the names of the script."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from typing import Any

import numpy as np

from nnscope.expression.source import code
from nnscope.expression.syntax import Expression, Name, Number, names, substitute
from nnscope.script.instrument import Site
from nnscope.script.naming import Naming, numbered, written
from nnscope.script.record import LoopAround, RecordedLine
from nnscope.script.reduce import Reduced, Slot
from nnscope.script.tape import Key, Node, Operand


class Lines:
    """The lines of the first pass, as data.

    What has a name, is read more than once, or is carried on is a line of its own; the rest is
    folded into the line that reads it. `ids` has the variable of each operation that is a line,
    `given` that of each operand that no line makes, empty for a number that is written down.
    `changing` are operands that another pass has with another value, as that has them. `start` has
    the operands that an iteration starts from, `carried` the line that makes the next value of each
    parameter.
    """

    def __init__(
        self,
        found: Reduced,
        ends: list[Key],
        costs: list[Key],
        sites: list[Site],
        changing: Mapping[Slot, Operand],
        loop: int,
    ) -> None:
        self._loop = loop
        self._found, self._sites, self._naming = found, sites, Naming()
        self._changing = changing
        self.ids: dict[Key, str] = {}
        self.given: dict[Slot, str] = {}
        self.start: dict[str, Operand] = {}
        self.started: dict[Key, str] = {}
        self._numbers: dict[Slot, Number] = {}
        self._of_node: dict[int, str] = {}
        self._name_start()
        self._name_lines({*ends, *costs})
        self.carried = {self.started[key]: self.ids[key] for key in ends}
        self.lines = self._written()

    def _written(self) -> tuple[RecordedLine, ...]:
        return tuple(self._line(key) for key in self._found.nodes if key in self.ids)

    def split(self, slot: Slot, id_: str = "") -> str:
        """Give an operand a variable of its own, or `id_`: it is not what it was taken for."""
        old, number = self.given[slot], self._numbers.pop(slot, None)
        name = self.spelled[old] if old else _number_text(number and number.value)
        self.given[slot] = id_ = id_ or self._naming.id_of(name)
        self.lines = self._written()
        return id_

    @property
    def spelled(self) -> dict[str, str]:
        """How the script writes each variable."""
        return self._naming.spelled

    def _name_start(self) -> None:
        """Name what the lines read and do not make."""
        for slot, key in self._found.carried.items():
            if key not in self.started:
                operand = self._operand(slot)
                id_ = self._naming.id_of(self._spelled(slot, operand))
                self.started[key] = id_
                self.start[id_] = operand
        for slot, operand in self._found.given.items():
            number = self._literal(slot, operand)
            self.given[slot] = "" if number is not None else self._given(slot, operand)
            if number is not None:
                self._numbers[slot] = number

    def _given(self, slot: Slot, operand: Operand) -> str:
        own = id(operand.node) if operand.node is not None else None
        if own is not None and own in self._of_node:
            return self._of_node[own]
        name = self._spelled(slot, operand)
        known = {spelled: id_ for id_, spelled in self.spelled.items() if id_ in self.start}
        same = self.start.get(known.get(name, ""))
        if own is None and same is not None and same.object is operand.object:
            return known[name]  # a whole number has no identity
        id_ = self._new(name, operand)
        if own is not None:
            self._of_node[own] = id_
        return id_

    def _new(self, name: str, operand: Operand) -> str:
        id_ = self._naming.id_of(name)
        self.start[id_] = operand
        return id_

    def _operand(self, slot: Slot) -> Operand:
        key, number = slot
        return self._found.nodes[key].operands[number]

    def _spelled(self, slot: Slot, operand: Operand) -> str:
        """Give how the script writes an operand: by the name of the value, or where it stands."""
        key, number = slot
        told = self._changing.get(slot, operand)
        name = written(told.node) if told.node is not None else ""
        operands = self._sites[self._found.nodes[key].site].operands
        here = operands[number] if number < len(operands) else ""
        if here.isidentifier() and not np.ndim(operand.value):
            return here  # a number has several names where one is set to another: `lr = lr0`
        return name or here or _number_text(operand.value)

    def _name_lines(self, ends: Container[Key]) -> None:
        readers = Counter(self._found.inner.values())
        by_name: dict[str, list[Key]] = {}
        for key, node in self._found.nodes.items():
            name = written(node)
            if name or key in ends or readers[key] != 1:
                by_name.setdefault(name or self._sites[node.site].text, []).append(key)
        told = dict[Key, str]()
        for name, keys in by_name.items():
            nodes = [self._found.nodes[key] for key in keys]
            told |= zip(keys, numbered(nodes, name, self._loop), strict=True)
        self.ids = {key: self._naming.id_of(told[key]) for key in self._found.nodes if key in told}

    def _line(self, key: Key) -> RecordedLine:
        node = self._found.nodes[key]
        site, id_ = self._sites[node.site], self.ids[key]
        text = code(self._expression(key))
        return RecordedLine(id_, self.spelled[id_], text, site.file, site.row, node.calls,
                            tuple(self._loops(node)))  # fmt: skip

    def _loops(self, node: Node) -> Iterator[LoopAround]:
        """Yield the loops inside of the training loop that an operation was done in."""
        loops = node.pass_.loops if node.pass_ is not None else ()
        within = [number for number, (loop, _) in enumerate(loops, 1) if loop == self._loop]
        for loop, number in loops[within[-1] if within else 0 :]:
            site = self._sites[loop]
            yield LoopAround(site.file, site.row, site.text, number)

    def _expression(self, key: Key) -> Expression:
        """Write an operation with its operands, those folded in that are no lines."""
        node = self._found.nodes[key]
        assert node.template is not None
        return substitute(node.template, {
            name: self._read((key, int(name[1:]))) for name in names(node.template)
        })  # fmt: skip

    def _read(self, slot: Slot) -> Expression:
        if slot in self._found.carried:
            return Name(self.started[self._found.carried[slot]])
        if slot in self._found.inner:
            key = self._found.inner[slot]
            return Name(self.ids[key]) if key in self.ids else self._expression(key)
        return self._numbers[slot] if slot in self._numbers else Name(self.given[slot])

    def _literal(self, slot: Slot, operand: Operand) -> Number | None:
        """Give a number that was written down where it is used."""
        value: Any = operand.object
        is_number = isinstance(value, int | float) and not isinstance(value, bool | np.generic)
        is_plain = is_number and operand.node is None and abs(value) < 2**63
        key, number = slot
        here = self._sites[self._found.nodes[key].site].operands
        is_named = number < len(here) and bool(here[number])
        return Number(value) if is_plain and not is_named and slot not in self._changing else None


def _number_text(value: Any) -> str:
    return "value" if np.ndim(value) else f"number_{value}"
