"""`nnscope export FILE --to svg`: the screen of any moment."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest

from tests.commands.shell import Shell


def shown(shell: Shell, *options: str) -> str:
    """Give the text of a screen, without spaces."""
    assert shell.run("export", "two_layer", "--to", "svg", *options) == 0
    ElementTree.fromstring(shell.raw)
    return "".join(unescape(re.sub(r"<[^>]*>", "", shell.raw)).split())


def test_the_start_and_any_line_of_any_iteration(shell: Shell) -> None:
    assert "atthestart" in shown(shell, "--size", "80x24")
    later = shown(shell, "--iteration", "300", "--line", "dW2", "--size", "80x24")
    assert "iteration300" in later
    assert "backward7/15" in later
    assert "update15/15" in shown(shell, "--iteration", "1", "--size", "80x24")


def test_a_pane_or_a_picture_alone_in_another_theme(shell: Shell) -> None:
    text = shown(shell, "--line", "7", "--pane", "boundary", "--whole", "--theme", "light")
    assert "Picture2/3:decisionboundary" in text
    assert "of3right" in text
    assert "Program" not in text
    text = shown(shell, "--line", "3", "--pane", "image", "--matrix", "W2", "--size", "80x24")
    assert "W2(n2=1,n1=4)" in text


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--pane", "tme"), "--pane: `tme` is not a pane or a picture: did you mean `time`?"),
        (("--theme", "ligth"), "--theme: `ligth` is not a theme: did you mean `light`?"),
        (("--line", "1", "--matrix", "W2"), "`W2` is no matrix of this line: W1, X, b1, Z1 are"),
        (("--line", "dW9"), "no line computes `dW9`: did you mean"),
        (("--iteration", "10000"), "iteration 10000 is not run: they count from 0 to 9999"),
    ],
)
def test_what_is_not_there_is_named(options: tuple[str, ...], told: str, shell: Shell) -> None:
    assert shell.mistake("export", "two_layer", "--to", "svg", *options).startswith(told)


def test_sizes_and_loops_have_their_own_mistakes(shell: Shell) -> None:
    assert shell.run("export", "two_layer", "--to", "svg", "--size", "80") == 2
    assert "expected columns x rows, from 20x10 to 500x500" in shell.err[-1]
    told = shell.mistake("export", "two_layer", "--to", "run-loop", "--line", "7")
    assert told == "--line is for `--to svg`: a loop has no moment, and no screen"
