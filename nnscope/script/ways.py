"""The way of a pass, as steps: those that an earlier one has taken, and new ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from nnscope.expression.syntax import Binary
from nnscope.script.reduce import Reduced
from nnscope.script.steps import END, Places, Step, Variant
from nnscope.script.tape import Key, Node, Operand, Pass, has_identity


class Ways:
    """Finds or makes the step of each operation of a pass in a tree of steps.

    `root` is the first step, `objects` are what the pass has in the places outside. `earlier` gives
    by identity what the operations of the pass before are called here.
    """

    def __init__(
        self,
        places: Places,
        root: Step | None,
        earlier: Mapping[int, Key],
        now: Pass,
        found: Reduced,
    ) -> None:
        self._all, self.root, self._now, self._found = places, root, now, found
        self._earlier = earlier
        self._own: dict[int, int] = {}
        self._places: dict[int, int] = {}  # of objects from outside
        self._last: Step | None = None
        self._read = set[int]()
        self.objects: dict[int, Any] = {}

    def steps(self) -> dict[Key, Step]:
        """Give the steps by their operations, in order."""
        found = dict[Key, Step]()
        for key, node in self._now.keyed().items():
            sources = [self._source(each) for each in node.operands]
            found[key] = self._last = self._step(key, node, sources)
            self._own[id(node)] = self._last.result
            self._read |= {*self._last.operands}
        return found

    def end(self, variant: Variant) -> None:
        """Say that a variant ends behind the last step."""
        step = Step((END, ((), 0)), (), 0, None, (), False, True, self._last, variant=variant)
        self._append(step)

    def _source(self, operand: Operand) -> int | None:
        """Give the place that an operand comes from, None for one from outside."""
        if id(operand.node) in self._own:
            return self._own[id(operand.node)]
        key = self._earlier.get(id(operand.node))
        return self._all.of_earlier(key) if key is not None else None

    @property
    def _head(self) -> Step | None:
        return self.root if self._last is None else self._last.next

    def _step(self, key: Key, node: Node, sources: Sequence[int | None]) -> Step:
        for step in self._head.branches if self._head is not None else ():
            if step.key == key and self._is_same(step, node, sources):
                step.is_wanted |= key in self._found.nodes
                self._found_at(step, node, sources)
                return step
        step = self._new(key, node, sources)
        self._append(step)
        return step

    def _is_same(self, step: Step, node: Node, sources: Sequence[int | None]) -> bool:
        if len(step.operands) != len(sources) or step.is_change != node.is_change:
            return False
        is_wanted = step.is_wanted or step.key in self._found.nodes
        if is_wanted and step.template != node.template:
            return False
        return all(
            place == source if source is not None else self._is_free(place, operand.object)
            for place, source, operand in zip(step.operands, sources, node.operands, strict=True)
        )

    def _is_free(self, place: int, value: Any) -> bool:
        """Tell whether a place outside can be that of a value in this pass."""
        return place in self._all.outside and self.objects.get(place, value) is value

    def _found_at(self, step: Step, node: Node, sources: Sequence[int | None]) -> None:
        for place, source, operand in zip(step.operands, sources, node.operands, strict=True):
            if source is None:
                self.objects[place] = operand.object
                if has_identity(operand.object):
                    self._places.setdefault(id(operand.object), place)

    def _new(self, key: Key, node: Node, sources: Sequence[int | None]) -> Step:
        operands = tuple(self._outside(each.object) if source is None else source
                         for source, each in zip(sources, node.operands, strict=True))  # fmt: skip
        step = Step(key, operands, self._all.add(), node.template, node.calls, node.is_change,
                    key in self._found.nodes, self._last, site=key[0],
                    inside=self._inside(node))  # fmt: skip
        step.fresh = frozenset({*operands} & self._all.outside - self._read)
        if len(operands) == 1:
            step.first = operands[0]
        if len(operands) == 2 and isinstance(node.template, Binary):
            step.first, step.second = operands
        return step

    def _inside(self, node: Node) -> Pass | None:
        """Give the pass of the inner loop that an operation is in, without what else was done."""
        inner = node.pass_
        if inner is None or inner is self._now:
            return None
        return Pass(inner.loop, inner.number, inner.depth, inner.counter, around=inner.around)

    def _outside(self, value: Any) -> int:
        if not has_identity(value):
            return self._all.add(value)
        if id(value) not in self._places:
            self._places[id(value)] = self._all.add(value)
        return self._places[id(value)]

    def _append(self, step: Step) -> None:
        head = self._head
        if head is not None:
            *_, last = head.branches
            last.other = step
        elif self._last is None:
            self.root = step
        else:
            self._last.next = step
