"""Tables of HTML, as notebooks show them; every text in them is escaped."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Protocol, TypeVar


class Tabular(Protocol):
    """What has a row in a table."""

    @property
    def cells(self) -> tuple[object, ...]:
        """What stands under each heading."""


Row = TypeVar("Row", bound=Tabular)


def html_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table with a row of headings; a cell is written by its `str`."""
    head = "".join(f"<th>{escape(each)}</th>" for each in headings)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


class Results(list[Row]):
    """A list that shows a line for each result, and in a notebook a table.

    The results have `cells`, what a row of the table has under the `headings`.
    """

    def __init__(self, found: Iterable[Row], headings: Sequence[str]) -> None:
        super().__init__(found)
        self._headings = headings

    def __repr__(self) -> str:
        return "\n".join(map(repr, self)) or "[]"

    def _repr_html_(self) -> str:
        return html_table(self._headings, (each.cells for each in self))
