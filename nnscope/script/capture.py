"""What a process prints, as much of it as is worth keeping."""

import threading
from typing import IO

MOST = 2**20
"""How many bytes are kept: the first; the rest is read, so that the script goes on, and let go."""


class Capture:
    """Reads a pipe to its end in a thread."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe, self._kept, self._size = pipe, bytearray(), 0
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._pipe:
            while data := self._pipe.read1(2**16):  # type: ignore[attr-defined]
                self._size += len(data)
                self._kept += data[: max(0, MOST - len(self._kept))]

    def text(self) -> str:
        """Give what was printed, and say where more was; wait for it, but not for ever."""
        self._thread.join(1.0)
        text = self._kept.decode("utf-8", errors="replace")
        left_out = self._size - len(self._kept)
        return f"{text}\n[{left_out:,} more bytes were printed]\n" if left_out > 0 else text
