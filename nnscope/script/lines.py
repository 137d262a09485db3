"""The lines of an iteration: operations folded into assignments, in the names of the script."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct, field

from nnscope.expression.source import code
from nnscope.expression.syntax import Expression, Name, Number, names, substitute
from nnscope.script.instrument import Site
from nnscope.script.naming import Naming, numbered, written
from nnscope.script.record import LoopAround, RecordedLine
from nnscope.script.reduce import Reduced, Slot
from nnscope.script.tape import Key, Node, Operand


class Form(Struct, eq=False):
    """The lines that some passes have: what they compute, with the variables of those operations.

    `ends` are the operations that make the next value of what is carried; what has none stays.
    `given` has the variable of each operand that no line makes, empty for a number that is written
    down: `literals` has these.
    """

    found: Reduced
    ends: Mapping[Key, Key]
    ids: dict[Key, str] = field(default_factory=dict)
    given: dict[Slot, str] = field(default_factory=dict)
    literals: dict[Slot, Operand] = field(default_factory=dict)
    numbers: dict[Slot, Number] = field(default_factory=dict)
    lines: tuple[RecordedLine, ...] = ()


class Lines:
    """The lines of the passes, as data; passes that do other things have forms of their own.

    What has a name, is read more than once, or is carried on is a line of its own; the rest is
    folded into the line that reads it. `ids` has the variable of each operation that is a line in
    any form, `start` the operands that an iteration starts from, `started` the variable of each
    carried value.
    """

    def __init__(self, sites: Sequence[Site], loop: int) -> None:
        self._loop, self._sites, self._naming = loop, sites, Naming()
        self.forms: list[Form] = []
        self.ids: dict[Key, str] = {}
        self.start: dict[str, Operand] = {}
        self.started: dict[Key, str] = {}
        self._of_node: dict[int, tuple[Node, str]] = {}  # the nodes are held: ids are used again

    def add(
        self,
        found: Reduced,
        ends: Mapping[Key, Key],
        costs: Mapping[Key, Key],
        changing: Mapping[Slot, Operand],
    ) -> Form:
        """Name what some passes read and make.

        `ends` are the operations that make what is carried on, `costs` those of the costs, both by
        what makes them in the first pass. `changing` are operands that another pass has with
        another value, as that has them.
        """
        form = Form(found, ends)
        self._name_start(form, changing)
        self._name_lines(form, {**costs, **ends})
        form.lines = self._written(form)
        self.forms.append(form)
        return form

    def carried(self, form: Form, ends: Iterable[Key]) -> dict[str, str]:
        """Give for each carried value the variable that is its next one; itself where it stays."""
        started = {of: self.started[of] for of in ends if of in self.started}
        return {id_: form.ids[form.ends[of]] if of in form.ends else id_
                for of, id_ in started.items()}  # fmt: skip

    def _written(self, form: Form) -> tuple[RecordedLine, ...]:
        return tuple(self._line(form, key) for key in form.found.nodes if key in form.ids)

    def split(self, form: Form, slot: Slot, id_: str = "") -> str:
        """Give an operand a variable of its own, or `id_`: it is not what it was taken for."""
        old, number = form.given[slot], form.numbers.pop(slot, None)
        name = self.spelled[old] if old else _number_text(number and number.value)
        form.given[slot] = id_ = id_ or self._naming.id_of(name)
        form.lines = self._written(form)
        return id_

    @property
    def spelled(self) -> dict[str, str]:
        """How the script writes each variable."""
        return self._naming.spelled

    def _name_start(self, form: Form, changing: Mapping[Slot, Operand]) -> None:
        """Name what the lines read and do not make."""
        found = form.found
        for slot, key in found.carried.items():
            if key not in self.started:
                operand = _operand(found, slot)
                id_ = self._naming.id_of(self._spelled(found, slot, changing.get(slot, operand)))
                self.started[key] = id_
                self.start[id_] = operand
        here = dict[str, Operand]()
        for slot, operand in found.given.items():
            told = changing.get(slot)
            number = self._literal(found, slot, operand) if told is None else None
            if number is None:
                id_ = self._given(slot, operand, self._spelled(found, slot, told or operand), here)
                here.setdefault(id_, operand)
                form.given[slot] = id_
            else:
                form.given[slot], form.literals[slot], form.numbers[slot] = "", operand, number

    def _given(self, slot: Slot, operand: Operand, name: str, here: Mapping[str, Operand]) -> str:
        """Find or make the variable of an operand; `here` are those that the form has already.

        Another form may be given other values under the same name, best in the same place.
        """
        own = operand.node
        if own is not None and id(own) in self._of_node:
            return self._of_node[id(own)][1]
        known = {spelled: id_ for id_, spelled in self.spelled.items() if id_ in self.start}
        same = self.start.get(known.get(name, ""))
        if own is None and same is not None and same.object is operand.object:
            return known[name]  # a whole number has no identity
        told = (form.given.get(slot, "") for form in self.forms)
        free = [id_ for id_ in (*told, *self.start) if self.spelled.get(id_) == name
                and id_ not in here and id_ not in self.started.values()]  # fmt: skip
        id_ = free[0] if free and self.forms else self._naming.id_of(name)
        self.start.setdefault(id_, operand)
        if own is not None:
            self._of_node[id(own)] = own, id_
        return id_

    def _spelled(self, found: Reduced, slot: Slot, told: Operand) -> str:
        """Give how the script writes an operand: by the name of the value, or where it stands.

        Names are not noted of passes that are followed, so in later forms the place goes first.
        """
        key, number = slot
        name = written(told.node) if told.node is not None else ""
        operands = self._sites[found.nodes[key].site].operands
        here = operands[number] if number < len(operands) else ""
        if here.isidentifier() and not np.ndim(_operand(found, slot).value):
            return here  # a number has several names where one is set to another: `lr = lr0`
        if self.forms:
            name, here = here, name
        return name or here or _number_text(_operand(found, slot).value)

    def _name_lines(self, form: Form, wanted: Mapping[Key, Key]) -> None:
        """Name the operations that are lines; those of other forms have their variables again."""
        told = self._told(form.found, {*wanted.values()})
        instead = {own: of for of, own in wanted.items() if of not in told}
        same = {key: self.ids[key] for key, name in told.items()
                if key in self.ids and self.spelled[self.ids[key]] == name}  # fmt: skip
        same |= {own: self.ids[of] for own, of in instead.items()
                 if own not in same and of in self.ids}  # fmt: skip
        taken = set[str]()
        for key, name in told.items():
            id_ = same.get(key, "")
            if not id_ or id_ in taken:
                id_ = self._free(name, {*same.values()} | taken) or self._naming.id_of(name)
            taken.add(id_)
            form.ids[key] = id_
            self.ids.setdefault(key, id_)

    def _free(self, name: str, taken: Container[str]) -> str:
        """Find a variable of this name that other forms make, and this one does not."""
        made = dict.fromkeys(id_ for form in self.forms for id_ in form.ids.values())
        return next((id_ for id_ in made if self.spelled[id_] == name and id_ not in taken), "")

    def _told(self, found: Reduced, ends: Container[Key]) -> dict[Key, str]:
        """Give the operations that are lines, in order, each with its name."""
        readers = Counter(found.inner.values())
        by_name: dict[str, list[Key]] = {}
        for key, node in found.nodes.items():
            name = written(node)
            if name or key in ends or readers[key] != 1:
                by_name.setdefault(name or self._sites[node.site].text, []).append(key)
        told = dict[Key, str]()
        for name, keys in by_name.items():
            nodes = [found.nodes[key] for key in keys]
            told |= zip(keys, numbered(nodes, name, self._loop), strict=True)
        return {key: told[key] for key in found.nodes if key in told}

    def _line(self, form: Form, key: Key) -> RecordedLine:
        node = form.found.nodes[key]
        site, id_ = self._sites[node.site], form.ids[key]
        text = code(self._expression(form, key))
        return RecordedLine(id_, self.spelled[id_], text, site.file, site.row, node.calls,
                            tuple(self._loops(node)))  # fmt: skip

    def _loops(self, node: Node) -> Iterator[LoopAround]:
        """Yield the loops inside of the training loop that an operation was done in."""
        loops = node.pass_.loops if node.pass_ is not None else ()
        within = [number for number, (loop, _) in enumerate(loops, 1) if loop == self._loop]
        for loop, number in loops[within[-1] if within else 0 :]:
            site = self._sites[loop]
            yield LoopAround(site.file, site.row, site.text, number)

    def _expression(self, form: Form, key: Key) -> Expression:
        """Write an operation with its operands, those folded in that are no lines."""
        node = form.found.nodes[key]
        assert node.template is not None
        return substitute(node.template, {
            name: self._read(form, (key, int(name[1:]))) for name in names(node.template)
        })  # fmt: skip

    def _read(self, form: Form, slot: Slot) -> Expression:
        if slot in form.found.carried:
            return Name(self.started[form.found.carried[slot]])
        if slot in form.found.inner:
            key = form.found.inner[slot]
            return Name(form.ids[key]) if key in form.ids else self._expression(form, key)
        return form.numbers[slot] if slot in form.numbers else Name(form.given[slot])

    def _literal(self, found: Reduced, slot: Slot, operand: Operand) -> Number | None:
        """Give a number that was written down where it is used."""
        value: Any = operand.object
        is_number = isinstance(value, int | float) and not isinstance(value, bool | np.generic)
        is_plain = is_number and operand.node is None and abs(value) < 2**63
        key, number = slot
        here = self._sites[found.nodes[key].site].operands
        is_named = number < len(here) and bool(here[number])
        return Number(value) if is_plain and not is_named else None


def _operand(found: Reduced, slot: Slot) -> Operand:
    key, number = slot
    return found.nodes[key].operands[number]


def _number_text(value: Any) -> str:
    return "value" if np.ndim(value) else f"number_{value}"
