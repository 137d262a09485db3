import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nnscope.expression.evaluate import Value
from nnscope.expression.parse import parse
from nnscope.insight.explain.arithmetic import arithmetic
from nnscope.insight.explain.cell import explain
from nnscope.insight.numbers import full, short
from nnscope.tui.draw.prose import reflowed
from nnscope.tui.draw.text import in_lines, plain, wrapped


def test_paragraphs_are_joined_and_examples_stay() -> None:
    text = "\nOne line\nand another.\n\nA second:\n\n    kept = 1\n    as = 2\n\nThe\nend.\n"
    assert reflowed(text) == (
        "One line and another.\n\nA second:\n\n    kept = 1\n    as = 2\n\nThe end."
    )


NUMBERS = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=12)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@given(numbers=NUMBERS, width=st.integers(30, 80))
def test_arithmetic_is_broken_between_numbers(numbers: list[float], width: int) -> None:
    values: dict[str, Value] = {"x": np.array(numbers)}
    text = "  = " + arithmetic(explain(parse("x @ x"), (), values), 12)
    lines = in_lines(text, width, "    ")
    assert max(map(len, lines)) <= width
    assert [n for line in lines for n in NUMBER.findall(line)] == NUMBER.findall(text)
    assert lines[0].startswith("  = ")
    cut = in_lines(text, width, "    ", 2)
    assert len(cut) <= 2
    assert cut == lines if len(lines) <= 2 else cut[-1].endswith(" …")


@given(numbers=NUMBERS, width=st.integers(30, 60))
def test_running_text_is_broken_between_numbers(numbers: list[float], width: int) -> None:
    for write in (short, full):
        text = "it is " + " and (".join(map(write, numbers))
        lines = [plain(line) for line in wrapped(text, width)]
        assert " ".join(lines) == text
