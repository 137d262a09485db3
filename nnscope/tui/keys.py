"""The keys that sentences name: each by the id of its command, as a user may have chosen another.

A sentence has `<line.next>` where the key of that command is to stand.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

_ID = re.compile(r"<([a-z]+(?:\.[a-z]+)?)>")


class Keys(Struct, frozen=True, eq=False):
    """The keys as they stand on the keyboard, by the ids of their commands."""

    names: Mapping[str, str] = MappingProxyType({})

    def of(self, id: str) -> str:
        """Give the key of a command; where none is known, its id."""
        return self.names.get(id, id)

    def told(self, text: str) -> str:
        """Put the key of each command where its id stands: `<line.next> runs the next line`."""
        return _ID.sub(lambda found: self.names.get(found[1], found[0]), text)
