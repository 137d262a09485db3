"""Arrays from text: rows of numbers, with or without a heading."""

import csv
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TextIO

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.digits import is_plain, number
from nnscope.limits import COLUMNS, CSV_BYTES, ROWS
from nnscope.scenario.errors import ScenarioError, counted, found, wrong

Rows = Iterator[tuple[int, list[str]]]
"""Each row that is not blank, with its place in the file."""


class _Table(Struct, frozen=True):
    """A file that is being read, for the key `where`; its errors begin with its name."""

    path: Path
    where: str

    def error(self, message: str) -> ScenarioError:
        return wrong(self.where, f"`{self.path.name}`{message}")

    def rows(self, file: TextIO) -> Rows:
        reader = csv.reader(file)
        try:
            yield from ((reader.line_num, row) for row in reader if row)
        except csv.Error as error:
            raise self.error(f", row {reader.line_num}: {error}") from None

    def read(self, rows: Rows, columns: Sequence[int | str]) -> NDArray[np.float64]:
        """Read the chosen columns of the rows, or all of them."""
        top = next(rows, None)
        if top is None:
            raise self.error(" is empty")
        second = next(rows, None)
        self.refuse_other_separators((second or top)[1])  # the first may be a heading
        rows = chain([second], rows) if second else rows
        first = [cell.strip() for cell in top[1]]
        if max(len(first), len(columns)) > COLUMNS:
            raise self.error(f" has too many columns, or is asked for too many: the most is "
                             f"{COLUMNS:,}")  # fmt: skip
        header = first if self.is_header(first, columns) else []
        places = {cell: place for place, cell in reversed([*enumerate(header)])}
        chosen = [self.place(column, header, places, len(first)) for column in columns]
        if len(chosen) > len(first):
            raise self.error(f" has {counted(len(first), 'column')}, and {len(chosen):,} are asked "
                             "for")  # fmt: skip
        cells = self.cells(rows if header else chain([top], rows), len(first), chosen)
        if not cells:
            raise self.error(" has a heading but no rows")
        return np.array(cells).reshape(-1, len(chosen or first))

    def cells(
        self, rows: Iterable[tuple[int, list[str]]], width: int, chosen: list[int]
    ) -> "array[float]":
        """Read the numbers of every row, each of which has as many cells as the first."""
        read: array[float] = array("d")
        for count, (line, row) in enumerate(rows):
            if len(row) != width:
                raise self.error(f", row {line}: {counted(len(row), 'cell')}, the first row has "
                                 f"{width}")  # fmt: skip
            if count >= ROWS:
                raise self.error(f" has more than {ROWS:,} rows; save it as a .npy file")
            read.extend(self.numbers([row[at] for at in chosen] if chosen else row, line))
        return read

    def numbers(self, cells: list[str], line: int) -> list[float]:
        together = "".join(cells)
        try:  # `number` for each cell takes three times as long
            return [*map(float if is_plain(together) else number, cells)]
        except ValueError:
            odd = next(cell for cell in cells if not _is_number(cell))
            raise self.error(f", row {line}: {found(odd)} is not a number") from None

    def refuse_other_separators(self, row: list[str]) -> None:
        """Refuse a file whose numbers something else than a comma separates, and say so."""
        for name, sign in (("semicolons", ";"), ("tabs", "\t")):
            cells = ",".join(row).split(sign)
            if len(cells) > 1 and all(_is_number(cell.replace(",", ".")) for cell in cells):
                raise self.error(f": {name} stand between its numbers; put commas there, and a "
                                 "point into a number: 0.5")  # fmt: skip

    def is_header(self, first: list[str], columns: Sequence[int | str]) -> bool:
        """Tell whether the first row is a heading: none of what is read of it is a number."""
        if any(isinstance(column, str) for column in columns):
            known = {*first}
            return not all(map(_is_number, first)) or any(column in known for column in columns)
        read = [first[column] for column in columns
                if isinstance(column, int) and 0 <= column < len(first)] or first  # fmt: skip
        numbers = [_is_number(cell) for cell in read]
        if any(numbers) and not all(numbers):
            odd = read[numbers.index(False)]
            raise self.error(f", row 1: {found(odd)} is not a number, and others in this row are")
        return not all(numbers)

    def place(
        self, column: int | str, header: list[str], places: Mapping[str, int], count: int
    ) -> int:
        """Find a column by its heading or its number."""
        if isinstance(column, str) and column in places:
            return places[column]
        if isinstance(column, int) and 0 <= column < count:
            return column
        known = ", ".join(header) if header else f"0 to {count - 1}"
        raise self.error(f" has no column {found(column)}; it has {known}")


def read_csv(path: Path, columns: Sequence[int | str], where: str) -> NDArray[np.float64]:
    """Read the chosen columns of a .csv file, or all of them."""
    table = _Table(path, where)
    if path.stat().st_size > CSV_BYTES:
        size = CSV_BYTES // 2**20
        raise table.error(f" is larger than {size} MB; save it as a .npy file")
    with path.open(newline="", encoding="utf-8-sig") as file:
        return table.read(table.rows(file), columns)


def _is_number(cell: str) -> bool:
    try:
        number(cell)
    except ValueError:
        return False
    return True
