"""Telling at once that a call is the one that a pass before has made."""

from builtins import id, isinstance, len, tuple, type  # noqa: UP029  a script may put others there
from collections.abc import Mapping, Sequence
from types import BuiltinFunctionType
from typing import Any

import numpy as np

from nnscope.script.steps import Places


class Called:
    """A call of a step: its function, or the name of the array's method, and where operands are."""

    def __init__(
        self, function: Any, method: str, places: tuple[int, ...], options: Mapping[str, Any]
    ) -> None:
        self.function, self._method = None if method else function, method
        self.places, self.count, self.options = places, len(places), tuple(options.items())

    @classmethod
    def of(
        cls,
        function: Any,
        arguments: tuple[Any, ...],
        options: Mapping[str, Any],
        operands: Sequence[int],
        values: list[Any],
        all_places: Places,
    ) -> "Called | None":
        """Say how the next pass can tell a call with these operands; None where it can't."""
        owner, name = getattr(function, "__self__", None), ""
        if isinstance(owner, np.ndarray):
            arguments, name = (owner, *arguments), function.__name__
        places = {id(values[place]): place for place in operands}
        others = [each for each in arguments if id(each) not in places]
        if not all(_is_constant(each) for each in (*others, *options.values())):
            return None
        places |= {id(each): all_places.constant(each) for each in others}
        values += all_places.base[len(values) :]
        return cls(function, name, tuple([places[id(each)] for each in arguments]), options)

    def given(self, function: Any, arguments: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Give what a method reads, if it is the same; None for other functions.

        A method is an object of its own each time that it is looked up.
        """
        if type(function) is not BuiltinFunctionType:
            return None
        if self._method:
            is_same = function.__name__ == self._method
            return (function.__self__, *arguments) if is_same else None
        return arguments if function == self.function else None

    def has(self, options: Mapping[str, Any]) -> bool:
        """Tell whether a call has the same options."""
        if len(options) != len(self.options):
            return False
        return all(options.get(name, self) is value for name, value in self.options)


def _is_constant(value: Any) -> bool:
    """Tell whether a value is of a kind that never changes, and that nothing is noted of."""
    if isinstance(value, tuple):
        return all(map(_is_constant, value))
    return value is None or isinstance(value, int | str | type | np.dtype)
