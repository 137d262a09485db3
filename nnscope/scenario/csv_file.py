"""Arrays from text: rows of numbers, with or without a heading."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnscope.scenario.errors import counted, found, wrong

MAXIMUM_BYTES = 64 * 2**20


def read_csv(path: Path, columns: Sequence[int | str], where: str) -> NDArray[np.float64]:
    """Read the chosen columns of a .csv file, or all of them."""
    if path.stat().st_size > MAXIMUM_BYTES:
        raise wrong(where, f"`{path.name}` is larger than 64 MB; save it as a .npy file")
    rows = _rows(path, where)
    if not rows:
        raise wrong(where, f"`{path.name}` is empty")
    _refuse_other_separators(rows[:2][-1][1], path, where)  # the first may be a heading
    first = [cell.strip() for cell in rows[0][1]]
    header = first if _is_header(first, columns, path, where) else []
    chosen = [_column(column, header, len(first), path, where) for column in columns]
    body = rows[1:] if header else rows
    if not body:
        raise wrong(where, f"`{path.name}` has a heading but no rows")
    table = []
    for number, row in body:
        if len(row) != len(first):
            cells = counted(len(row), "cell")
            raise wrong(where, f"`{path.name}`, row {number}: {cells}, the first row has "
                               f"{len(first)}")  # fmt: skip
        cells_read = [row[column] for column in chosen] if chosen else row
        table.append([_number(cell, number, path, where) for cell in cells_read])
    return np.array(table)


def _rows(path: Path, where: str) -> list[tuple[int, list[str]]]:
    """Give each row that is not blank, with its place in the file."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file)
        try:
            return [(reader.line_num, row) for row in reader if row]
        except csv.Error as error:
            message = f"`{path.name}`, row {reader.line_num}: {error}"
            raise wrong(where, message) from None


def _refuse_other_separators(row: list[str], path: Path, where: str) -> None:
    """Refuse a file whose numbers something else than a comma separates, and say so."""
    for name, sign in (("semicolons", ";"), ("tabs", "\t")):
        cells = ",".join(row).split(sign)
        if len(cells) > 1 and all(_is_number(cell.replace(",", ".")) for cell in cells):
            message = (
                f"`{path.name}`: {name} stand between its numbers; put commas there, and a point "
                "into a number: 0.5"
            )
            raise wrong(where, message)


def _is_header(first: list[str], columns: Sequence[int | str], path: Path, where: str) -> bool:
    """Tell whether the first row is a heading: none of what is read of it is a number."""
    if any(isinstance(column, str) for column in columns):
        return not all(map(_is_number, first)) or any(column in first for column in columns)
    read = [first[column] for column in columns
            if isinstance(column, int) and 0 <= column < len(first)] or first  # fmt: skip
    numbers = [_is_number(cell) for cell in read]
    if any(numbers) and not all(numbers):
        odd = read[numbers.index(False)]
        raise wrong(where, f"`{path.name}`, row 1: {found(odd)} is not a number, and others in "
                           "this row are")  # fmt: skip
    return not all(numbers)


def _number(cell: str, row: int, path: Path, where: str) -> float:
    try:
        return float(cell)
    except ValueError:
        message = f"`{path.name}`, row {row}: {found(cell)} is not a number"
        raise wrong(where, message) from None


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
    raise wrong(where, f"`{path.name}` has no column {found(column)}; it has {known}")
