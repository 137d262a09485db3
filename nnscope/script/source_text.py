"""The text of a script: as it is, or the code of a notebook's cells in their order."""

import json
import tokenize
from io import StringIO
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from nnscope.script.errors import ScriptError

_OF_CALL = "# what --call says:"


class SourceText(Struct, frozen=True):
    """What Python runs of a file, and how its rows are called.

    `cells` has for a notebook the row before each cell of code, with the number of the cell.
    `left_out` are the rows with what is of the notebook and not of Python. `call` is the row before
    what --call says, which stands behind the file; 0 where it says nothing.
    """

    name: str
    text: str
    cells: tuple[tuple[int, int], ...] = ()
    left_out: tuple[int, ...] = ()
    call: int = 0

    def place(self, row: int) -> str:
        """Tell where a row is: `homework.py, line 3`."""
        if self.call and row > self.call:
            return f"--call, line {row - self.call}"
        before = [(first, cell) for first, cell in self.cells if first < row]
        if not before:
            return f"{self.name}, line {row}"
        first, cell = before[-1]
        return f"{self.name}, cell {cell}, line {row - first}"

    @property
    def note(self) -> str:
        """Say what was left out, if anything was."""
        if not self.left_out:
            return ""
        places = [self.place(row).removeprefix(f"{self.name}, ") for row in self.left_out]
        told = "; ".join(places[:3]) + (" and more" if len(places) > 3 else "")
        return f"{self.name}: lines that begin with %, ! or end with ? are left out ({told})"


def with_call(source: SourceText, call: str) -> SourceText:
    """Put what --call says behind a script, as if it stood there."""
    if not call.strip():
        return source
    rows = [*source.text.rstrip().split("\n"), "", _OF_CALL]
    return replace(source, text="\n".join([*rows, call.strip(), ""]), call=len(rows))


def read_source(path: Path) -> SourceText:
    """Read a script; raises `ScriptError` and `SyntaxError` for what is none, and `OSError`."""
    if path.suffix == ".ipynb":
        return _notebook(path)
    with tokenize.open(path) as file:  # in the encoding that it says
        return SourceText(path.name, file.read())


def _notebook(path: Path) -> SourceText:
    """Put the cells of code behind each other, each below a row with its number."""
    rows, cells, left_out = list[str](), list[tuple[int, int]](), list[int]()
    for number, cell in enumerate(_code_cells(path), 1):
        rows.append(f"# cell {number}")
        cells.append((len(rows), number))
        for row, is_kept in _without_magics(cell):
            rows.append(row if is_kept else _nothing(row))
            left_out += [] if is_kept else [len(rows)]
    return SourceText(path.name, "\n".join(rows) + "\n", tuple(cells), tuple(left_out))


def _code_cells(path: Path) -> list[list[str]]:
    try:
        told: Any = json.loads(path.read_text("utf-8"))
        cells = [cell for cell in told["cells"] if cell["cell_type"] == "code"]
        texts = [cell["source"] for cell in cells]
        return ["".join(text).splitlines() for text in texts]
    except (ValueError, KeyError, TypeError):
        raise ScriptError(f"{path.name} is not a notebook of Jupyter") from None


def _without_magics(rows: list[str]) -> list[tuple[str, bool]]:
    """Say for each row of a cell whether it is Python: a magic stands where a statement begins."""
    found, statement = list[tuple[str, bool]](), ""
    is_other = bool(rows) and rows[0].startswith("%%") and rows[0].split()[0] not in _OF_PYTHON
    for row in rows:
        is_magic = not statement and (row.strip().startswith(("%", "!")) or row.endswith("?"))
        found.append((row, not (is_magic or is_other)))
        if not is_magic:
            statement += row + "\n"
            statement = "" if _is_complete(statement) else statement
    return found


_OF_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun")
"""The magics of a whole cell whose other rows are Python."""


def _is_complete(statement: str) -> bool:
    """Tell whether a logical line ends here, with all its brackets closed."""
    try:
        for _ in tokenize.generate_tokens(StringIO(statement.lstrip()).readline):
            pass
    except tokenize.TokenError:
        return False
    except SyntaxError:
        pass
    return True


def _nothing(row: str) -> str:
    return row[: len(row) - len(row.lstrip())] + "pass  # " + row.strip()
