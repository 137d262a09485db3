"""`nnscope hunt` on the command line; what it opens is tested with the screen."""

import pytest

from tests.commands.shell import Shell


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["hunt"], "the debugger needs a terminal"),
        (["hunt", "two_layer", "--level", "4"], "invalid choice: 4"),
        (["hunt", "two_layer", "--seed", "-1"], "expected a whole number from 0 up"),
    ],
)
def test_what_is_wrong_is_told(shell: Shell, arguments: list[str], told: str) -> None:
    assert shell.run(*arguments) == 2
    assert told in "\n".join(shell.err)


def test_what_cannot_be_hunted_is_told(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnscope.commands.hunt.need_terminal", lambda: None)
    assert shell.run("hunt", "three_layer_forward") == 2
    assert "there is no [loss], so there is no cost that a wrong line would show in" in shell.err[0]
