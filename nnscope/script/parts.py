"""What was recorded, in parts: each has only what is new, so that it can be written often.

A part is written behind the others in a file, its length before it. Where the process that writes
is killed, all complete parts can be read.
"""

import struct
from pathlib import Path
from typing import Any

import msgspec

from nnscope.script.record import Recorded, decoded, encoded

_LENGTH = struct.Struct("<Q")


class PartWriter:
    """Appends what is new in a recording to a file.

    In a dictionary of a recording, lists only grow, and other values are replaced, never changed.
    `size` is how many bytes were written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written: dict[tuple[str, Any], Any] = {}
        self._is_broken = False
        self.size = 0

    def write(self, recorded: Recorded) -> None:
        """Append a part; raises `OSError` where the disk is full, and then writes no more."""
        if self._is_broken:
            return
        fields = msgspec.structs.asdict(recorded)
        data = encoded(Recorded(**{name: self._new(name, each) for name, each in fields.items()}))
        self._is_broken = True
        with self._path.open("ab") as file:  # anew, since a script may close what it has not opened
            file.write(_LENGTH.pack(len(data)))
            file.write(data)
        self.size += len(data)
        self._is_broken = False

    def _new(self, name: str, value: Any) -> Any:
        """Give what of a field is not written yet."""
        if not isinstance(value, dict):
            return value
        found = {}
        for key, each in value.items():
            written = self._written.get((name, key))
            if isinstance(each, list):
                if len(each) > (written or 0):
                    found[key] = each[written or 0 :]
                self._written[name, key] = len(each)
            elif written is not each:
                found[key] = self._written[name, key] = each
        return found


class PartReader:
    """Reads the parts of a file as they come; `recorded` is what they say together."""

    def __init__(self, path: Path) -> None:
        self._path, self._offset = path, 0
        self.recorded: Recorded | None = None

    def read(self) -> None:
        """Take in the parts that are complete by now; raises `msgspec.MsgspecError` for others."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            while len(head := file.read(_LENGTH.size)) == _LENGTH.size:
                (length,) = _LENGTH.unpack(head)
                data = file.read(length)
                if len(data) < length:
                    return
                self._offset = file.tell()
                self.recorded = _joined(self.recorded, decoded(data))


def _joined(before: Recorded | None, part: Recorded) -> Recorded:
    if before is None:
        return part
    old, new = msgspec.structs.asdict(before), msgspec.structs.asdict(part)
    return Recorded(**{name: _put_together(old[name], new[name]) for name in new})


def _put_together(old: Any, new: Any) -> Any:
    if not isinstance(new, dict):
        return new
    for key, each in new.items():
        if isinstance(each, list) and key in old:
            old[key] += each
        else:
            old[key] = each
    return old
