"""What the hooks of an instrumented script do: the script's own operation, and a note of it."""

import operator
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from nnscope.expression.syntax import Binary, Expression, Index, Name, Slice, Transpose, Unary
from nnscope.script import functions
from nnscope.script.instrument import key_text
from nnscope.script.tape import Known, Node, Operand, Pass, has_identity, inside

_DO: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "**": operator.pow, "@": operator.matmul, "//": operator.floordiv, "%": operator.mod,
    "&": operator.and_, "|": operator.or_, "^": operator.xor, "<<": operator.lshift,
    ">>": operator.rshift, ">": operator.gt, ">=": operator.ge, "<": operator.lt,
    "<=": operator.le, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_DO_IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.iadd, "-": operator.isub, "*": operator.imul, "/": operator.itruediv,
    "**": operator.ipow, "@": operator.imatmul, "//": operator.ifloordiv, "%": operator.imod,
    "&": operator.iand, "|": operator.ior, "^": operator.ixor, "<<": operator.ilshift,
    ">>": operator.irshift,
}  # fmt: skip

_MOST_ENTRIES = 100
"""So many entries of a dictionary or a list get names when it gets one."""


class Hooks:
    """Does what a script says, and keeps what made each value.

    `ended` is called with each pass of a loop when it is complete, the innermost loop first.
    """

    slice = slice

    def __init__(self, ended: Callable[[Pass], None], is_own: Callable[[str], bool]) -> None:
        self.known = Known()
        self._ended, self._is_own = ended, is_own
        self._passes: list[Pass] = []
        self._calls: tuple[str, ...] = ()
        self.is_over = False  # nothing is noted any more

    # operations

    def binary(self, site: int, sign: str, left: Any, right: Any) -> Any:
        """Join two values by an operator."""
        return self._joined(site, sign, left, right, _DO[sign](left, right))

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
        if not isinstance(value, np.ndarray):
            return result
        items = _items(key)
        template = None if items is None else Index(Name("_0"), items)
        return self._made(site, template, (value,) if template else (value, key), result)

    def call(self, site: int, function: Any, *arguments: Any, **options: Any) -> Any:
        """Call a function: the script's own is recorded inside, others as one operation."""
        if self._is_recorded(function) or self.is_over:
            return function(*arguments, **options)
        given = (getattr(function, "__self__", None), arguments, options)
        changed = (
            [each for each in inside(given) if isinstance(each, np.ndarray)]
            if self._may_change(function)
            else []
        )
        for array in changed:
            self._keep(array)
        result = function(*arguments, **options)
        found = functions.called(function, arguments, options)
        if found is not None:
            return self._made(site, found[0], found[1], result)
        for array in changed:
            self._changed(site, array, None, given)
        return self._made(site, None, given, result)

    def _is_recorded(self, function: Any) -> bool:
        """Tell whether the hooks are in a function, or in what a class does when it is called."""
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
        if type(value) is float and self.known.get(value) is None:
            value = value * 1.0  # the same number, and a new object
            self._made(site, None, (), value)
        self._named(name, value)
        if type(value) in (dict, list):
            self._entries_named(name, value)
        return value

    def _entries_named(self, name: str, values: dict[Any, Any] | list[Any]) -> None:
        """Name what a dictionary or a list was made of, where it has no name of its own."""
        entries = values.items() if isinstance(values, dict) else enumerate(values)
        for key, value in islice(entries, _MOST_ENTRIES):
            node = self.known.get(value) if has_identity(value) else None
            if node is not None and not node.names:
                self._named(f"{name}[{key_text(key)}]", value)

    def _named(self, name: str, value: Any) -> None:
        node = self.known.get(value) if has_identity(value) else None
        if node is not None:
            node.names.append((len(self._calls), name))

    def store(self, site: int, value: Any, container: Any, key: Any, text: str) -> None:
        """Store an entry: in a dictionary or a list under its name, in an array as a change."""
        if type(value) is float and self.known.get(value) is None:
            value = value * 1.0
            self._made(site, None, (), value)
        self._keep(container)
        container[key] = value
        if isinstance(container, np.ndarray):
            self._changed(site, container, None, (container, key, value))
        else:
            self._named(f"{text}[{key_text(key)}]", value)

    def augmented(self, site: int, sign: str, old: Any, value: Any, name: str) -> Any:
        """Do `name op= value`, in place where the old value is an array."""
        before = self._operands((old, value))
        self._keep(old)
        result = _DO_IN_PLACE[sign](old, value)
        if isinstance(old, np.ndarray) and result is old:
            template = Binary(sign, Name("_0"), Name("_1")) if sign in functions.SIGNS else None
            self._changed(site, old, template, before)
        else:
            self._made(site, Binary(sign, Name("_0"), Name("_1")), before, result)
        self._named(name, result)
        return result

    def augmented_attribute(
        self, site: int, sign: str, owner: Any, attribute: str, value: Any, text: str
    ) -> None:
        """Do `owner.attribute op= value`."""
        setattr(
            owner, attribute, self.augmented(site, sign, getattr(owner, attribute), value, text)
        )

    def augmented_item(
        self, site: int, sign: str, container: Any, key: Any, value: Any, text: str
    ) -> None:
        """Do `container[key] op= value`."""
        if isinstance(container, np.ndarray):
            before = self._operands((container, key, value))
            self._keep(container)
            container[key] = _DO_IN_PLACE[sign](container[key], value)
            self._changed(site, container, None, before)
            return
        name = f"{text}[{key_text(key)}]"
        container[key] = self.augmented(site, sign, container[key], value, name)

    # loops and calls

    def passes(self, site: int, values: Iterable[Any]) -> Iterator[Any]:
        """Go over what a `for` goes over; a pass begins before its value is asked for."""
        iterator, number = iter(values), 0
        depth = len(self._passes)
        try:
            while True:
                self._begin(site, number)
                try:
                    value = next(iterator)
                except StopIteration:
                    self._passes.pop()
                    return
                yield value
                self._end(depth)
                number += 1
        finally:
            del self._passes[depth:]

    def again(self, site: int) -> bool:
        """Begin a pass of a `while`."""
        number = 0
        if self._passes and self._passes[-1].loop == site:
            number = self._passes[-1].number + 1
            self._end(len(self._passes) - 1)
        self._begin(site, number)
        return True

    def left(self, site: int) -> None:
        """Leave a `while`: its last pass was not begun in earnest, or broken off."""
        while self._passes and self._passes[-1].loop == site:
            self._passes.pop()

    def _begin(self, site: int, number: int) -> None:
        self._passes.append(Pass(site, number))

    def _end(self, depth: int) -> None:
        del self._passes[depth + 1 :]
        self._ended(self._passes.pop())

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
        return tuple(each if isinstance(each, Operand) else self._operand(each) for each in values)

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
        if template is None:
            flat = tuple(each.object if isinstance(each, Operand) else each for each in values)
            known = {id(each.node): each for each in values if isinstance(each, Operand)}
            operands = (*known.values(), *self._operands(tuple(inside(flat, 6))))
        else:
            operands = self._operands(values)
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

    def _changed(
        self, site: int, array: Any, template: Expression | None, values: tuple[Any, ...]
    ) -> None:
        """Note that an array was changed in place; the others in its buffer can't be followed."""
        if self.is_over:
            return
        for other in self.known.others(array):
            other.lost = "an array that shares its memory was changed"
        node = self._node(site, template, values)
        node.result = array if self._passes else None
        self.known.put(array, node)


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
