"""The statement on a row of a source."""

import pytest

from nnscope.script.statements import Statements

TEXT = """\
x = 1  # one
y = (x +
     2)
for i in range(3):  # all
    a = 1; b = 2
    if i:
        pass
é = "ü"; z = x
return_ = {
    "a": x,
}
def f(x):
    return x + 1
"""


@pytest.mark.parametrize(("row", "text", "rows", "assigns"), [
    (1, "x = 1", (1, 1), True),
    (2, "y = (x + 2)", (2, 3), True),
    (3, "y = (x + 2)", (2, 3), True),
    (4, "for i in range(3):  # all", (4, 4), False),
    (5, "a = 1; b = 2", (5, 5), True),
    (6, "if i:", (6, 6), False),
    (8, 'é = "ü"; z = x', (8, 8), True),
    (10, 'return_ = { "a": x, }', (9, 11), True),
    (13, "return x + 1", (13, 13), False),
])  # fmt: skip
def test_a_statement(row: int, text: str, rows: tuple[int, int], assigns: bool) -> None:
    found = Statements(TEXT).at(row)
    assert (found.text, (found.first, found.last), found.assigns) == (text, rows, assigns)
