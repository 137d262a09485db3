from pathlib import Path

import numpy as np
import pytest

from nnscope.scenario.load import parse
from nnscope.scenario.model import Choice, Scenario
from nnscope.scenario.schema import NamesTable

DATA = "[data]\nX = [[1, 2, 3], [4, 5, 6]]\nY = [[0, 1, 0]]\n"
LAYER = "[[layer]]\nunits = 1\n"


def read(text: str) -> Scenario:
    return parse(text, Path("folder/mine.toml"))


def shapes(scenario: Scenario) -> list[tuple[tuple[int, ...], tuple[int, ...] | None]]:
    return [
        (layer.weights.shape, None if layer.bias is None else layer.bias.shape)
        for layer in scenario.layers
    ]


@pytest.mark.parametrize(
    ("top", "wanted"),
    [
        ("[data]\nX = [[1, 2, 3], [4, 5, 6]]\n", [((4, 2), (4, 1)), ((1, 4), (1, 1))]),
        (
            'notation = "row"\n[data]\nX = [[1, 2, 3], [4, 5, 6]]\n',
            [((3, 4), (1, 4)), ((4, 1), (1, 1))],
        ),
    ],
)
def test_the_notation_turns_weights_and_biases(top: str, wanted: object) -> None:
    assert shapes(read(top + "[[layer]]\nunits = 4\n[[layer]]\nunits = 1\n")) == wanted


def test_scalar_notation_has_plain_numbers() -> None:
    scenario = read('notation = "scalar"\n[data]\nx = [[3]]\n' + LAYER + "weights = 2\nbias = 1\n")
    assert shapes(scenario) == [((), ())]
    assert scenario.data["x"].shape == ()
    assert float(scenario.layers[0].weights) == 2.0
    assert scenario.names == NamesTable("x", "y", "w", "b", "z", "a", "", "J", "d")


def test_the_shorthand_writes_the_layers_out() -> None:
    scenario = read(DATA + '[network]\nsizes = [2, 4, 3, 1]\nhidden = "tanh"\nweights = 0.5\n')
    assert shapes(scenario) == [((4, 2), (4, 1)), ((3, 4), (3, 1)), ((1, 3), (1, 1))]
    assert [layer.activation.name for layer in scenario.layers] == ["tanh", "tanh", "sigmoid"]
    assert [layer.where for layer in scenario.layers] == ["[network]"] * 3
    assert all((layer.weights == 0.5).all() for layer in scenario.layers)


def test_the_shorthand_has_its_own_defaults() -> None:
    layers = read(DATA + "[network]\nsizes = [2, 3, 1]\n").layers
    assert [layer.activation.name for layer in layers] == ["relu", "sigmoid"]
    table = '{ name = "leaky_relu", slope = 0.2 }'
    layers = read(DATA + f"[network]\nsizes = [2, 1]\noutput = {table}\nbias = false\n").layers
    chosen = Choice("leaky_relu", {"slope": 0.2}, "[network], output")
    assert (layers[0].activation, layers[0].bias) == (chosen, None)


@pytest.mark.parametrize(
    ("notation", "bias", "wanted"),
    [
        ("column", "false", None),
        ("column", "2", [[2], [2]]),
        ("column", "[1, 2]", [[1], [2]]),
        ("column", "[[1], [2]]", [[1], [2]]),
        ("column", '{ draw = "ones" }', [[1], [1]]),
        ("row", "false", None),
        ("row", "2", [[2, 2]]),
        ("row", "[1, 2]", [1, 2]),
        ("row", "[[1, 2]]", [[1, 2]]),
        ("row", '{ draw = "ones" }', [[1, 1]]),
        ("scalar", "2", 2),
    ],
)
def test_the_forms_of_a_bias(notation: str, bias: str, wanted: object) -> None:
    units, name, X = (1, "x", "1") if notation == "scalar" else (2, "X", "[[1, 2], [3, 4]]")
    data = f'notation = "{notation}"\n[data]\n{name} = {X}\n'
    found = read(data + f"[[layer]]\nunits = {units}\nbias = {bias}\n").layers[0].bias
    if wanted is None:
        assert found is None
    else:
        assert found is not None
        np.testing.assert_array_equal(found, np.array(wanted, dtype=np.float64), strict=True)


def test_weights_are_a_matrix_a_number_for_all_or_a_draw() -> None:
    def weights(entry: str) -> list[object]:
        layer = read(DATA + f"[[layer]]\nunits = 2\nweights = {entry}\n").layers[0]
        return list(layer.weights.tolist())

    assert weights("[[1, 2], [3, 4]]") == [[1, 2], [3, 4]]
    assert weights("0.5") == [[0.5, 0.5], [0.5, 0.5]]
    assert weights('{ draw = "linspace", scale = 3 }') == [[0, 1], [2, 3]]
