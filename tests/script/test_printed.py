"""What a script printed, by iteration."""

import io

from nnscope.script.printed import MOST, Listening, Printed
from tests.recorded import flat, two_files

LOOP = 7


def joined(found: dict[int, list[str]]) -> dict[int, str]:
    return {iteration: "".join(texts) for iteration, texts in found.items()}


def test_texts_by_pass() -> None:
    loops: list[int] = []
    printed = Printed(lambda: tuple(loops))
    out = Listening(io.StringIO(), printed)
    print("before", file=out)
    for _ in range(3):
        loops.append(LOOP)
        print("inside", file=out)
        loops.pop()
        printed.ended(LOOP)
    print("behind", file=out)
    assert joined(printed.by_iteration(LOOP, 0)) == {
        -1: "before\n", 0: "inside\n", 1: "inside\n", 2: "inside\nbehind\n"}  # fmt: skip
    assert joined(printed.by_iteration(LOOP, 1))[-1] == "before\ninside\n"
    assert joined(printed.by_iteration(99, 0)) == {-1: "before\n" + 3 * "inside\n" + "behind\n"}
    assert out.getvalue().count("inside") == 3


def test_no_more_is_kept_than_there_is_room_for() -> None:
    printed = Printed(lambda: ())
    for _ in range(30):
        printed.write("x" * (MOST // 10))
    text = joined(printed.by_iteration(LOOP, 0))[-1]
    assert len(text) < MOST + 100
    assert "no more than 1,000,000 characters are kept" in text
    assert text.count("no more") == 1


def test_what_a_script_prints_belongs_to_its_iteration() -> None:
    printed = flat().notes.printed
    assert printed[-1] == "before 0.5\n"
    assert sorted(printed) == [-1, 0, 4, 8, 11]
    assert printed[4].endswith("k is 4\n")
    assert printed[11].startswith("after ")


def test_what_is_printed_behind_a_loop_belongs_to_its_last_pass() -> None:
    assert two_files().notes.printed == {
        1: "epoch 0\n", 3: "epoch 1\n", 5: "epoch 2\n", 7: "epoch 3\n"}  # fmt: skip
