"""Which statement of a source a row belongs to, as it is written there."""

import ast
from collections.abc import Iterator

from msgspec import Struct


class Statement(Struct, frozen=True):
    """A statement, or the head of one that has a body: its first and last row, and its text.

    `assigns` tells whether it gives a name, an attribute or an entry its value.
    """

    first: int
    last: int
    text: str
    assigns: bool


class Statements:
    """The statements of a file, found by the rows that they stand on."""

    def __init__(self, text: str) -> None:
        self._rows = text.split("\n")
        self._of_row: dict[int, list[Statement]] = {}
        for statement in _statements(ast.parse(text), self._rows):
            for row in range(statement.first, statement.last + 1):
                self._of_row.setdefault(row, []).append(statement)

    def at(self, row: int) -> Statement:
        """Give what stands on a row, from 1; where several statements do, all of them as one."""
        found = self._of_row.get(row, [])
        if not found:
            return Statement(row, row, self._rows[row - 1].strip(), False)
        text = "; ".join(each.text for each in found)
        first, last = min(each.first for each in found), max(each.last for each in found)
        return Statement(first, last, text, any(each.assigns for each in found))


def _statements(tree: ast.AST, rows: list[str]) -> Iterator[Statement]:
    """Yield the statements of a tree that have no body, and the heads of those that have one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            body = [each.lineno for each in ast.walk(node)
                    if isinstance(each, ast.stmt) and each is not node]  # fmt: skip
            last = min(body) - 1 if body else node.end_lineno or node.lineno
            if last >= node.lineno:
                yield Statement(node.lineno, last, _text(node, rows, last), _assigns(node))


def _assigns(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)


def _text(node: ast.stmt, rows: list[str], last: int) -> str:
    """Give the text of a statement on one row; columns count in bytes, as Python has them."""
    told = [row.encode() for row in rows[node.lineno - 1 : last]]
    if last == node.end_lineno:
        told[-1] = told[-1][: node.end_col_offset]
    told[0] = told[0][node.col_offset :]
    return " ".join(row.decode().strip() for row in told)
