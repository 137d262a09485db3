"""Whatever is wrong with the input: status 2, a line that says so, and never a traceback."""

from pathlib import Path

import pytest

from tests.commands.conftest import written
from tests.commands.shell import Shell
from tests.samples import NEURON, PAIR

COMMANDS = ("open", "trace", "train", "verify")


@pytest.mark.parametrize("command", COMMANDS)
class TestFiles:
    def test_no_such_file(self, shell: Shell, command: str, tmp_path: Path) -> None:
        path = tmp_path / "nothing.toml"
        assert shell.mistake(command, path) == f"{path}: there is no such file"

    def test_a_name_that_is_nearly_in_the_library(self, shell: Shell, command: str) -> None:
        assert shell.mistake(command, "two_layers") == (
            "two_layers: no such file, and `two_layers` is not a scenario of the library: "
            "did you mean `two_layer`?"
        )

    def test_a_folder(self, shell: Shell, command: str, tmp_path: Path) -> None:
        message = f"{tmp_path}: this is a folder; name the .toml file in it"
        assert shell.mistake(command, tmp_path) == message

    def test_a_binary_file(self, shell: Shell, command: str, tmp_path: Path) -> None:
        path = tmp_path / "picture.toml"
        path.write_bytes(bytes(range(256)))
        message = f"{path}: the file is not text in UTF-8, so it can't be a scenario"
        assert shell.mistake(command, path) == message

    def test_text_that_is_not_toml(self, shell: Shell, command: str, tmp_path: Path) -> None:
        path = written(tmp_path / "broken.toml", 'title = "x"\n[data\nX = 1\n')
        message = shell.mistake(command, path)
        assert message.startswith(f"{path}: line 2, column ")
        assert "not valid TOML" in message

    def test_an_empty_file(self, shell: Shell, command: str, tmp_path: Path) -> None:
        path = written(tmp_path / "empty.toml", "")
        assert shell.mistake(command, path).startswith(f"{path}: there is no network")

    def test_a_scenario_that_can_not_be_built(
        self, shell: Shell, command: str, tmp_path: Path
    ) -> None:
        path = written(tmp_path / "wrong.toml", PAIR.replace('"tanh"', '"tahn"'))
        assert shell.mistake(command, path) == (
            f"{path}: [[layer]] 1, activation: `tahn` is not an activation: did you mean `tanh`?"
        )

    def test_two_mistakes_are_two_lines(self, shell: Shell, command: str, tmp_path: Path) -> None:
        text = PAIR.replace("seed", "sed").replace("units = 2", 'units = "two"')
        path = written(tmp_path / "wrong.toml", text.replace("[data]", "sed = 1\n[data]"))
        assert shell.run(command, path) == 2
        assert shell.out == []
        assert [line.partition(": ")[0] for line in shell.err] == ["nnscope"] * 2


@pytest.mark.parametrize("command", ["trace", "train"])
def test_a_line_that_can_not_be_computed(shell: Shell, command: str, tmp_path: Path) -> None:
    line = '[[override]]\ntarget = "dz"\nexpression = "1 / 0 * da"\n'
    path = written(tmp_path / "zero.toml", NEURON + line)
    assert shell.run(command, path, "--iterations", "1") == 2
    assert shell.err == ["nnscope: line 5, dz = 1 / 0 * da: division by zero"]


def test_a_file_without_a_loss_can_not_be_trained(shell: Shell) -> None:
    assert shell.mistake("train", "three_layer_forward") == (
        "three_layer_forward: there is no [loss], so there is no cost to print; "
        "`nnscope trace` shows the forward pass"
    )
    assert "without [training] there is one iteration, not 5" in shell.mistake(
        "train", "three_layer_forward", "--iterations", "5"
    )


def test_a_trace_can_not_start_behind_the_end(shell: Shell, pair: Path) -> None:
    message = shell.mistake("trace", pair, "--from", "12")
    assert message.startswith("--from: iteration 12 is not run")
    assert "11" in message


def test_arrays_can_not_be_saved_into_a_folder(shell: Shell, pair: Path, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere" / "out.npz"):
        assert shell.run("train", pair, "--every", "12", "--save", place) == 2
        (line,) = shell.err
        assert line.startswith(f"nnscope: {place}: ")


def test_the_debugger_needs_a_terminal(shell: Shell, pair: Path) -> None:
    for arguments in ([pair], ["open", pair], []):
        assert shell.mistake(*arguments).startswith("the debugger needs a terminal")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["trace", "two_layer", "--iterations", "0"], "expected a whole number from 1 up"),
        (["trace", "two_layer", "--iterations", "-1"], "expected a whole number from 1 up"),
        (["trace", "two_layer", "--iterations", "1.5"], "expected a whole number from 1 up"),
        (["trace", "two_layer", "--iterations", ""], "expected a whole number from 1 up"),
        (["trace", "two_layer", "--iterations", "１"], "expected a whole number from 1 up"),
        (["trace", "two_layer", "--iterations", "²"], "expected a whole number from 1 up, found"),
        (["trace", "two_layer", "--iterations", "1" * 5000], "from 1 up, found '11111111111"),
        (["train", "two_layer", "--every", "1_0"], "expected a whole number from 1 up"),
        (["open", "two_layer", "--memory", "１MB"], "expected a size such as 64MB"),
        (["open", "two_layer", "--memory", "1" * 5000 + "MB"], "expected a size such as 64MB"),
        (["trace", "two_layer", "--from", "²"], "expected a whole number from 0 up"),
        (["trace", "two_layer", "--from", "-1"], "expected a whole number from 0 up"),
        (["trace", "two_layer", "--from", "x"], "expected a whole number from 0 up"),
        (["train", "two_layer", "--every", "0"], "expected a whole number from 1 up"),
        (["train", "two_layer", "--every", "many"], "expected a whole number from 1 up"),
        (["train", "two_layer", "--iterations", "00"], "expected a whole number from 1 up"),
        (["open", "two_layer", "--memory", "64"], "expected a size such as 64MB"),
        (["open", "two_layer", "--memory", "MB"], "expected a size such as 64MB"),
        (["open", "two_layer", "--memory", "0MB"], "expected a size such as 64MB"),
        (["two_layer", "--memory", "-1GB"], "expected"),
        (["train", "two_layer", "--speed"], "unrecognized arguments: --speed"),
        (["train", "two_layer", "--save"], "expected one argument"),
        (["trace"], "required: FILE"),
        (["train"], "required: FILE"),
        (["verify"], "required: FILE"),
        (["list", "extra"], "unrecognized arguments: extra"),
        (["two_layer", "deep_network"], "unrecognized arguments: deep_network"),
        (["--nothing"], "unrecognized arguments: --nothing"),
    ],
)
def test_an_option_with_a_wrong_value(shell: Shell, arguments: list[str], told: str) -> None:
    assert shell.run(*arguments) == 2
    assert shell.out == []
    assert shell.err[0].startswith("usage: nnscope")
    assert "error: " in shell.err[-1]
    assert told in shell.err[-1]


@pytest.mark.parametrize(("word", "command"), [("shape", "shapes"), ("trian", "train")])
def test_a_command_that_is_nearly_one(shell: Shell, word: str, command: str) -> None:
    told = f"nnscope: `{word}` is not a command: did you mean `{command}`?"
    assert shell.run(word, "two_layer") == 2
    assert shell.err == [told]
