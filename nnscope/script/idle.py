"""The hooks of a script of which nothing more is recorded: they do what it says, and no more."""

from builtins import setattr
from collections.abc import Iterable, Iterator
from typing import Any

from nnscope.script.hooks import DO, DO_IN_PLACE
from nnscope.script.tape import Pass
from nnscope.script.whole import WholeHooks


class IdleHooks(WholeHooks):
    """Notes nothing. The object that notes changes its class to this one when it is over."""

    __slots__ = ()

    def binary(self, site: int, sign: str, left: Any, right: Any) -> Any:
        """Join two values by an operator."""
        return DO[sign](left, right)

    compared = binary

    def negative(self, site: int, value: Any) -> Any:
        """Turn the sign."""
        return -value

    def transposed(self, site: int, value: Any) -> Any:
        """Take the attribute `T`."""
        return value.T

    def indexed(self, site: int, value: Any, key: Any) -> Any:
        """Take an entry, a part of an array, or an element of a list."""
        return value[key]

    def call(self, site: int, function: Any, *arguments: Any, **options: Any) -> Any:
        """Call a function."""
        return function(*arguments, **options)

    def bound(self, site: int, name: str, value: Any) -> Any:
        """Bind a name."""
        return value

    def store(self, site: int, value: Any, container: Any, key: Any, text: str) -> None:
        """Store an entry."""
        container[key] = value

    def augmented(self, site: int, sign: str, old: Any, value: Any, name: str) -> Any:
        """Do `name op= value`."""
        return DO_IN_PLACE[sign](old, value)

    def augmented_attribute(
        self, site: int, sign: str, owner: Any, attribute: str, old: Any, value: Any, text: str
    ) -> None:
        """Do `owner.attribute op= value`."""
        setattr(owner, attribute, DO_IN_PLACE[sign](old, value))

    def augmented_item(
        self, site: int, sign: str, container: Any, key: Any, old: Any, value: Any, text: str
    ) -> None:
        """Do `container[key] op= value`."""
        container[key] = DO_IN_PLACE[sign](old, value)

    def passes(self, site: int, values: Iterable[Any]) -> Iterator[Any]:
        """Go over what a `for` goes over."""
        return iter(values)

    def again(self, site: int) -> bool:
        """Begin a pass of a `while`."""
        return True

    def left(self, site: int) -> None:
        """Leave a `while`."""

    def entered(self, site: int, name: str) -> None:
        """Enter a function."""

    def returned(self, site: int) -> None:
        """Leave it."""

    def _end(self, now: Pass | None) -> None:
        self._leave(now)
