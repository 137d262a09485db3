"""What is sent to a terminal is less than what is drawn, and shows the same."""

import re

from hypothesis import given
from hypothesis import strategies as st

from nnscope.tui.sparing import Sparing

SEQUENCES = re.compile(r"\x1b\[([0-9;]*)([Hm])|([^\x1b\n])")


class Terminal:
    """Obeys moves of the cursor and colours; each cell has its letter and all that was set."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], tuple[str, frozenset[str]]] = {}
        self.row, self.column = 1, 1
        self.ink = self.paper = ""
        self.attributes: set[str] = set()

    def write(self, data: str) -> None:
        for parameters, final, letter in SEQUENCES.findall(data):
            if final == "H":
                self.row, self.column = map(int, parameters.split(";"))
            elif final == "m":
                self._look(parameters.split(";"))
            else:
                look = frozenset({self.ink, self.paper, *self.attributes})
                if letter == " " and not self.attributes & set("479"):
                    look = frozenset({self.paper})  # nothing else can be seen of it
                self.cells[self.row, self.column] = letter, look
                self.column += 1

    def _look(self, words: list[str]) -> None:
        while words:
            word = words.pop(0)
            if word in ("", "0"):
                self.ink = self.paper = ""
                self.attributes = set()
            elif word in ("38", "48"):
                colour, words = "-".join([word, *words[:4]]), words[4:]
                self.ink, self.paper = (colour, self.paper) if word == "38" else (self.ink, colour)
            elif word == "22":
                self.attributes -= {"1", "2"}
            elif len(word) == 2:
                self.attributes -= {word[1]}
            else:
                self.attributes |= {word}


LOOKS = ["\x1b[0m", "\x1b[1;38;2;1;2;3;48;2;4;5;6m", "\x1b[2m", "\x1b[3;48;2;4;5;6m", "\x1b[7m",
         "\x1b[38;2;9;9;9;48;2;4;5;6m"]  # fmt: skip
PIECE = st.tuples(
    st.integers(1, 4), st.integers(1, 8), st.sampled_from(LOOKS), st.text("ab ", min_size=1)
)
FRAMES = st.lists(st.lists(PIECE, min_size=1, max_size=6), min_size=1, max_size=6)


@given(frames=FRAMES)
def test_the_terminal_shows_the_same(frames: list[list[tuple[int, int, str, str]]]) -> None:
    sparing, ours, whole = Sparing(), Terminal(), Terminal()
    for frame in frames:
        rows = (f"\x1b[{row};{at}H{look}{text}\x1b[0m" for row, at, look, text in frame)
        data = "\n".join(rows)  # as Textual has it; then it moves, so nothing is seen of that
        whole.write(data)
        ours.write(sparing.reduced(data))
        assert ours.cells == whole.cells
        assert (ours.row, ours.column) == (whole.row, whole.column)
        assert (ours.ink, ours.paper, ours.attributes) == ("", "", set())


def test_what_is_there_already_is_not_sent_again() -> None:
    sparing = Sparing()
    row = "\x1b[3;1H\x1b[1;38;2;1;2;3mW1 = W1 - learning_rate * dW1\x1b[0m"
    assert len(sparing.reduced(row)) >= len("W1 = W1 - learning_rate * dW1")
    assert len(sparing.reduced(row)) < 10
    assert "X" in sparing.reduced(row.replace("dW1", "dX1"))
    sparing.forget()
    assert "learning_rate" in sparing.reduced(row)


def test_what_is_not_understood_goes_out_as_it_is() -> None:
    sparing = Sparing()
    sparing.reduced("\x1b[1;1Habc")
    for data in ("\x1b]0;title\x07", "\x1b[2J", "\x1b[?1049h", "plain", "\x1b[>4u", "\x1b"):
        assert sparing.reduced(data) == data
    assert "abc" in sparing.reduced("\x1b[1;1Habc")  # it may have been wiped


def test_wide_letters_are_sent_whole() -> None:
    sparing = Sparing()
    data = "\x1b[1;1Hab\u4f60\u597dcd"
    assert "\u4f60\u597d" in sparing.reduced(data)
    assert "\u4f60\u597d" in sparing.reduced(data)
