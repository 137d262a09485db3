"""What made a value: the operations of a script as a graph, found by the identity of their results.

The values stay the script's own. A float or an array is known by its identity; a whole number or a
truth value has none, since Python shares them, and counts as written where it is used.
"""

import weakref
from builtins import (  # noqa: UP029  a script may put others in their places
    enumerate,
    id,
    isinstance,
    repr,
    slice,
    tuple,
    type,
)
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from msgspec import Struct, field

from nnscope.expression.syntax import Expression
from nnscope.script.views import View

Key = tuple[int, tuple[tuple[int, ...], int]]
"""Tells an operation from the others of its pass.

That is its place, the places of the calls that it was computed in, and how often it was come to by
them: a function may be called for the training, and from elsewhere now and then.
"""

MOST_ELEMENTS = 10_000
"""How many elements of lists and dictionaries are looked at for what they depend on."""


class Operand(Struct, eq=False):
    """Something that an operation read: what made it, where that is known, and the object.

    `lost` says why it could not be followed when it was read.
    """

    node: "Node | None"
    object: Any
    lost: str = ""

    @property
    def value(self) -> Any:
        """The value that was read, also where the script has changed the object since."""
        return self.object if self.node is None or self.node.kept is None else self.node.kept


class Node(Struct, eq=False):
    """A value that the script computed.

    `template` is the operation in the language, its operands named by their numbers, None for one
    that the language does not have. `site` is the number of its place in the source, `pass_` the
    pass of the innermost loop that it was computed in. `calls` are the functions that it was
    computed in, the innermost last. `result` is the value, as long as the pass is looked at, `kept`
    a copy of it where the script changed it in place. `names` are what the script has called it,
    with how deep in calls that was. `lost` says why it can't be followed any more. `is_change`
    says that an operand was changed in place, `depends` that a parameter leads to it, once that is
    known. `is_derived` says that the script changed it by changing another array of the same
    memory, `is_store` that it is the first operand with some cells replaced, `is_written` that it
    was written to an array which it does not read. `path` are the places of the calls that it was
    computed in.
    """

    site: int
    calls: tuple[str, ...]
    pass_: "Pass | None"
    template: Expression | None
    operands: tuple[Operand, ...]
    result: Any = None
    kept: Any = None
    names: list[tuple[int, str]] = field(default_factory=list)
    lost: str = ""
    is_change: bool = False
    depends: bool = False
    is_derived: bool = False
    is_store: bool = False
    is_written: bool = False
    path: tuple[int, ...] = ()


class Pass(Struct, eq=False):
    """One pass of a loop: the operations in it, in their order. `number` counts from 0.

    `depth` is how many calls it is in, `counter` what the loop counts with, where it goes over
    whole numbers. `is_whole` says that it came to its end: others are under way, or were broken
    off. `around` are the loops around it, the outermost first, with the numbers of their passes.
    """

    loop: int
    number: int
    depth: int
    counter: int | None = None
    nodes: list[Node] = field(default_factory=list)
    is_whole: bool = False
    around: tuple[tuple[int, int], ...] = ()

    @property
    def loops(self) -> tuple[tuple[int, int], ...]:
        """The loops that it is in, its own the last, with the numbers of their passes."""
        return (*self.around, (self.loop, self.number))

    def keyed(self) -> dict[Key, Node]:
        """Give the operations by their places, and how often each place had been come to before.

        What was derived counts for itself, from -1 down: there may be none in the first pass.
        """
        counts: dict[tuple[int, bool, tuple[int, ...]], int] = {}
        found: dict[Key, Node] = {}
        for node in self.nodes:
            place = node.site, node.is_derived, node.path
            counts[place] = count = counts.get(place, -1) + 1
            found[node.site, (node.path, ~count if node.is_derived else count)] = node
        return found


_WITH_IDENTITY = (np.ndarray, np.number, float, zip, enumerate, reversed, map, filter)


def has_identity(value: object) -> bool:
    """Tell whether a value can be told from an equal one; iterators count, for what they give."""
    return isinstance(value, _WITH_IDENTITY)


def is_equal(a: Any, b: Any) -> bool:
    """Tell whether two values are the same number, or the same object."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return a is b
    return type(a) is type(b) and repr(a) == repr(b)


class Rows(Struct, eq=False):
    """Numbers of rows along an axis of an array, which had been changed so often by then."""

    array: np.ndarray[Any, Any]
    axis: int
    index: np.ndarray[Any, Any]
    changes: int


class Known:
    """Finds what made a value by its identity."""

    def __init__(self) -> None:
        self._arrays: dict[int, tuple[weakref.ref[Any], Node]] = {}
        self._numbers: dict[int, tuple[object, Node]] = {}
        self._sharing: dict[int, dict[int, None]] = {}  # the arrays of each buffer, by identity
        self._taken: dict[int, tuple[weakref.ref[Any], Rows, int]] = {}
        self._changes: dict[int, int] = {}
        self._views: dict[int, tuple[weakref.ref[Any], View, Pass | None]] = {}

    def get(self, value: object) -> Node | None:
        """Give what made a value, None where that is not known."""
        if isinstance(value, np.ndarray):
            found = self._arrays.get(id(value))
            return found[1] if found is not None and found[0]() is value else None
        number = self._numbers.get(id(value))
        return number[1] if number is not None and number[0] is value else None

    def put(self, value: object, node: Node) -> None:
        """Say what made a value."""
        if isinstance(value, np.ndarray):
            self._arrays[id(value)] = (weakref.ref(value), node)
            self._sharing.setdefault(id(root_of(value)), {})[id(value)] = None
        else:
            self._numbers[id(value)] = (value, node)

    def change(self, array: np.ndarray[Any, Any]) -> None:
        """Say that an array was changed in place."""
        root = id(root_of(array))
        self._changes[root] = self._changes.get(root, 0) + 1

    def changes(self, root: object) -> int:
        """Count how often what owns a buffer was changed."""
        return self._changes.get(id(root), 0)

    def take(self, result: object, array: object, key: object) -> None:
        """Say that an array was made of rows or columns of another, by their numbers."""
        axis, index = _one_index(key)
        if index is None or not isinstance(array, np.ndarray) or axis >= array.ndim:
            return
        of_base = self.taken(array)
        if of_base is not None and of_base.axis == axis:
            rows = Rows(of_base.array, axis, of_base.index[index], of_base.changes)
        else:
            rows = Rows(array, axis, index.copy(), self.changes(root_of(array)))
        told = weakref.ref(result, partial(self._let_go, id(result)))
        self._taken[id(result)] = told, rows, self.changes(result)

    def _let_go(self, id_: int, reference: object) -> None:
        if id_ in self._taken and self._taken[id_][0] is reference:
            del self._taken[id_]

    def taken(self, value: object) -> "Rows | None":
        """Give what an array was made of by numbers of rows or columns, if it still is that."""
        found = self._taken.get(id(value))
        if found is None or found[0]() is not value or found[2] != self.changes(value):
            return None
        return found[1]

    def put_view(self, array: np.ndarray[Any, Any], way: View, taken: Pass | None) -> None:
        """Say how an array lies in another, and in which pass it was taken from it."""
        id_ = id(array)
        gone = weakref.ref(array, lambda gone: self._forget_view(id_, gone))
        self._views[id_] = gone, way, taken

    def _forget_view(self, id_: int, gone: object) -> None:
        if id_ in self._views and self._views[id_][0] is gone:
            del self._views[id_]

    def view(self, array: object) -> View | None:
        """Give how an array lies in another, None where it lies in none that is known."""
        found = self._views.get(id(array))
        return found[1] if found is not None and found[0]() is array else None

    def is_from_before(self, array: object) -> bool:
        """Tell whether a view was taken before all loops: each pass may read it again."""
        found = self._views.get(id(array))
        return found is not None and found[2] is None

    def others(self, array: np.ndarray[Any, Any]) -> list[tuple[np.ndarray[Any, Any], Node]]:
        """List the other arrays that live in the same buffer, and what made them."""
        known = [self._arrays[id_] for id_ in self._sharing.get(id(root_of(array)), ())
                 if id_ in self._arrays]  # fmt: skip
        living = [(reference(), node) for reference, node in known]
        return [(other, node) for other, node in living
                if other is not None and other is not array
                and np.may_share_memory(other, array)]  # fmt: skip

    def forget_numbers(self, before: Pass) -> None:
        """Let the numbers go that were made in passes before this one."""
        for id_, (_, node) in list(self._numbers.items()):
            if node.pass_ is not None and node.pass_ is not before:
                del self._numbers[id_]


def _one_index(key: object) -> tuple[int, np.ndarray[Any, Any] | None]:
    """Find the numbers in an index that takes all along the other axes."""
    parts = key if isinstance(key, tuple) else (key,)
    for axis, part in enumerate(parts):
        if isinstance(part, np.ndarray) and part.ndim == 1 and part.dtype.kind in "iu":
            others = (*parts[:axis], *parts[axis + 1 :])
            is_all = all(isinstance(each, slice) and each == slice(None) for each in others)
            return axis, part if is_all else None
    return 0, None


def root_of(array: np.ndarray[Any, Any]) -> object:
    """Give the object that owns the buffer of an array."""
    owner: object = array
    while isinstance(owner, np.ndarray) and owner.base is not None:
        owner = owner.base
    return owner


def inside(values: object, depth: int = 3) -> Iterator[object]:
    """Yield the floats and arrays in what a call was given, and in its lists and dictionaries."""
    waiting, left = [(values, depth)], MOST_ELEMENTS
    while waiting and left:
        value, deeper = waiting.pop()
        left -= 1
        if has_identity(value):
            yield value
        elif isinstance(value, dict) and deeper:
            waiting += [(each, deeper - 1) for each in value.values()]
        elif isinstance(value, list | tuple) and deeper:
            waiting += [(each, deeper - 1) for each in value]
