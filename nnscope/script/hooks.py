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
    zip,
)
from collections.abc import Callable, Iterable, Iterator
from threading import get_ident
from typing import Any

import numpy as np

from nnscope.expression.syntax import Binary, Expression, Index, Name, Transpose, Unary
from nnscope.script import functions, stores, views
from nnscope.script.arranged import Template, with_lists
from nnscope.script.instrument import key_text
from nnscope.script.straight import MOST_BYTES, MOST_NODES
from nnscope.script.tape import Known, Node, Operand, Pass, has_identity, inside, root_of

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
        "_at", "_calls", "_ended", "_is_done", "_is_own", "_joined_parts", "_passes", "_path",
        "_room", "_thread", "is_over", "known", "straight",
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
        self.straight: Pass | None = Pass(-1, 0, 0)  # what is computed before training
        self._room = MOST_BYTES
        self._thread = 0  # the one that the passes go on in
        self._calls: tuple[str, ...] = ()
        self._path: tuple[int, ...] = ()  # the places of these calls
        self._at = -1  # the place of the latest call
        self._joined_parts: dict[int, tuple[Any, tuple[Any, ...]]] = {}
        self.is_over = False  # nothing is noted any more

    # operations

    def binary(self, site: int, sign: str, left: Any, right: Any) -> Any:
        """Join two values by an operator."""
        return self._joined(site, sign, left, right, DO[sign](left, right))

    compared = binary

    def _joined(self, site: int, sign: str, left: Any, right: Any, result: Any) -> Any:
        template = Binary(sign, Name("_0"), Name("_1")) if sign in functions.SIGNS else None
        if template is not None and isinstance(result, np.ndarray):
            found = self._with_lists((template, (left, right)))
            return self._made(site, None, (left, right), result) if found is None else \
                self._made(site, *found, result)  # fmt: skip
        return self._made(site, template, (left, right), result)

    def _with_lists(self, found: Template | None) -> Template | None:
        """Say an operation so that what lists hold which it reads is followed; None if it can't."""
        if found is None or not any(isinstance(each, list | tuple) for each in found[1]):
            return found
        return with_lists(found, self._is_computed)

    def _is_computed(self, value: object) -> bool:
        """Tell whether an operation of the language made a value."""
        node = self.known.get(value)
        return node is not None and node.template is not None

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
        items, chosen = stores.items_of(key), stores.chosen(value, key, result)
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
            self._at = site
            return function(*arguments, **options)
        arguments = functions.unrolled(function, arguments)
        changed = functions.outputs(function, arguments, options)
        read = functions.without_outputs(function, arguments, options)
        found = self._with_lists(functions.called(function, *read))
        if found is not None and len(changed) == 1:
            return self._written(site, found, changed[0], lambda: function(*arguments, **options))
        if found is not None and not changed:
            return self._made(site, found[0], found[1], function(*arguments, **options))
        given = (getattr(function, "__self__", None), arguments, options)
        if self._may_change(function):
            changed = [each for each in inside(given) if isinstance(each, np.ndarray)]
        before = [(array, array.tobytes(), self._before_call(array)) for array in changed]
        result = function(*arguments, **options)
        self._note_parts(result, arguments)
        for array, cells, copies in before:
            if cells != array.tobytes():
                self._was_changed(array, cells, copies)
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

    def _written(self, site: int, found: Template, array: Any, call: Callable[[], Any]) -> Any:
        """Call a function that writes its result to an array."""
        operands = self._operands(found[1])
        self._keep(array)
        before, result = self.known.get(array), call()
        is_exact = array.dtype == np.float64
        self._changed(site, array, found[0] if is_exact else None, operands)
        after = self.known.get(array)
        if before is not None and after is not None:
            after.names, after.is_written = [*before.names], True
        return result

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
        self._name(len(self._calls), name, value)

    def _name(self, depth: int, name: str, value: Any) -> None:
        """Note what the script calls a value, and those inside of it, so deep in calls."""
        node = self.known.get(value) if has_identity(value) else None
        told = depth, name
        if node is not None and told not in node.names and len(node.names) < _MOST_NAMES:
            node.names.append(told)
        elif isinstance(value, list | tuple) and len(value) <= _MOST_ELEMENTS:
            for place, each in enumerate(value):
                if has_identity(each):
                    self._name(depth, f"{name}[{place}]", each)
        elif isinstance(value, dict) and len(value) <= _MOST_ELEMENTS:
            self._entries_named(depth, name, value)

    def _entries_named(self, depth: int, name: str, values: dict[Any, Any]) -> None:
        """Name what a dictionary was made of, where it has no name of its own."""
        for key, value in values.items():
            node = self.known.get(value) if has_identity(value) else None
            if node is not None and not node.names:
                self._name(depth, f"{name}[{key_text(key)}]", value)

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
        self._stored(site, array, key, value, container)
        self._named(text, array)

    def _stored(self, site: int, array: Any, key: Any, value: Any, container: Any) -> None:
        """Store a value in an array, or in its cells in a row."""
        before = self._operands((array, key, value))
        found = stores.stored(array, key, value) if array is container else None
        told = self._replacing(site, key, found)
        self._keep(array)
        container[key] = value
        template = None if found is None else functions.stored(found[0], array, value)
        self._changed(site, array, template, told or before, is_store=True)

    def _replacing(self, site: int, key: Any, found: stores.Change | None) -> tuple[Operand, ...]:
        """Take what a store in an array reads; a mask that is made of its index depends on that."""
        values = found[1] if found is not None else ()
        if len(values) > 2 and values[2] is not key:
            self._made(site, None, (key,), values[2])
        return self._operands(values)

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
        if self.is_over:
            container[key] = DO_IN_PLACE[sign](old, value)
            return
        before = self._operands((container, key, value))
        found = stores.added(sign, container, key, value) if sign in functions.SIGNS else None
        told = self._replacing(site, key, found)
        kept = self._kept(container)
        container[key] = DO_IN_PLACE[sign](old, value)
        spread = stores.spread(sign, kept, key, value, container)
        if found is not None:
            template = functions.stored(found[0], container, value)
            self._changed(site, container, template, told, is_store=True)
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
        for each, origin in self._origins(source.object, value):
            if self._is_new(site, each):
                self._made(site, None, (origin,), each)

    def _origins(self, source: Any, value: Any) -> Iterator[tuple[Any, Any]]:
        """Yield what a loop was given, each with what it is from: `zip` goes over several."""
        joined, parts = self._joined_parts.get(id(source), (None, ()))
        if joined is not source or joined is None:
            yield from ((each, source) for each in inside(value))
        elif isinstance(joined, zip):
            for part, each in zip(parts, value):  # noqa: B905  as many as there are values
                yield from self._origins(part, each)
        else:
            yield from self._origins(parts[0], value[1])

    def _note_parts(self, joined: Any, parts: tuple[Any, ...]) -> None:
        """Note what `zip` or `enumerate` goes over; the latest are asked for."""
        if isinstance(joined, zip | enumerate):
            self._joined_parts[id(joined)] = joined, parts
            for id_ in [*self._joined_parts][:-_MOST_ELEMENTS]:
                del self._joined_parts[id_]

    def _rest(self) -> None:
        """Note nothing any more behind the loop, or the loops, that were recorded."""
        self.is_over = self.is_over or (not self._passes and self._is_done())

    def end(self) -> None:
        """Note nothing any more."""
        self.is_over = True

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
        around = self._passes[-1].loops if self._passes else ()
        self._thread, now = thread, Pass(site, number, len(self._calls), around=around)
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
        self._calls, self._path = (*self._calls, name), (*self._path, self._at)
        self._at = -1

    def returned(self, _site: int) -> None:
        """Leave it."""
        self._calls, self._path = self._calls[:-1], self._path[:-1]

    def loops(self) -> tuple[int, ...]:
        """Give the places of the loops that go on, the outermost first."""
        return tuple(each.loop for each in self._passes)

    # what made what

    def _operands(self, values: tuple[Any, ...]) -> tuple[Operand, ...]:
        return tuple([each if isinstance(each, Operand) else self._operand(each)
                      for each in values])  # fmt: skip

    def _operand(self, value: Any) -> Operand:
        node = self.known.get(value) if has_identity(value) else None
        if node is not None and node.lost and not self.is_over:
            self._taken_again(value, set())
            node = self.known.get(value)
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
        self._hold(node, result)
        self.known.put(result, node)
        way = views.view(site, template, values, result)
        if way is not None:
            self.known.put_view(result, way, node.pass_)
        return result

    def _node(self, site: int, template: Expression | None, values: tuple[Any, ...]) -> Node:
        operands = self._operands(read_by(template, values))
        innermost = self._passes[-1] if self._passes else None
        node = Node(site, self._calls, innermost, template, operands)
        node.path = self._path
        for pass_ in self._passes:
            pass_.nodes.append(node)
        return node

    def _hold(self, node: Node, result: Any) -> None:
        """Keep the result of an operation as long as the pass is looked at that it is in."""
        node.result = result if self._passes else None
        if self.straight is None:
            return
        self._room -= getattr(result, "nbytes", 0)
        if self._is_done() or self._room < 0 or len(self.straight.nodes) > MOST_NODES:
            self.straight = None
            return
        self.straight.nodes.append(node)
        node.result = result

    def _copies(self, array: object) -> list[tuple[Node, Any]]:
        """Copy an array that is going to be changed, and all that live in the same memory."""
        if self.is_over or not isinstance(array, np.ndarray):
            return []
        found = [(self.known.get(array), array)]
        found += [(node, other) for other, node in self.known.others(array)]
        known = [(node, each) for node, each in found if node is not None]
        copies = views.copies([each for _, each in known], root_of(array))
        return [(node, copy) for (node, _), copy in zip(known, copies, strict=True)]

    _before_call = _copies

    def _was_changed(self, _array: Any, _cells: bytes, copies: list[tuple[Node, Any]]) -> None:
        """Learn that a call has changed an array, of which there are copies from before."""
        for node, copy in copies:
            _keep_in(node, copy)

    def _keep(self, array: object) -> None:
        """Keep what an array is before the script changes it."""
        for node, copy in self._copies(array):
            _keep_in(node, copy)

    def _kept(self, array: Any) -> Any:
        """Keep what an array is, and give that."""
        self._keep(array)
        return array.copy(order="K")

    def _changed(
        self,
        site: int,
        array: Any,
        template: Expression | None,
        values: tuple[Any, ...],
        *,
        is_store: bool = False,
    ) -> None:
        """Note that an array was changed in place, and with it others of the same memory."""
        if self.is_over:
            return
        self.known.change(array)
        node = self._node(site, template, values)
        self._hold(node, array)
        node.is_change = True
        node.is_store = is_store and template is not None
        self.known.put(array, node)
        self._tell_others(site, array)

    def _tell_others(self, site: int, array: Any) -> None:
        """Note what the other arrays in a buffer are that was changed, where that is known."""
        told = self._written_back(site, array)
        others = [(other, node) for other, node in self.known.others(array)
                  if id(other) not in told]  # fmt: skip
        for _, other_node in others:
            other_node.lost = "an array that shares its memory was changed"
        for other, _ in others:
            if self.known.is_from_before(other):  # others are taken again when they are read
                self._taken_again(other, told)

    def _written_back(self, site: int, array: Any) -> set[int]:
        """Note what those arrays are now that a changed one is a part of; give them, and it."""
        told, way = {id(array)}, self.known.view(array)
        while way is not None and (template := views.written_back(way)) is not None:
            node = self._derived(site, way.parent, template, (way.parent, array))
            node.is_store = True
            array, way = way.parent, self.known.view(way.parent)
            told.add(id(array))
        return told

    def _taken_again(self, array: Any, told: set[int]) -> bool:
        """Note what a view is now that its parent has changed; say whether that is known."""
        node, way = self.known.get(array), self.known.view(array)
        if id(array) in told or node is None:
            return node is not None
        if not node.lost:
            return True
        if way is None or not self._taken_again(way.parent, told):
            return False
        self._derived(way.site, array, way.template, (way.parent,))
        told.add(id(array))
        return True

    def _derived(
        self, site: int, array: Any, template: Expression, values: tuple[Any, ...]
    ) -> Node:
        """Note what an array is now that another one of the same memory was changed."""
        before, node = self.known.get(array), self._node(site, template, values)
        node.is_derived = True
        self._hold(node, array)
        node.names = [*before.names] if before is not None else []
        self.known.put(array, node)
        return node


def read_by(template: Expression | None, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """List what an operation reads; one that the language does not have reads all that is inside.

    Of an array that it changes, that is how it was, and how it is.
    """
    if template is not None:
        return values
    before = [each for each in values if isinstance(each, Operand) and has_identity(each.object)]
    flat = tuple(each.object if isinstance(each, Operand) else each for each in values)
    return (*before, *inside(flat, 6))


def _keep_in(node: Node, copy: Any) -> None:
    """Keep what a value was before the script changed it."""
    if node.kept is None:
        node.kept = copy
        node.result = copy if node.result is not None else None


def _complete(now: Pass | None) -> None:
    if now is not None:
        now.is_whole = True
