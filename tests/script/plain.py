"""Runs a script as Python does, and tells what its names were: `python plain.py REQUEST ANSWER`.

It knows nothing of the recorder: a line tracer looks at the names after every line. REQUEST and
ANSWER are files with the pickled fields of a `Request` and an `Answer`.
"""

import contextlib
import pickle
import runpy
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import numpy as np

Bits = tuple[tuple[int, ...], bytes]
"""The shape of a value, and the bytes of its numbers: of float32, or as 64-bit floats."""


@dataclass
class Request:
    """The script, the first and last row of its training loop, the passes and names to look at."""

    script: str
    first: int
    last: int
    passes: set[int]
    texts: list[str]


@dataclass
class Answer:
    """What the names were in each of the passes, and how many passes came to their end."""

    values: dict[int, dict[str, set[Bits]]] = field(default_factory=dict)
    passes: int = 0
    is_left_early: bool = False
    error: str = ""


def bits_of(value: Any) -> Bits | None:
    """Give the bits of a number or an array of numbers, None for anything else."""
    if not isinstance(value, np.ndarray | np.generic | float | int):
        return None
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        return None
    is_single = array.dtype == np.float32
    return array.shape, (array if is_single else np.asarray(array, np.float64)).tobytes()


class Watch:
    """Follows the passes of one loop, and collects the values of names in some of them."""

    def __init__(self, request: Request) -> None:
        self.answer = Answer()
        self._request, self._folder = request, str(Path(request.script).parent)
        self._codes = {text: compile(text, "<name>", "eval") for text in request.texts}
        self._is_inside = self._is_begun = False

    def entered(self, frame: FrameType, _event: str, _argument: Any) -> Callable[..., Any] | None:
        """Follow a call, where it is of the script's own code."""
        return self._line if frame.f_code.co_filename.startswith(self._folder) else None

    def _line(self, frame: FrameType, event: str, _argument: Any) -> Callable[..., Any]:
        if self._is_inside and self.answer.passes in self._request.passes:
            self._look(frame)
        code, row = frame.f_code, frame.f_lineno
        if code.co_filename == self._request.script and self._has_loop(code):
            self._moved(row, event)
        return self._line

    def _has_loop(self, code: CodeType) -> bool:
        rows = {row for _, _, row in code.co_lines()}
        return self._request.first in rows

    def _moved(self, row: int, event: str) -> None:
        """Begin or end a pass, by the row that the loop has come to."""
        first, last = self._request.first, self._request.last
        if event == "line" and row == first:
            self.answer.passes += self._is_inside and self._is_begun
            self._is_inside, self._is_begun = True, False
        elif event == "line" and first < row <= last:
            self._is_begun = True
        elif self._is_inside and event in ("line", "return"):
            self.answer.is_left_early |= self._is_begun
            self._is_inside = self._is_begun = False

    def _look(self, frame: FrameType) -> None:
        found = self.answer.values.setdefault(self.answer.passes, {})
        for text, code in self._codes.items():
            with contextlib.suppress(Exception):  # no such name here, or no such entry
                bits = bits_of(eval(code, frame.f_globals, frame.f_locals))
                if bits is not None:
                    found.setdefault(text, set()).add(bits)


def main() -> None:
    """Answer the request."""
    question, answer = sys.argv[1:]
    request = Request(**pickle.loads(Path(question).read_bytes()))
    watch = Watch(request)
    sys.argv, sys.path[0] = [request.script], str(Path(request.script).parent)
    sys.settrace(watch.entered)
    try:
        runpy.run_path(request.script, run_name="__main__")
    except Exception as error:  # it ends the script, as it ends Python
        watch.answer.error = type(error).__name__
    finally:
        sys.settrace(None)
    Path(answer).write_bytes(pickle.dumps(asdict(watch.answer)))


if __name__ == "__main__":
    main()
