"""The hooks of passes that are followed along a trace."""

from builtins import (  # noqa: UP029  a script may put others in their places
    any,
    bool,
    dict,
    enumerate,
    float,
    id,
    int,
    isinstance,
    len,
    list,
    range,
    slice,
    str,
    tuple,
    type,
    zip,
)
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import numpy as np

from nnscope.expression.syntax import Expression
from nnscope.script.called import Called
from nnscope.script.hooks import DO, DO_IN_PLACE, read_by
from nnscope.script.instrument import key_text
from nnscope.script.steps import Step
from nnscope.script.tape import Node, Operand, Pass, has_identity, is_equal
from nnscope.script.trace import Trace
from nnscope.script.whole import NOWHERE, WholeHooks

_CONTAINERS = (list, dict, tuple, str, set)
_QUIET = {id(each) for each in (len, range, print, int, str, bool, type, isinstance, format)}
"""Functions that change nothing, and whose results nothing is noted of."""


class FollowingHooks(WholeHooks):
    """Follows a pass along the trace: does what the script says, and sees that it is the same.

    The hooks that come often compare at once; the others do what they always do, and what they
    would note is compared.
    """

    __slots__ = ()  # a class of its own layout could not be changed to, and slots are quick
    trace: Trace

    # hooks that come often

    def binary(self, site: int, sign: str, left: Any, right: Any) -> Any:
        """Join two values by an operator."""
        result = DO[sign](left, right)
        step = self._step
        if step.site == site:
            values = self._values
            if (values[step.first] is left or self._fits(step, step.first, left)) and (
                values[step.second] is right or self._fits(step, step.second, right)
            ):
                values[step.result] = result
                self._step = step.next  # type: ignore[assignment]
                return result
        if type(result) is int or type(result) is bool:
            return result
        return self._joined(site, sign, left, right, result)

    compared = binary

    def negative(self, site: int, value: Any) -> Any:
        """Turn the sign."""
        step, result = self._step, -value
        if step.site == site and self._values[step.first] is value:
            self._values[step.result] = result
            self._step = step.next  # type: ignore[assignment]
            return result
        return WholeHooks.negative(self, site, value)

    def transposed(self, site: int, value: Any) -> Any:
        """Take the attribute `T`."""
        step, result = self._step, value.T
        if step.site == site and self._values[step.first] is value:
            self._values[step.result] = result
            self._step = step.next  # type: ignore[assignment]
            return result
        return WholeHooks.transposed(self, site, value)

    def indexed(self, site: int, value: Any, key: Any) -> Any:
        """Take an entry, a part of an array, or an element of a list."""
        kind = type(value)
        if kind is dict or kind is list or kind is tuple:
            return value[key]
        step = self._step
        if step.site == site and self._values[step.first] is value and _is_same_key(step, key):
            result = self._values[step.result] = value[key]
            self._step = step.next  # type: ignore[assignment]
            return result
        result = WholeHooks.indexed(self, site, value, key)
        if step.called is None and self._step is step.next and isinstance(key, int | slice):
            step.called = key
        return result

    def call(self, site: int, function: Any, *arguments: Any, **options: Any) -> Any:
        """Call a function: the script's own is recorded inside, others as one operation."""
        step = self._step
        called = step.called
        if step.site == site and called:
            given = arguments if function is called.function else called.given(function, arguments)
            if (
                given is not None
                and len(given) == called.count
                and (not (options or called.options) or called.has(options))
                and self._all_fit(step, called.places, given)
            ):
                result = self._values[step.result] = function(*arguments, **options)
                self._step = step.next  # type: ignore[assignment]
                return result
        if type(function) is FunctionType and self._is_own(function.__code__.co_filename):
            self._at = site
            return function(*arguments, **options)
        if id(function) in _QUIET or isinstance(getattr(function, "__self__", None), _CONTAINERS):
            result = function(*arguments, **options)
            if not has_identity(result) and not isinstance(result, list | tuple | dict):
                return result
            owner = getattr(function, "__self__", None)
            return self._given_back(site, (owner, arguments, options), result)
        result = WholeHooks.call(self, site, function, *arguments, **options)
        is_next = step.called is None and self._step is step.next and not step.is_change
        is_next = is_next and not isinstance(result, zip | enumerate)  # their parts are noted
        if is_next and self._values[step.result] is result:
            called = Called.of(
                function, arguments, options, step.operands, self._values, self.trace.places
            )
            step.called = called or False
        return result

    def bound(self, site: int, name: str, value: Any) -> Any:
        """Bind a name, or an attribute; a float gets an identity of its own.

        What was computed for it may have left the trace: then it is named.
        """
        step = self._step
        if step is not NOWHERE and (type(value) is not float or step.site != site):
            if type(value) is not int:
                self._log.append((step.parent, len(self._calls), name, value))
            return value
        return WholeHooks.bound(self, site, name, value)

    def _named(self, name: str, value: Any) -> None:
        """Keep a name for a pass that leaves the trace."""
        self._log.append((self._step.parent, len(self._calls), name, value))

    def store(self, site: int, value: Any, container: Any, key: Any, text: str) -> None:
        """Store an entry: in a dictionary or a list, or in an array as a change."""
        kind, step = type(container), self._step
        if step is NOWHERE:
            WholeHooks.store(self, site, value, container, key, text)
        elif kind is dict or kind is list:
            if type(value) is float:
                value = self.bound(site, f"{text}[{key_text(key)}]", value)
            else:
                self._log.append((step.parent, len(self._calls), (text, key), value))
            container[key] = value
        else:
            self._see_that_it_changes(site, container)
            WholeHooks.store(self, site, value, container, key, text)

    def augmented(self, site: int, sign: str, old: Any, value: Any, name: str) -> Any:
        """Do `name op= value`, in place where the old value is an array."""
        step, values = self._step, self._values
        if (
            step.site == site
            and (values[step.first] is old or self._fits(step, step.first, old))
            and (values[step.second] is value or self._fits(step, step.second, value))
        ):
            if step.keeps is not None:
                values[step.keeps[1]] = old.copy(order="K")
            if step.is_change:
                self.known.change(old)
            result = values[step.result] = DO_IN_PLACE[sign](old, value)
            self._step = step.next  # type: ignore[assignment]
            self._log.append((step, len(self._calls), name, result))
            return result
        if type(old) is int and type(value) is int:
            return DO_IN_PLACE[sign](old, value)
        self._see_that_it_changes(site, old)
        return WholeHooks.augmented(self, site, sign, old, value, name)

    def augmented_item(
        self, site: int, sign: str, container: Any, key: Any, old: Any, value: Any, text: str
    ) -> None:
        """Do `container[key] op= value`."""
        kind = type(container)
        if kind is dict or kind is list:
            container[key] = self.augmented(site, sign, old, value, text)
            return
        self._see_that_it_changes(site, container)
        WholeHooks.augmented_item(self, site, sign, container, key, old, value, text)

    def _given(self, now: Pass | None, site: int, source: Operand, value: Any) -> None:
        if type(value) is not int:
            WholeHooks._given(self, now, site, source, value)

    # what the other hooks note

    def _is_new(self, site: int, value: Any) -> bool:
        """Tell whether the trace says that a value is new; else it must be known."""
        is_told = self._step.site == site and not self._step.is_change
        return is_told and not self._has_made(value)

    def _has_made(self, value: object) -> bool:
        """Tell whether the pass, or the one before, has made a value."""
        if not self._made_ids and self.trace.last is not None:
            self._made_ids = {id(self._values[place]) for place, _ in self.trace.last[0].moves}
        step = self._step.parent
        while step is not self._latest_made and step is not None:
            self._made_ids.add(id(self._values[step.result]))
            step = step.parent
        self._latest_made = self._step.parent
        return id(value) in self._made_ids

    def _is_computed(self, value: object) -> bool:
        """Tell whether the pass, or one before, has made a value."""
        return self._has_made(value) or WholeHooks._is_computed(self, value)

    def _operand(self, value: Any) -> Operand:
        return Operand(None, value)

    def _see_that_it_changes(self, site: int, array: Any) -> None:
        """Leave the trace unless it says that an array is changed next, or a step after that."""
        array = array.base if isinstance(array, np.flatiter) else array
        if isinstance(array, np.ndarray) and self._step.site != site:
            self._leave_trace()
        else:
            self._keep(array)

    def _keep(self, array: object) -> None:
        if not isinstance(array, np.ndarray):
            return
        for step in (self._step, self._step.next):
            if step is not None and self._is_changed(step, array):
                if step.keeps is not None:
                    self._values[step.keeps[1]] = array.copy(order="K")
                return
        self._leave_trace()
        self._keep(array)

    def _is_changed(self, step: Step, array: Any) -> bool:
        found = (self._values[place] is array for place in step.operands)
        return step.is_change and any(found)

    def _made(
        self, site: int, template: Expression | None, values: tuple[Any, ...], result: Any
    ) -> Any:
        if not has_identity(result) or any(each is result for each in _objects(values)):
            return result
        if not self._goes_on(site, template, values, result, is_change=False):
            self._leave_trace()
            return self._made(site, template, self._resolved(values), result)
        return result

    def _before_call(self, array: object) -> list[tuple[Node, Any]]:
        """Keep an array for the trace, where that says that the call changes it."""
        for step in (self._step, self._step.next):
            if step is not None and self._is_changed(step, array):
                self._keep(array)
        return []

    def _was_changed(self, array: Any, cells: bytes, copies: list[tuple[Node, Any]]) -> None:
        """Leave the trace, unless that says that an array is changed: it may have been read."""
        steps = [step for step in (self._step, self._step.next) if step is not None]
        if not any(self._is_changed(step, array) for step in steps):
            self._leave_trace()
            node = self.known.get(array)
            before = np.frombuffer(cells, array.dtype).reshape(array.shape)
            self._was_changed(array, cells, [(node, before)] if node is not None else [])

    def _changed(
        self,
        site: int,
        array: Any,
        template: Expression | None,
        values: tuple[Any, ...],
        *,
        is_store: bool = False,
    ) -> None:
        if self._goes_on(site, template, values, array, is_change=True):
            self.known.change(array)
        else:
            self._leave_trace()
            self._changed(site, array, template, self._resolved(values), is_store=is_store)

    # along the trace and away from it

    def _goes_on(
        self,
        site: int,
        template: Expression | None,
        values: tuple[Any, ...],
        result: Any,
        *,
        is_change: bool,
    ) -> bool:
        """Take the step that the trace has for an operation; say whether it has one."""
        objects = _objects(read_by(template, values))
        for step in self._step.branches:
            if (
                step.site == site
                and step.is_change == is_change
                and (not step.is_wanted or step.template == template)
                and len(step.operands) == len(objects)
                and self._all_fit(step, step.operands, objects)
            ):
                assert step.next is not None
                self._values[step.result], self._step = result, step.next
                return True
        return False

    def _all_fit(self, step: Step, places: tuple[int, ...], objects: tuple[Any, ...]) -> bool:
        values = self._values
        for place, each in zip(places, objects):  # noqa: B905  of the same length, and quick
            if values[place] is not each and not self._fits(step, place, each):
                return False
        return True

    def _fits(self, step: Step, place: int, value: Any) -> bool:
        """Tell whether a value from outside may be in a place; another one is fed then."""
        trace, values = self.trace, self._values
        if place not in trace.places.outside:
            return False
        if not has_identity(value) and is_equal(values[place], value):
            return True
        if place in trace.places.literals:
            return is_equal(trace.places.literals[place], value)
        if place not in step.fresh or not self._is_from_outside(value):
            return False
        values[place] = trace.places.base[place] = value
        self._anew.add(place)
        return True

    def _is_from_outside(self, value: Any) -> bool:
        """Tell whether no parameter leads to a value within an iteration."""
        if not has_identity(value):
            return True
        node = self.known.get(value)
        if node is None:
            is_number = isinstance(value, float) and not isinstance(value, np.number)
            return is_number and not any(each is value for each in self._values)
        return not node.lost and not node.depends

    def _begin(self, site: int, number: int) -> Pass | None:
        """Begin a pass of a loop inside: the trace has its steps."""
        return None

    def _end(self, now: Pass | None) -> None:
        if now is None:
            return
        if now.loop != self.trace.loop and not any(each is now for each in self._passes):
            return  # a generator goes on in a pass after that in which it was begun
        step: Step | None = self._step
        while step is not None and step.variant is None:
            step = step.other
        if step is None or step.variant is None or now.loop != self.trace.loop:
            self._leave_trace()
            self._end(now)
            return
        self._go_away()
        if self._touched:
            self._touched = set()
        if self._leave(now):
            self.trace.last = step.variant, self._values
            if step.variant.free:
                self.trace.keep_known(self.known)
            self._watcher.followed(now.loop, step.variant, self._values, self._anew)

    def _leave(self, now: Pass | None) -> bool:
        """Leave a pass that has come to nothing, or one around the loop."""
        if not any(each is now for each in self._passes):
            return False
        if self.is_within:
            self._leave_trace()
        else:
            self._go_away()
        return self._leave(now)

    def _leave_trace(self) -> None:
        """Note what the pass has done so far, and go on recording it whole."""
        steps = [*_behind(self._step)][::-1]
        self._go_away()
        self._note(self.trace, steps, self._values)

    def _go_away(self) -> None:
        self.__class__ = WholeHooks  # type: ignore[assignment]
        self._step = NOWHERE


def _objects(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([each.object if isinstance(each, Operand) else each for each in values])


def _is_same_key(step: Step, key: Any) -> bool:
    called = step.called
    return (
        called is not None
        and type(key) is type(called)
        and (not step.is_wanted or bool(key == called))
    )


def _behind(step: Step) -> Iterator[Step]:
    """Yield the steps that lead to one, the last first."""
    before = step.parent
    while before is not None:
        yield before
        before = before.parent
