"""A cache with a cap of bytes: what was used least recently goes first."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Recent(Generic[Item]):
    """Items of equal size by iteration: at least `least` whatever the cap is, at most `most`."""

    def __init__(self, item_bytes: int, cap: int, least: int, most: int = 10**9) -> None:
        self._items: OrderedDict[int, Item] = OrderedDict()
        self._item_bytes = max(1, item_bytes)
        self._least, self._most = least, most
        self.resize(cap)

    @property
    def bytes(self) -> int:
        """The memory that the items hold."""
        return len(self._items) * self._item_bytes

    def resize(self, cap: int) -> None:
        """Set the cap in bytes."""
        self.room = max(self._least, min(cap // self._item_bytes, self._most))
        self._evict()

    def put(self, iteration: int, item: Item) -> None:
        """Keep an item."""
        self._items[iteration] = item
        self._items.move_to_end(iteration)
        if len(self._items) > self.room:
            self._evict()

    def get(self, iteration: int) -> Item | None:
        """Give an item if it is there, and note that it was used."""
        item = self._items.get(iteration)
        if item is not None:
            self._items.move_to_end(iteration)
        return item

    def nearest(self, iteration: int) -> int:
        """Find the last iteration, not after this one, that is here; -1 if there is none."""
        if iteration in self._items:
            return iteration
        return max((at for at in self._items if at <= iteration), default=-1)

    def __iter__(self) -> Iterator[int]:
        return iter(self._items)

    def _evict(self) -> None:
        while len(self._items) > self.room:
            self._items.popitem(last=False)
