"""What the hooks of an instrumented script do: the script's own operation, and a note of it."""

import operator
from builtins import (  # noqa: UP029  a script may put others in their places
    any,
    enumerate,
    getattr,
    isinstance,
    iter,
    len,
    next,
    range,
    reversed,
    setattr,
    vars,
)
from collections.abc import Callable, Iterable, Iterator
from threading import get_ident
from typing import Any

import numpy as np

from nnscope.expression.syntax import Binary, Expression, Index, Name, Slice, Transpose, Unary
from nnscope.script import functions, stores
from nnscope.script.instrument import key_text
from nnscope.script.tape import Known, Node, Operand, Pass, has_identity, inside

DO: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "**": operator.pow, "@": operator.matmul, "//": operator.floordiv, "%": operator.mod,
    "&": operator.and_, "|": operator.or_, "^": operator.xor, "<<": operator.lshift,
    ">>": operator.rshift, ">": operator.gt, ">=": operator.ge, "<": operator.lt,
    "<=": operator.le, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
DO_IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.iadd, "-": operator.isub, "*": operator.imul, "/": operator.itruediv,
    "**": operator.ipow, "@": operator.imatmul, "//": operator.ifloordiv, "%": operator.imod,
    "&": operator.iand, "|": operator.ior, "^": operator.ixor, "<<": operator.ilshift,
    ">>": operator.irshift,
}  # fmt: skip


_MOST_NAMES, _MOST_ELEMENTS = 8, 64


class Hooks:
    """Does what a script says, and keeps what made each value.

    `ended` is called with each pass of a loop when it is complete or was broken off, the innermost
    loop first, `is_done` tells whether the training loop was among those that have ended.
    """

    __slots__ = (
        "_calls", "_ended", "_is_done", "_is_own", "_passes", "_thread", "is_over", "known",
    )  # fmt: skip
    slice = slice

    def __init__(
        self,
        known: Known,
        ended: Callable[[Pass], None],
        is_done: Callable[[], bool],
        is_own: Callable[[str], bool],
    ) -> None:
        self.known = known
        self._ended, self._is_done, self._is_own = ended, is_done, is_own
        self._passes: list[Pass] = []
        self._thread = 0  # the one that the passes go on in
        self._calls: tuple[str, ...] = ()
        self.is_over = False  # nothing is noted any more

    # operations

    def binary(self, site: int, sign: str, left: Any, right: Any) -> Any:
        """Join two values by an operator."""
        return self._joined(site, sign, left, right, DO[sign](left, right))

    compared = binary

    def _joined(self, site: int, sign: str, left: Any, right: Any, result: Any) -> Any:
        template = Binary(sign, Name("_0"), Name("_1")) if sign in functions.SIGNS else None
        return self._made(site, template, (left, right), result)

    def negative(self, site: int, value: Any) -> Any:
        """Turn the sign."""
        return self._made(site, Unary("-", Name("_0")), (value,), -value)

    def transposed(self, site: int, value: Any) -> Any:
        """Take the attribute `T`."""
        return self._made(site, Transpose(Name("_0")), (value,), value.T)

    def indexed(self, site: int, value: Any, key: Any) -> Any:
        """Take an entry, a part of an array, or an element of a list."""
        result = value[key]
        if self.is_over or isinstance(value, list | tuple | dict | str):
            return result
        if not isinstance(value, np.ndarray):
            base = value.base if isinstance(value, np.flatiter) else value
            return self._made(site, None, (base, key), result)
        items, chosen = _items(key), stores.chosen(value, key, result)
        if items is not None:
            return self._made(site, Index(Name("_0"), items), (value,), result)
        if chosen is not None:
            self._made(site, None, (key,), chosen)
            return self._made(site, stores.CHOSEN, (value, chosen), result)
        self.known.take(result, value, key)
        return self._made(site, None, (value, key), result)

    def call(self, site: int, function: Any, *arguments: Any, **options: Any) -> Any:
        """Call a function: the script's own is recorded inside, others as one operation."""
        if self.is_over or self._is_recorded(function):
            return function(*arguments, **options)
        found = functions.called(function, arguments, options)
        if found is not None:
            return self._made(site, found[0], found[1], function(*arguments, **options))
        given = (getattr(function, "__self__", None), arguments, options)
        changed = functions.outputs(function, arguments, options)
        if self._may_change(function):
            changed = [each for each in inside(given) if isinstance(each, np.ndarray)]
        for array in changed:
            self._keep(array)
        result = function(*arguments, **options)
        for array in changed:
            self._changed(site, array, None, given)
        return self._given_back(site, given, result)

    def _given_back(self, site: int, given: tuple[Any, ...], result: Any) -> Any:
        """Note what a call has made, as a whole or in lists and dictionaries."""
        if isinstance(result, list | tuple | dict):
            for each in inside(result):
                if self._is_new(site, each):
                    self._made(site, None, given, each)
        return self._made(site, None, given, result)

    def _is_new(self, _site: int, value: Any) -> bool:
        """Tell whether it is not known what made a value."""
        return self.known.get(value) is None

    def _is_recorded(self, function: Any) -> bool:
        """Tell whether the hooks are in a function, or in what a class does when it is called."""
        code = getattr(function, "__code__", None)
        if code is not None:
            return self._is_own(code.co_filename)
        own = getattr(function, "__func__", function)
        if isinstance(own, type):
            own = own.__init__  # type: ignore[misc]
        elif not hasattr(own, "__code__"):
            own = vars(type(own)).get("__call__", own)
        code = getattr(own, "__code__", None)
        return code is not None and self._is_own(code.co_filename)

    def _may_change(self, function: Any) -> bool:
        name, owner = getattr(function, "__name__", ""), getattr(function, "__self__", None)
        if isinstance(owner, list | dict | set | tuple | str):
            return False
        module = getattr(function, "__module__", "") or ""
        is_numpy = isinstance(function, np.ufunc) or module.startswith("numpy")
        if is_numpy or isinstance(owner, np.ndarray | np.generic | np.random.RandomState):
            return name in functions.CHANGING
        return module not in ("builtins", "math", "copy")

    # names and stores

    def bound(self, site: int, name: str, value: Any) -> Any:
        """Bind a name, or an attribute; a float gets an identity of its own."""
        if type(value) is float and self._is_new(site, value):
            value = value * 1.0  # the same number, and a new object
            self._made(site, None, (), value)
        if not self._passes and self.known.get(value) is None:
            self._made(site, None, (), value)  # data from somewhere
        self._named(name, value)
        return value

    def _named(self, name: str, value: Any) -> None:
        node = self.known.get(value) if has_identity(value) else None
        told = len(self._calls), name
        if node is not None and told not in node.names and len(node.names) < _MOST_NAMES:
            node.names.append(told)
        elif isinstance(value, list | tuple) and len(value) <= _MOST_ELEMENTS:
            for place, each in enumerate(value):
                if has_identity(each):
                    self._named(f"{name}[{place}]", each)
        elif isinstance(value, dict) and len(value) <= _MOST_ELEMENTS:
            self._entries_named(name, value)

    def _entries_named(self, name: str, values: dict[Any, Any]) -> None:
        """Name what a dictionary was made of, where it has no name of its own."""
        for key, value in values.items():
            node = self.known.get(value) if has_identity(value) else None
            if node is not None and not node.names:
                self._named(f"{name}[{key_text(key)}]", value)

    def store(self, site: int, value: Any, container: Any, key: Any, text: str) -> None:
        """Store an entry: in a dictionary or a list under its name, in an array as a change."""
        if type(value) is float and self._is_new(site, value):
            value = value * 1.0
            self._made(site, None, (), value)
        array = container.base if isinstance(container, np.flatiter) else container
        if not isinstance(array, np.ndarray) or self.is_over:
            container[key] = value
            self._named(f"{text}[{key_text(key)}]", value)
            return
        before = self._operands((array, key, value))
        self._keep(array)
        container[key] = value
        if stores.is_mask(container, key) and np.ndim(value) == 0:
            template = functions.stored(stores.MASKED, array, value)
            self._changed(site, array, template, (before[1], before[2], before[0]))
        else:
            self._changed(site, array, None, before)
        self._named(text, array)

    def augmented(self, site: int, sign: str, old: Any, value: Any, name: str) -> Any:
        """Do `name op= value`, in place where the old value is an array."""
        before = self._operands((old, value))
        self._keep(old)
        result = DO_IN_PLACE[sign](old, value)
        template = Binary(sign, Name("_0"), Name("_1")) if sign in functions.SIGNS else None
        if isinstance(old, np.ndarray) and result is old:
            kept = None if template is None else functions.stored(template, old, value)
            self._changed(site, old, kept, before)
        else:
            self._made(site, template, before, result)
        self._named(name, result)
        return result

    @staticmethod
    def attribute(owner: Any, attribute: str) -> tuple[Any, str, Any]:
        """Read an attribute that is going to be changed."""
        return owner, attribute, getattr(owner, attribute)

    def augmented_attribute(
        self, site: int, sign: str, owner: Any, attribute: str, old: Any, value: Any, text: str
    ) -> None:
        """Do `owner.attribute op= value`."""
        setattr(owner, attribute, self.augmented(site, sign, old, value, text))

    @staticmethod
    def item(container: Any, key: Any) -> tuple[Any, Any, Any]:
        """Read an entry that is going to be changed."""
        return container, key, container[key]

    def augmented_item(
        self, site: int, sign: str, container: Any, key: Any, old: Any, value: Any, text: str
    ) -> None:
        """Do `container[key] op= value`."""
        array = container.base if isinstance(container, np.flatiter) else container
        if isinstance(array, np.ndarray) and array is not container:
            before = self._operands((array, key, value))
            self._keep(array)
            container[key] = DO_IN_PLACE[sign](old, value)
            self._changed(site, array, None, before)
            return
        if isinstance(array, np.ndarray):
            self._augmented_part(site, sign, array, key, old, value, text)
            return
        name = f"{text}[{key_text(key)}]"
        container[key] = self.augmented(site, sign, old, value, name)

    def _augmented_part(
        self, site: int, sign: str, container: Any, key: Any, old: Any, value: Any, text: str
    ) -> None:
        """Do `array[key] op= value`: with a mask, or by an array of what is added where."""
        before = self._operands((container, key, value))
        kept = self._kept(container)
        container[key] = DO_IN_PLACE[sign](old, value)
        spread = None if self.is_over else stores.spread(sign, kept, key, value, container)
        if stores.is_mask(container, key) and np.ndim(value) == 0 and sign in functions.SIGNS:
            template = functions.stored(stores.masked(sign), container, value)
            self._changed(site, container, template, (before[1], before[0], before[2]))
        elif spread is not None:
            self._made(site, None, before[1:], spread)
            self._named(f"{text}_change", spread)
            template = Binary(sign, Name("_0"), Name("_1"))
            self._changed(site, container, template, (before[0], spread))
        else:
            self._changed(site, container, None, before)
        self._named(text, container)

    # loops and calls

    def passes(self, site: int, values: Iterable[Any]) -> Iterator[Any]:
        """Go over what a `for` goes over; a pass begins before its value is asked for.

        One that is broken off counts too: it may have updated all by then.
        """
        source, iterator, number, now = self._operand(values), iter(values), 0, None
        try:
            while True:
                now = self._begin(site, number)
                try:
                    value = next(iterator)
                except StopIteration:
                    return
                self._given(now, site, source, value)
                try:
                    yield value
                    _complete(now)
                finally:
                    self._end(now)
                number += 1
        finally:
            self._leave(now)
            self._rest()

    def _given(self, now: Pass | None, site: int, source: Operand, value: Any) -> None:
        """Note what a loop goes over: rows of an array, elements of what it was made of."""
        if isinstance(value, int) and now is not None:
            now.counter = value
        for each in inside(value):
            if self._is_new(site, each):
                self._made(site, None, (source,), each)

    def _rest(self) -> None:
        """Note nothing any more behind the loop, or the loops, that were recorded."""
        self.is_over = self.is_over or (not self._passes and self._is_done())

    def again(self, site: int) -> bool:
        """Begin a pass of a `while`."""
        before = self._going(site)
        _complete(before)
        self._end(before)
        self._begin(site, before.number + 1 if before is not None else 0)
        return True

    def left(self, site: int) -> None:
        """Leave a `while`: its last pass was not begun in earnest, or broken off."""
        self._end(self._going(site))
        self._rest()

    def _going(self, site: int) -> Pass | None:
        """Find the pass of a `while` of this call, inside which a generator may stand in a loop."""
        if get_ident() != self._thread:
            return None
        return next((each for each in reversed(self._passes)
                     if each.loop == site and each.depth == len(self._calls)), None)  # fmt: skip

    def _begin(self, site: int, number: int) -> Pass | None:
        """Begin a pass; while one goes on in a thread, those of other threads are not followed."""
        thread = get_ident()
        if self._passes and thread != self._thread:
            return None
        self._thread, now = thread, Pass(site, number, len(self._calls))
        self._passes.append(now)
        return now

    def _end(self, now: Pass | None) -> None:
        if now is not None and self._leave(now):
            self._ended(now)

    def _leave(self, now: Pass | None) -> bool:
        """Leave a pass, and those inside of it; say whether it was still going on.

        It may have been left before: a generator goes on inside the passes of another loop.
        """
        for place in reversed(range(len(self._passes) if now is not None else 0)):
            if self._passes[place] is now:
                del self._passes[place:]
                return True
        return False

    def entered(self, _site: int, name: str) -> None:
        """Enter a function of the script."""
        self._calls = (*self._calls, name)

    def returned(self, _site: int) -> None:
        """Leave it."""
        self._calls = self._calls[:-1]

    def loops(self) -> tuple[int, ...]:
        """Give the places of the loops that go on, the outermost first."""
        return tuple(each.loop for each in self._passes)

    # what made what

    def _operands(self, values: tuple[Any, ...]) -> tuple[Operand, ...]:
        return tuple([each if isinstance(each, Operand) else self._operand(each)
                      for each in values])  # fmt: skip

    def _operand(self, value: Any) -> Operand:
        node = self.known.get(value) if has_identity(value) else None
        return Operand(node, value, node.lost if node is not None else "")

    def _made(
        self, site: int, template: Expression | None, values: tuple[Any, ...], result: Any
    ) -> Any:
        """Note what made a result; what only hands on an operand makes nothing."""
        if self.is_over or not has_identity(result):
            return result
        if any(result is (each.object if isinstance(each, Operand) else each) for each in values):
            return result
        node = self._node(site, template, values)
        node.result = result if self._passes else None
        self.known.put(result, node)
        return result

    def _node(self, site: int, template: Expression | None, values: tuple[Any, ...]) -> Node:
        operands = self._operands(read_by(template, values))
        innermost = self._passes[-1] if self._passes else None
        node = Node(site, self._calls, innermost, template, operands)
        for pass_ in self._passes:
            pass_.nodes.append(node)
        return node

    def _keep(self, array: object) -> None:
        """Keep what an array is before the script changes it."""
        if self.is_over:
            return
        node = self.known.get(array) if isinstance(array, np.ndarray) else None
        if node is not None and isinstance(array, np.ndarray):
            node.kept = array.copy(order="K")
            node.result = node.kept if node.result is not None else None

    def _kept(self, array: Any) -> Any:
        """Keep what an array is, and give that."""
        self._keep(array)
        return array.copy(order="K")

    def _changed(
        self, site: int, array: Any, template: Expression | None, values: tuple[Any, ...]
    ) -> None:
        """Note that an array was changed in place; the others in its buffer can't be followed."""
        if self.is_over:
            return
        self._lose_others(array)
        self.known.change(array)
        node = self._node(site, template, values)
        node.result, node.is_change = array if self._passes else None, True
        self.known.put(array, node)

    def _lose_others(self, array: Any) -> None:
        """Say that the other arrays in a buffer that was changed can't be followed any more."""
        for other in self.known.others(array):
            other.lost = "an array that shares its memory was changed"


def read_by(template: Expression | None, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """List what an operation reads; one that the language does not have reads all that is inside.

    Of an array that it changes, that is how it was, and how it is.
    """
    if template is not None:
        return values
    before = [each for each in values if isinstance(each, Operand) and has_identity(each.object)]
    flat = tuple(each.object if isinstance(each, Operand) else each for each in values)
    return (*before, *inside(flat, 6))


def _complete(now: Pass | None) -> None:
    if now is not None:
        now.is_whole = True


def _items(key: Any) -> tuple[int | Slice, ...] | None:
    """Write an index in the language, which has whole numbers and slices."""
    found: list[int | Slice] = []
    for each in key if isinstance(key, tuple) else (key,):
        if isinstance(each, int | np.integer) and not isinstance(each, bool):
            found.append(int(each))
        elif isinstance(each, slice):
            found.append(Slice(each.start, each.stop, each.step))
        else:
            return None
    return tuple(found)
