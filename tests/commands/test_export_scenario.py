"""`nnscope export FILE --to scenario`: layers, loss and rule are found by what they compute."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import Value
from nnscope.network.build import build
from nnscope.network.read_back.read import scenario_of
from nnscope.program.model import Program
from nnscope.scenario.errors import ScenarioError
from nnscope.scenario.load import parse
from tests.commands.shell import Shell
from tests.recorded import flat
from tests.samples import library

_NETWORK = """
notation = "row"
seed = 4
[names]
pre_activation = "h"
[data]
X = {{ draw = "randn", shape = [7, 3] }}
Y = [[0], [1], [1], [0], [1], [0], [1]]
[[layer]]
units = 4
activation = "{hidden}"
weights = {{ draw = "randn" }}
[[layer]]
units = 1
activation = "sigmoid"
weights = {{ draw = "randn" }}
{bias}
[loss]
{loss}
[training]
iterations = 5
{training}
"""


def _program(hidden: str, loss: str, training: str, bias: str = "", more: str = "") -> Program:
    text = _NETWORK.format(hidden=hidden, loss=loss, training=training, bias=bias) + more
    return build(parse(text, Path("network.toml")))


def _end(program: Program) -> Mapping[str, Value]:
    timeline = Timeline(program)
    timeline.seek(timeline.length)
    return timeline.frame().values


@pytest.mark.parametrize(("hidden", "loss", "training", "bias"), [
    ("tanh", 'name = "binary_cross_entropy"', "learning_rate = 0.3", ""),
    ("relu", 'name = "mean_squared_error"\nfactor = "half_sum"',
     'optimizer = "momentum"\nconvention = "step"\nbeta = 0.8\nlearning_rate = 0.05',
     "bias = false"),
    ("leaky_relu", 'name = "mean_squared_error"',
     'optimizer = "adam"\nconvention = "corrected_rate"\nlearning_rate = 0.01\nbeta1 = 0.85', ""),
])  # fmt: skip
def test_a_network_is_found_again_in_its_lines(
    hidden: str, loss: str, training: str, bias: str
) -> None:
    program = _program(hidden, loss, training, bias)
    again = build(parse(scenario_of(program), Path("again.toml")))

    expected, found = _end(program), _end(again)
    assert [line.text for line in again.lines] == [line.text for line in program.lines]
    for line in program.lines:
        assert np.allclose(found[line.target], expected[line.target], rtol=1e-11, atol=1e-14)


def test_a_script_is_written_in_its_own_letters() -> None:
    program = flat()
    again = build(parse(scenario_of(program), Path("again.toml")))

    assert "learning_rate = 0.5\n" in scenario_of(program)
    assert (again.cost, [line.phase for line in again.lines][-1]) == ("J", program.lines[-1].phase)
    expected, found = _end(program), _end(again)
    assert np.allclose(found["W1_next"], expected[program.carried["W"]], rtol=1e-11)


def test_a_wrong_gradient_is_a_line_of_its_own() -> None:
    program = library("two_layer_as_printed")
    again = build(parse(scenario_of(program), Path("again.toml")))

    assert [line.text for line in again.lines] == [line.text for line in program.lines]
    assert {line.because for line in again.lines} == {"", "as in two_layer_as_printed"}


def test_a_rule_that_nobody_knows_is_refused_with_its_line() -> None:
    slip = '[[override]]\ntarget = "W1"\nexpression = "W1 - learning_rate * dW1 ** 3"\n'
    program = _program("tanh", 'name = "binary_cross_entropy"', "learning_rate = 0.3", more=slip)
    with pytest.raises(ScenarioError, match=r"line 12, `W1 = W1 - learning_rate \* dW1") as told:
        scenario_of(program)

    assert "as no known rule does" in str(told.value)


def test_what_no_scenario_has_is_refused() -> None:
    with pytest.raises(ScenarioError, match="it trains nothing"):
        scenario_of(library("three_layer_forward"))


def test_the_command_writes_a_file_that_opens(shell: Shell, tmp_path: Path) -> None:
    assert shell.run("export", "two_layer", "--to", "scenario") == 0
    file = tmp_path / "again.toml"
    file.write_text("\n".join(shell.out))
    shell.run("train", "two_layer", "--iterations", "2000")
    first = shell.out
    shell.run("train", str(file), "--iterations", "2000")

    assert shell.out == first
