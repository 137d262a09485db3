"""Arrays that NumPy saved: the header is read and judged before anything is allocated."""

import io
import math
import warnings
import zipfile
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from nnscope.limits import ARRAYS_OF_A_FILE, HEADER_BYTES
from nnscope.scenario.errors import wrong
from nnscope.scenario.limits import Room

_MARK = b"PK\x01\x02"
"""Begins each entry of a .zip file's list."""
_PICKLE = "holds Python objects (a pickle), which nnscope never opens; save plain numbers"


def read_npy(path: Path, where: str, room: Room) -> NDArray[np.float64]:
    """Read a .npy file."""
    with path.open("rb") as stream:
        return _array(stream, path.stat().st_size, path.name, where, room)


def read_npz(path: Path, member: str, where: str, room: Room) -> NDArray[np.float64]:
    """Read one array of a .npz file: the one of that name, or the only one."""
    _check_count(path, where)
    with zipfile.ZipFile(path) as archive:
        entries = _entries(archive, path, where)
        listed = ", ".join(entries)
        if not member and len(entries) > 1:
            raise wrong(where, f'`{path.name}` holds {listed}; say which with name = "..."')
        if member and member not in entries:
            raise wrong(where, f"`{path.name}` has no array `{member}`; it has {listed}")
        entry = entries[member] if member else next(iter(entries.values()))
        with archive.open(entry) as stream:
            return _array(stream, entry.file_size, path.name, where, room)


def read_whole_npz(path: Path, where: str, room: Room) -> dict[str, NDArray[np.float64]]:
    """Read every array of a .npz file, by name."""
    _check_count(path, where)
    found: dict[str, NDArray[np.float64]] = {}
    with zipfile.ZipFile(path) as archive:
        for name, entry in _entries(archive, path, where).items():
            with archive.open(entry) as stream:
                found[name] = _array(stream, entry.file_size, path.name, where, room)
            room.take(found[name].size)
    return found


def _entries(archive: zipfile.ZipFile, path: Path, where: str) -> dict[str, zipfile.ZipInfo]:
    """List the arrays of an archive, by name."""
    entries = {
        entry.filename.removesuffix(".npy"): entry
        for entry in archive.infolist()
        if entry.filename.endswith(".npy")
    }
    if not entries:
        raise wrong(where, f"`{path.name}` holds no arrays")
    return entries


def _check_count(path: Path, where: str) -> None:
    """Refuse an archive of very many arrays by the marks before them, as listing it takes long."""
    marks, before = 0, b""
    with path.open("rb") as stream:
        while part := stream.read(2**20):
            marks += (before + part).count(_MARK)
            before = part[1 - len(_MARK) :]
    if marks > ARRAYS_OF_A_FILE:
        raise wrong(where, f"`{path.name}` holds more than {ARRAYS_OF_A_FILE:,} arrays")


def _array(stream: IO[bytes], size: int, name: str, where: str, room: Room) -> NDArray[np.float64]:
    shape, by_columns, kind = _header(stream, name, where)
    if kind.hasobject:
        raise wrong(where, f"`{name}` {_PICKLE}")
    if kind.kind not in "biuf":
        raise wrong(where, f"`{name}` holds {str(kind)[:40]} values, not real numbers")
    room.check(shape, where, f"`{name}` has ")
    length = math.prod(shape) * kind.itemsize
    if length > size:
        raise EOFError
    flat = np.frombuffer(stream.read(length), dtype=kind)
    return np.array(flat.reshape(shape, order="F" if by_columns else "C"), np.float64, order="C")


def _header(stream: IO[bytes], name: str, where: str) -> tuple[tuple[int, ...], bool, np.dtype]:
    magic = stream.read(npy.MAGIC_LEN)
    if magic[:1] == b"\x80":  # what every pickle since 2003 begins with
        raise wrong(where, f"`{name}` {_PICKLE}")
    if not magic.startswith(npy.MAGIC_PREFIX):
        raise wrong(where, f"`{name}` holds no array of NumPy; write it with np.save")
    read, digits = {
        (1, 0): (npy.read_array_header_1_0, 2),
        (2, 0): (npy.read_array_header_2_0, 4),
    }[magic[-2], magic[-1]]
    length = stream.read(digits)  # NumPy would first read a header of any length
    count = int.from_bytes(length, "little")
    if count > HEADER_BYTES:
        raise ValueError
    with warnings.catch_warnings():  # NumPy warns of files that Python 2 wrote, and reads them
        warnings.simplefilter("ignore")
        try:
            shape, by_columns, kind = read(io.BytesIO(length + stream.read(count)))
        except (MemoryError, RecursionError):  # brackets in brackets, thousands deep
            raise ValueError from None
    if min(shape, default=0) < 0:
        raise ValueError
    return shape, by_columns, kind
