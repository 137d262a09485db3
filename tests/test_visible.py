import pytest

from nnscope.limits import LINE_LENGTH, MESSAGE_LINES, QUOTED_LENGTH
from nnscope.visible import bounded, cut, message, one_line, quoted, visible, without_controls
from tests.hostile import CONTROL, EVIL


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain ∂J/∂W ≤ 1\n2", "plain ∂J/∂W ≤ 1\n2"),
        ("\x1b]0;x\x07", "\\u001b]0;x\\u0007"),
        ("a\tb\r\n", "a b\\r\n"),
        ("\x7f\x9b\u202e\u2066\u2028\ud800", "\\u007f\\u009b\\u202e\\u2066\\u2028\\ud800"),
    ],
)
def test_control_characters_are_written_by_their_number(text: str, wanted: str) -> None:
    assert visible(text) == wanted
    assert visible(wanted) == wanted


def test_no_gate_lets_one_through() -> None:
    every = "".join(map(chr, range(0x3000)))
    for gate in (visible, one_line, without_controls):
        for text in (EVIL, every):
            assert not CONTROL.search(gate(text))
    assert "\n" not in one_line(every) + without_controls(every)
    assert without_controls("W1 = é\u0301 𝐀 ∂") == "W1 = é\u0301 𝐀 ∂"


@pytest.mark.parametrize("length", [3, 4, 10, 39, 40, 41, 1000])
def test_a_long_text_is_cut_in_the_middle(length: int) -> None:
    text = "".join(chr(ord("a") + at % 26) for at in range(length))
    found = cut(text, 40)
    assert len(found) == min(length, 40)
    if length > 40:
        start, end = found.split("...")
        assert text.startswith(start)
        assert text.endswith(end)
        assert abs(len(start) - len(end)) <= 1


def test_what_is_quoted_is_short_however_it_is_written() -> None:
    assert quoted("W1") == "W1"
    assert len(quoted("\x00" * 10**6)) == QUOTED_LENGTH
    assert "\n" not in quoted("a\nb")


def test_a_message_has_at_most_twenty_lines() -> None:
    lines = [f"mistake {number}" for number in range(30)]
    assert bounded(lines[:MESSAGE_LINES]) == lines[:MESSAGE_LINES]
    assert bounded(lines) == [*lines[: MESSAGE_LINES - 1], "... and 11 more"]
    told = message(["x" * 10**6, *lines]).split("\n")
    assert len(told) == MESSAGE_LINES
    assert len(told[0]) == LINE_LENGTH
