"""Arrays from files: .csv, .npy and .npz. A pickle is never opened."""

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnscope.scenario.errors import wrong

MAXIMUM_CELLS = 10**8


def read_array(
    path: Path, member: str, columns: Sequence[int | str], where: str
) -> NDArray[np.float64]:
    """Read one array from a file.

    `member` picks an array of a .npz, `columns` picks columns of a .csv by number (from 0) or by
    the name in its first row. Raises `ScenarioError`, naming the key `where`.
    """
    if path.suffix not in (".csv", ".npy", ".npz"):
        raise wrong(where, f"`{path.name}` must end in .csv, .npy or .npz")
    try:
        if path.suffix == ".csv":
            return _from_csv(path, columns, where)
        return _from_numpy(path, member, where)
    except FileNotFoundError:
        raise wrong(where, f"there is no file `{path}`") from None
    except OSError as error:
        raise wrong(where, f"`{path}` can't be read: {error.strerror or error}") from None
    except (ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        if "pickle" in str(error).lower():
            message = (
                "holds Python objects (a pickle), which nnscope never opens; save plain numbers"
            )
            raise wrong(where, f"`{path.name}` {message}") from None
        raise wrong(where, f"`{path.name}` is not a {path.suffix} file that NumPy reads") from None


def _from_numpy(path: Path, member: str, where: str) -> NDArray[np.float64]:
    if path.suffix == ".npy":
        return _numbers(np.load(path, mmap_mode="r", allow_pickle=False), path, where)
    with zipfile.ZipFile(path) as archive:  # the sizes inside, before anything is unpacked
        if max((entry.file_size for entry in archive.infolist()), default=0) > 8 * MAXIMUM_CELLS:
            raise wrong(where, f"`{path.name}` holds an array of more than {MAXIMUM_CELLS:,} cells")
    with np.load(path, allow_pickle=False) as arrays:
        if not member and len(arrays.files) == 1:
            member = arrays.files[0]
        if member not in arrays.files:
            listed = ", ".join(arrays.files)
            raise wrong(where, f'`{path.name}` holds {listed}; say which with name = "..."')
        return _numbers(arrays[member], path, where)


def _numbers(array: NDArray[np.generic], path: Path, where: str) -> NDArray[np.float64]:
    if array.dtype.kind not in "biuf":
        raise wrong(where, f"`{path.name}` holds {array.dtype} values, not real numbers")
    if array.size > MAXIMUM_CELLS:
        raise wrong(where, f"`{path.name}` has {array.size:,} cells; the most is {MAXIMUM_CELLS:,}")
    return np.array(array, dtype=np.float64, order="C")


def _from_csv(path: Path, columns: Sequence[int | str], where: str) -> NDArray[np.float64]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file) if row]
    if not rows:
        raise wrong(where, f"`{path.name}` is empty")
    header = [] if all(_is_number(cell) for cell in rows[0]) else [cell.strip() for cell in rows[0]]
    body = rows[1:] if header else rows
    chosen = [_column(column, header, len(rows[0]), path, where) for column in columns]
    table = []
    for number, row in enumerate(body, 2 if header else 1):
        if len(row) != len(rows[0]):
            raise wrong(where, f"`{path.name}`, row {number}: {len(row)} cells, the first row has "
                               f"{len(rows[0])}")  # fmt: skip
        for cell in row:
            if not _is_number(cell):
                raise wrong(where, f"`{path.name}`, row {number}: {cell[:40]!r} is not a number")
        table.append([float(row[column]) for column in chosen or range(len(row))])
    return np.array(table)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _column(column: int | str, header: list[str], count: int, path: Path, where: str) -> int:
    if isinstance(column, str) and column in header:
        return header.index(column)
    if isinstance(column, int) and 0 <= column < count:
        return column
    known = ", ".join(header) if header else f"0 to {count - 1}"
    raise wrong(where, f"`{path.name}` has no column {column!r}; it has {known}")
