"""Buffers for what is computed on the way: each is used again when its readers are done."""

from collections import Counter
from typing import Any

import numpy as np

Key = tuple[tuple[int, ...], str, tuple[int, ...]]
"""Shape, type and strides: what two arrays have in common that can stand for each other."""


def key(array: Any) -> Key:
    """Give the key of an array."""
    return array.shape, str(array.dtype), array.strides


class Buffers:
    """A pool of arrays by name. New ones are put into `scope`, where a function finds them."""

    def __init__(self, scope: dict[str, Any]) -> None:
        self._scope = scope
        self._keys: dict[str, Key] = {}
        self._free: dict[Key, list[str]] = {}
        self._waiting: Counter[str] = Counter()  # how many still want to read a buffer

    def __contains__(self, name: object) -> bool:
        return name in self._keys

    def take(self, example: np.ndarray[Any, Any]) -> str:
        """Give a free buffer in the layout of the example, or make one."""
        if self._free.get(key(example)):
            return self._free[key(example)].pop()
        name = f"_buffer{len(self._keys)}"
        self._scope[name] = np.empty_like(example)
        self._keys[name] = key(example)
        return name

    def wait(self, name: str, readers: int) -> None:
        """Say how many will read a buffer."""
        self._waiting[name] = readers

    def is_last_reader(self, name: str, wanted: Key) -> bool:
        """Tell whether a buffer has this key and just one reader left, which may write over it."""
        return self._keys.get(name) == wanted and self._waiting[name] == 1

    def release(self, name: str) -> None:
        """Say that one reader is done with a buffer."""
        if name in self._keys:
            self._waiting[name] -= 1
            if self._waiting[name] == 0:
                self._free.setdefault(self._keys[name], []).append(name)

    def release_all(self) -> None:
        """Say that a line has ended: every buffer is free for the next."""
        self._waiting.clear()
        self._free = {}
        for name, wanted in self._keys.items():
            self._free.setdefault(wanted, []).append(name)
