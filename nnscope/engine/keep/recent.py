"""What lies near the present moment, within a cap of bytes."""

from typing import Generic, TypeVar

Item = TypeVar("Item")


class Recent(Generic[Item]):
    """Items of equal size by iteration: at least `least` whatever the cap is, at most `most`.

    A new item says where the present is. When there are too many, the farthest one ahead of it
    goes, because a walk back comes to all that lie behind; where none is ahead, the farthest
    behind.
    """

    def __init__(self, item_bytes: int, cap: int, least: int, most: int) -> None:
        self._items: dict[int, Item] = {}
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
        while len(self._items) > self.room:
            del self._items[min(self._items)]

    def put(self, iteration: int, item: Item) -> None:
        """Keep an item."""
        items = self._items
        items[iteration] = item
        if len(items) > self.room:
            last = max(items)
            del items[last if last > iteration else min(items)]

    def get(self, iteration: int) -> Item | None:
        """Give an item if it is there."""
        return self._items.get(iteration)

    def nearest(self, iteration: int) -> int:
        """Find the last iteration, not after this one, that is here; -1 if there is none."""
        if iteration in self._items:
            return iteration
        return max((at for at in self._items if at <= iteration), default=-1)
