"""What the process that runs a script hands over: the lines of an iteration, and their values."""

from typing import Any

import msgspec
import numpy as np

from nnscope.script.memory import behind_boundary, laid_out, narrowed
from nnscope.script.parts_of_arrays import Taken, View


class LoopAround(msgspec.Struct, frozen=True):
    """A loop that a line was computed in: its file, its row and its text; which pass, from 0."""

    file: str
    row: int
    text: str
    number: int


class RecordedLine(msgspec.Struct, frozen=True):
    """A line of an iteration: its variable, the expression in ids, and where it stands.

    `loops` are those inside of the iteration that it was computed in, the outermost first.
    """

    id: str
    spelled: str
    expression: str
    file: str
    row: int
    calls: tuple[str, ...]
    loops: tuple[LoopAround, ...] = ()


class RecordedForm(msgspec.Struct, frozen=True):
    """The lines of iterations that do not run those of the first, and what they carry on."""

    lines: tuple[RecordedLine, ...]
    carried: dict[str, str]


class SourceFile(msgspec.Struct, frozen=True):
    """A file of a script: its text, and when it had been changed, in nanoseconds."""

    text: str
    modified: int


class Recorded(msgspec.Struct, frozen=True):
    """A recorded run.

    `spelled` tells how the reader writes a starting value. `fed` has the starting values that are
    not the same in every iteration, each as the iterations from which on it has a value. `costs`
    are the variables that may be the cost, the likeliest first. `checks` has by iteration what some
    variables were in the script. `error` says how the script ended, if it did not end well; `notes`
    say what of it was left out. `is_whole` tells that the script came to its end. `parameters` are
    the carried values that are trained, without the state of an optimizer. `sources` are the files
    that were run, by their paths, the script first; `printed` is what was written to the standard
    output in each iteration and until the next, in -1 before the first. `buffers` are the arrays
    that what is fed may be a part of, as `View` or `Taken`. `others` are the forms that other
    iterations than the first have; `turns` tell from which iteration on there is which form, by its
    number: 0 is that of the first, the others count from 1.
    """

    lines: tuple[RecordedLine, ...] = ()
    start: dict[str, Any] = {}
    spelled: dict[str, str] = {}
    carried: dict[str, str] = {}
    fed: dict[str, list[tuple[int, Any]]] = {}
    iterations: int = 0
    costs: tuple[str, ...] = ()
    checks: dict[int, dict[str, Any]] = {}
    error: str = ""
    parameters: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_whole: bool = False
    sources: dict[str, SourceFile] = {}
    printed: dict[int, list[str]] = {}
    buffers: dict[str, Any] = {}
    others: tuple[RecordedForm, ...] = ()
    turns: dict[str, list[tuple[int, int]]] = {}


class _Array(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    behind: int
    data: bytes


_ARRAY, _VIEW, _TAKEN = 1, 2, 3


def as_it_is(recorded: Recorded) -> Recorded:
    """Copy a recorded run that is still added to, but not its arrays."""
    fields: dict[str, Any] = msgspec.structs.asdict(recorded)
    for name, value in fields.items():
        if isinstance(value, dict):
            fields[name] = {key: [*each] if isinstance(each, list) else each
                            for key, each in value.items()}  # fmt: skip
    return Recorded(**fields)


def encoded(recorded: Recorded) -> bytes:
    """Write a recorded run as bytes."""
    return msgspec.msgpack.Encoder(enc_hook=_encode).encode(recorded)


def decoded(data: bytes) -> Recorded:
    """Read a recorded run; raises `msgspec.MsgspecError` for bytes that are none."""
    return msgspec.msgpack.Decoder(Recorded, ext_hook=_decode).decode(data)


def _encode(value: object) -> msgspec.msgpack.Ext:
    if isinstance(value, View):
        return msgspec.msgpack.Ext(_VIEW, msgspec.msgpack.encode(value.fields))
    if isinstance(value, Taken):
        fields = msgspec.msgpack.encode(value.fields, enc_hook=_encode)
        return msgspec.msgpack.Ext(_TAKEN, fields)
    if not isinstance(value, np.ndarray | np.generic):
        raise TypeError(f"a {type(value).__name__} can't be handed over")
    array = np.asarray(value)
    if array.dtype.hasobject:  # such as a whole number that is larger than 64 bits
        raise TypeError("it reads an array of Python's objects, which can't be followed")
    told = _Array(array.dtype.str, array.shape, narrowed(array), behind_boundary(array),
                  array.tobytes())  # fmt: skip
    return msgspec.msgpack.Ext(_ARRAY, msgspec.msgpack.encode(told))


def _decode(code: int, data: memoryview) -> Any:
    if code == _VIEW:
        buffer, offset, shape, strides = msgspec.msgpack.decode(data)
        return View(buffer, offset, tuple(shape), tuple(strides))
    if code == _TAKEN:
        buffer, axis, index, strides, behind = msgspec.msgpack.decode(data, ext_hook=_decode)
        return Taken(buffer, axis, index, tuple(strides), behind)
    told = msgspec.msgpack.decode(data, type=_Array)
    array = np.frombuffer(told.data, told.dtype).reshape(told.shape)
    return laid_out(array, told.strides, told.behind) if told.shape else array[()]
