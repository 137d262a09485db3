"""Loops over examples inside an iteration are told from loops over layers, by what they read."""

from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from nnscope.insight.line.operands import shown_first
from nnscope.program.loops import Heading, listed, loops
from nnscope.program.model import Program
from nnscope.script.errors import LostError
from nnscope.script.process import record
from nnscope.script.program import ScriptOrigin
from nnscope.script.recording import MOST_OPERATIONS, check_size
from nnscope.script.tape import Node, Pass
from tests.script.recording import opened
from tests.script.replay import PROGRAMS

PROGRAM = """
b = 0.5 * X[0, 0]
for epoch in range(3):
    dW, db = np.zeros_like(W), 0.0
    for i in range(3):
        a = X[i:i + 1] @ W + b
        d = a - y[i]
        dW += X[i:i + 1].T @ d
        db += np.sum(d)
    W -= 0.1 * dW
    b -= 0.1 * db
"""


@lru_cache
def three_examples() -> Program:
    """An iteration that goes over three examples."""
    return opened(Path(mkdtemp()), PROGRAM)


def _script(name: str) -> Program:
    path = PROGRAMS / name
    recorded, _ = record(path)
    return ScriptOrigin(path, recorded, {}, recorded.iterations).program()


def _folded(program: Program) -> set[tuple[str, int]]:
    return {(each.text, each.count) for line in program.lines for each in line.passes}


def test_a_loop_over_examples_reads_other_rows_with_the_same_parameters() -> None:
    assert _folded(_script("network_lists.py")) == {("for x, y in mini_batch:", 3)}


def test_a_pass_that_needs_less_is_one_of_the_loop() -> None:
    back = "for t in reversed(range(len(inputs))):"
    program = _script("recurrent.py")

    assert _folded(program) == {("for t in range(len(inputs)):", 4), (back, 4)}
    assert [len(lines) for lines in loops(program)[2].passes] == [10, 10, 10, 9]


def test_a_loop_over_layers_parameters_or_rows_of_them_is_none() -> None:
    for name in ("llayer_course.py", "row_store.py"):
        assert _folded(_script(name)) == set()


def test_a_listing_shows_one_pass_or_all() -> None:
    program = three_examples()
    (loop,) = loops(program).values()
    second = loop.passes[1]

    folded, whole = listed(program, second[1], False), listed(program, second[1], True)

    outside = {*range(len(program.lines))} - {*range(loop.first, loop.last + 1)}
    assert {each for each in folded if isinstance(each, int)} == {*second} | outside
    assert [each.of.number for each in folded if isinstance(each, Heading)] == [2]
    assert [each.of.number for each in whole if isinstance(each, Heading)] == [1, 2, 3]
    assert [each for each in whole if isinstance(each, int)] == [*range(len(program.lines))]


def test_the_same_line_is_found_in_other_passes() -> None:
    program = three_examples()
    (loop,) = loops(program).values()
    first, second, third = loop.passes

    assert [loop.again(index, 1) for index in first] == [*second]
    assert [loop.again(index, -1) for index in third] == [*second]
    assert loop.again(third[0], 1) is None
    assert loop.again(first[0], -1) is None


def test_at_the_start_the_data_of_the_first_pass_stand_for_all() -> None:
    program = _script("network_lists.py")
    arrays = [program.spelled(name) for name in shown_first(program)]

    assert (arrays.count("x"), arrays.count("y")) == (1, 1)


def test_more_examples_than_can_be_shown_are_refused_in_plain_words() -> None:
    node = Node(0, (), None, None, ())
    with pytest.raises(LostError, match="50,001 operations in an iteration"):
        check_size(Pass(0, 1, 0, nodes=[node] * (MOST_OPERATIONS + 1)))
