"""The hooks of passes that are recorded whole, and of how one comes to follow a pass and back."""

from builtins import (  # noqa: UP029  a script may put others in their places
    bool,
    id,
    int,
    isinstance,
    len,
    list,
    str,
    tuple,
    type,
)
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from nnscope.expression.syntax import Expression
from nnscope.script.hooks import Hooks
from nnscope.script.instrument import key_text
from nnscope.script.steps import END, Step, Variant
from nnscope.script.tape import Known, Node, Operand, Pass, has_identity, root_of
from nnscope.script.trace import Trace

NOWHERE = Step((END, ((), 0)), (), 0, None, (), is_change=False, is_wanted=True, parent=None)
"""Where one is that follows no trace: a hook may be of a class that the object had a moment ago."""


Named = tuple[Step | None, int, str | tuple[str, Any], Any]
"""What a pass called a value, behind which step, how deep in calls: a name, or one and a key."""


class Watcher(Protocol):
    """What is told of the passes of a script."""

    def ended(self, now: Pass) -> None:
        """Take a pass that was recorded whole."""

    def followed(self, loop: int, variant: Variant, values: list[Any], anew: set[int]) -> None:
        """Take a pass that was followed; the places `anew` were given other values."""

    def resumed(self, before: Pass) -> None:
        """Take the pass before that of the training loop that is recorded whole again."""

    def changed_in_place(self) -> None:
        """Learn that what the latest pass has made was changed, and is not known any more."""

    def is_done(self) -> bool:
        """Tell whether the training loop was among those that have ended."""

    def is_awaiting(self) -> bool:
        """Tell whether the training loop is to be recorded when it begins anew."""


class WholeHooks(Hooks):
    """Records passes whole; where there is a trace, one that begins is followed.

    Then the object changes its class to `following`, whose methods compare with the trace. It
    changes back where the pass ends, and where it leaves the trace: what it did so far is noted
    after all. When there is nothing more to record, it becomes `idle`.
    """

    __slots__ = (
        "_anew",
        "_following",
        "_idle",
        "_latest_made",
        "_log",
        "_made_ids",
        "_step",
        "_touched",
        "_values",
        "_watcher",
        "trace",
    )

    def __init__(
        self,
        watcher: Watcher,
        known: Known,
        is_own: Callable[[str], bool],
        following: "type[WholeHooks]",
        idle: "type[WholeHooks]",
    ) -> None:
        super().__init__(known, watcher.ended, watcher.is_done, is_own)
        self._watcher, self._following, self._idle = watcher, following, idle
        self.trace: Trace | None = None
        self._step, self._values = NOWHERE, list[Any]()
        self._anew = set[int]()
        self._made_ids = set[int]()  # of what the pass, or the one before, has made ...
        self._latest_made: Step | None = None  # ... until this step, with it
        self._touched = set[int]()  # the memory that was changed since the pass before
        self._log = list[Named]()  # what the pass that is followed has called its values

    @property
    def is_following(self) -> bool:
        """Whether a pass is being followed."""
        return self._step is not NOWHERE

    @property
    def is_within(self) -> bool:
        """Whether a pass is being followed, and has done something."""
        return self.is_following and self._step.parent is not None

    def end(self) -> None:
        """Note nothing any more, and take as little time as that takes."""
        super().end()
        self._step = NOWHERE
        self.__class__ = self._idle

    def _begin(self, site: int, number: int) -> Pass | None:
        now, trace = super()._begin(site, number), self.trace
        if now is not None and trace is not None and trace.last is not None and site == trace.loop:
            is_new = number == 0 and self._watcher.is_awaiting()  # its names are wanted
            if trace.root is not None and self._is_like_others(trace) and not is_new:
                self._follow(trace, trace.root)
            else:
                self._resume(trace)
        return now

    def _is_like_others(self, trace: Trace) -> bool:
        """Tell whether the loop runs in as many calls as before, and not inside of itself."""
        if len(self._passes) > 1 and any(each.loop == trace.loop for each in self._passes[:-1]):
            return False
        return len(self._calls) == trace.depth

    def _follow(self, trace: Trace, root: Step) -> None:
        self._values, self._step = trace.begun(), root
        self._log = []
        self._made_ids, self._latest_made = set(), None
        if self._anew:
            self._anew = set()
        if self._touched:
            trace.forget(self._values, self._touched)
            self._anew = {*trace.places.outside}
        self.__class__ = self._following

    def _resume(self, trace: Trace) -> None:
        """Note of the pass before what would be known of it, had it been recorded whole."""
        self._watcher.resumed(trace.whole(self.known, self._touched))
        trace.last = None

    def _note(self, trace: Trace, steps: Sequence[Step], values: Sequence[Any]) -> None:
        """Note what a pass did that was followed until now, from its values, and their names."""
        if any(step.is_change for step in steps):
            self._watcher.changed_in_place()
        self._resume(trace)
        nodes = trace.nodes_before()
        now = next(each for each in self._passes if each.loop == trace.loop)
        names = self._log[::-1]
        for step in steps:
            while names and names[-1][0] is step.parent:
                self._name_again(names.pop())
            read = [self._read_from(place, values[place], nodes) for place in step.operands]
            node = Node(step.site, step.calls, step.inside or now, step.template, tuple(read))
            node.path = step.key[1][0]
            node.result, node.is_change = values[step.result], step.is_change
            if node.is_change:
                before = self.known.get(node.result)
                node.names = [*before.names] if before is not None else []
                for _, other in self.known.others(node.result):
                    other.lost = "an array that shares its memory was changed"
            if step.keeps is not None:
                place, copy = step.keeps
                changed = read[step.operands.index(place)].node
                assert changed is not None
                changed.kept = values[copy]
            nodes[step.result] = node
            self.known.put(node.result, node)
            now.nodes.append(node)
        for named in reversed(names):
            self._name_again(named)

    def _name_again(self, named: Named) -> None:
        _, depth, name, value = named
        text = name if isinstance(name, str) else f"{name[0]}[{key_text(name[1])}]"
        self._name(depth, text, value)

    def _read_from(self, place: int, value: Any, nodes: Mapping[int, Node]) -> Operand:
        node = nodes.get(place) or (self.known.get(value) if has_identity(value) else None)
        return Operand(node, value, node.lost if node is not None else "")

    def _resolved(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple([self._operand(each.object) if isinstance(each, Operand) else each
                      for each in values])  # fmt: skip

    def _see_that_it_changes(self, site: int, array: Any) -> None:
        """See nothing: what is recorded whole may be anything."""

    def _end(self, now: Pass | None) -> None:
        super()._end(now)
        if now is not None and self.trace is not None and now.loop == self.trace.loop:
            self._touched = set()

    def _changed(
        self,
        site: int,
        array: Any,
        template: Expression | None,
        values: tuple[Any, ...],
        *,
        is_store: bool = False,
    ) -> None:
        super()._changed(site, array, template, values, is_store=is_store)
        self._touched.add(id(root_of(array)))
