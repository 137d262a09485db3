"""The reference in docs/ says what the program does."""

import os
import re
from pathlib import Path

import numpy as np
import pytest

from nnscope.expression.evaluate import evaluate
from nnscope.expression.parse import parse
from nnscope.insight.check.printed_numbers import verify
from nnscope.network.build import build
from nnscope.network.losses import LOSSES
from nnscope.scenario.arrays import DIVISORS, SCALES
from nnscope.scenario.datasets import DATASETS
from nnscope.scenario.draws import DRAWS
from nnscope.scenario.load import parse as parse_scenario
from nnscope.scenario.random import Stream
from tests.reference import BLOCKS, FILE_FORMAT, made, renew
from tests.samples import NEURON, PAIR, program

TEXT = FILE_FORMAT.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", BLOCKS)
def test_a_table_is_as_the_program_has_it(name: str) -> None:
    """NNSCOPE_GOLDENS=write writes them anew."""
    if os.environ.get("NNSCOPE_GOLDENS") == "write":
        renew(name)
    else:
        assert made(name) in BLOCKS[name][0].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*SCALES, *DIVISORS])
def test_the_formula_of_a_scale_is_what_it_computes(name: str) -> None:
    for inputs, units in ((2, 3), (12288, 20), (1, 1)):
        counts = {"inputs": np.float64(inputs), "units": np.float64(units)}
        scale = {**SCALES, **DIVISORS}[name]
        assert evaluate(parse(scale.formula), counts) == scale.factor(inputs, units)


@pytest.mark.parametrize(
    "loss", [loss for loss in LOSSES if loss.divisor], ids=lambda loss: loss.name
)
def test_where_the_division_stands_unless_told(loss: object) -> None:
    chosen = next(each for each in LOSSES if each is loss)
    text = PAIR.replace("binary_cross_entropy", chosen.name)
    lines = {line.target: line.text for line in program(
        text.replace("[training]", f'factor = "{chosen.factor}"\n[training]')).lines}  # fmt: skip
    at_output = any(lines.get(name, "").endswith(("/ m", "/ n")) for name in ("dA2", "dZ2"))
    assert (lines["dW2"].endswith("/ m"), at_output) == (
        chosen.average == "parameters", chosen.average == "output",
    )  # fmt: skip


def test_the_first_factor_is_the_default() -> None:
    text = NEURON.replace('"mean_squared_error"', '"mean_squared_error"\nfactor = "{}"')
    lines = [[line.text for line in program(each).lines]
             for each in (NEURON, text.format("mean"), text.format("half_mean"))]  # fmt: skip
    assert lines[0] == lines[1] != lines[2]
    assert "| `mean_squared_error` | `mean` (default) |" in TEXT


@pytest.mark.parametrize(("value", "agrees"), [("0.3", False), ("0.30000000000000004", True)])
def test_without_digits_numbers_are_compared_exactly(value: str, agrees: bool) -> None:
    text = f'{NEURON}[[expect]]\nname = "0.1 + 0.2 + 0 * J"\nvalue = {value}\n'
    assert [check.passed for check in verify(program(text))] == [agrees]


def test_what_the_flower_draws() -> None:
    random = np.random.RandomState(1)
    points = []
    for label in (0, 1):
        angle = np.linspace(3.12 * label, 3.12 * (label + 1), 200) + 0.2 * random.randn(200)
        radius = 4 * np.sin(4 * angle) + 0.2 * random.randn(200)
        points += list(zip(radius * np.sin(angle), radius * np.cos(angle), strict=True))
    inputs, labels = DATASETS["flower"](Stream("legacy", 1))
    assert np.array_equal(inputs, points)
    assert np.array_equal(labels.ravel(), np.repeat([0, 1], 200))


def test_what_the_spiral_draws() -> None:
    random = np.random.RandomState(1)
    points = []
    for label in (0, 1, 2):
        radius = np.linspace(0, 1, 100)
        angle = np.linspace(4 * label, 4 * (label + 1), 100) + 0.2 * random.randn(100)
        points += list(zip(radius * np.sin(angle), radius * np.cos(angle), strict=True))
    inputs, labels = DATASETS["spiral"](Stream("legacy", 1))
    assert np.array_equal(inputs, points)
    assert np.array_equal(labels.ravel(), np.repeat([0, 1, 2], 100))


def test_every_draw_and_data_set_is_told() -> None:
    for each in (*DRAWS.values(), *DATASETS.values()):
        assert each.__doc__


def test_the_scenarios_of_the_reference_can_be_built(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    whole = [block for block in blocks if "[data]" in block]
    assert len(whole) >= 2
    for block in whole:
        assert build(parse_scenario(block, tmp_path / "reference.toml")).lines
