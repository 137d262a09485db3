"""Arrays from files: .csv, .npy and .npz. A pickle is never opened."""

import csv
import lzma
import stat
import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnscope.scenario.csv_file import read_csv
from nnscope.scenario.errors import wrong
from nnscope.scenario.limits import Room
from nnscope.scenario.numpy_files import read_npy, read_npz, read_whole_npz

_BROKEN = (
    ValueError, TypeError, ArithmeticError, EOFError, LookupError, SyntaxError, RuntimeError,
    tokenize.TokenError, csv.Error, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip
"""What Python and NumPy raise for a file that is damaged or was never of its kind."""


def read_array(
    path: Path, member: str, columns: Sequence[int | str], where: str, room: Room
) -> NDArray[np.float64]:
    """Read one array from a file.

    `member` picks an array of a .npz, `columns` picks columns of a .csv by number (from 0) or by
    the name in its first row; it must fit into the `room`. Raises `ScenarioError`, naming the key
    `where`.
    """
    if path.suffix not in (".csv", ".npy", ".npz"):
        raise wrong(where, f"`{path.name}` must end in .csv, .npy or .npz")
    with _readable(path, where):
        if path.suffix == ".csv":
            return read_csv(path, columns, where)
        if path.suffix == ".npy":
            return read_npy(path, where, room)
        return read_npz(path, member, where, room)


def read_arrays(path: Path) -> dict[str, NDArray[np.float64]]:
    """Read every array of a .npz file, by name. Raises `ScenarioError`, naming the file."""
    with _readable(path, ""):
        return read_whole_npz(path, "", Room())


@contextmanager
def _readable(path: Path, where: str) -> Iterator[None]:
    """Say what is wrong with a file that is no plain one, can't be read, or is damaged."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device may never end
            raise wrong(where, f"`{path}` can't be read: it is not a plain file")
        yield
    except FileNotFoundError:
        raise wrong(where, f"there is no file `{path}`") from None
    except OSError as error:
        raise wrong(where, f"`{path}` can't be read: {error.strerror or error}") from None
    except _BROKEN:
        kind = "text in UTF-8" if path.suffix == ".csv" else f"a {path.suffix} file"
        reader = "" if path.suffix == ".csv" else " that NumPy reads"
        raise wrong(where, f"`{path.name}` is not {kind}{reader}") from None
