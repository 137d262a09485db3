from pathlib import Path

import numpy as np

from nnscope.scenario.load import load, parse
from nnscope.scenario.model import Choice, Scenario
from nnscope.scenario.schema import NamesTable

DATA = "[data]\nX = [[1, 2, 3], [4, 5, 6]]\nY = [[0, 1, 0]]\n"
LAYER = "[[layer]]\nunits = 1\n"


def read(text: str) -> Scenario:
    return parse(text, Path("folder/mine.toml"))


def test_a_small_file_has_the_defaults() -> None:
    scenario = read(DATA + LAYER)
    assert (scenario.title, scenario.name, scenario.about, scenario.source) == (
        "mine",
        "mine",
        "",
        "",
    )
    assert (scenario.layout, scenario.loss, scenario.training) == ("column", None, None)
    assert (scenario.iterations, scenario.overrides, scenario.expects) == (1, (), ())
    layer = scenario.layers[0]
    chosen = Choice("identity", {}, "[[layer]] 1, activation")
    assert (layer.units, layer.activation, layer.train_bias) == (1, chosen, True)
    assert layer.where == "[[layer]] 1"
    np.testing.assert_array_equal(layer.bias, [[0.0]])
    np.testing.assert_array_equal(
        layer.weights, np.random.default_rng(0).standard_normal((1, 2)) * 0.01
    )


def test_everything_that_is_written_is_kept() -> None:
    scenario = read(
        'title = "T"\nabout = "A"\nsource = "S"\n' + DATA + LAYER + "train_bias = false\n"
        'activation = { name = "leaky_relu", slope = 0.1 }\n'
        '[loss]\nname = "mean_squared_error"\nfactor = "1/2"\ngradient = "chained"\n'
        '[training]\noptimizer = "momentum"\niterations = 7\nlearning_rate = 0.5\nbeta = 1\n'
        '[[override]]\ntarget = "dW1"\nexpression = "W1"\nbecause = "why"\n'
        '[[expect]]\nname = "J"\nvalue = 0.5\niteration = 3\ndigits = 2\nwhen = "start"\n'
    )
    assert (scenario.title, scenario.about, scenario.source) == ("T", "A", "S")
    chosen = Choice("leaky_relu", {"slope": 0.1}, "[[layer]] 1, activation")
    assert scenario.layers[0].activation == chosen
    assert not scenario.layers[0].train_bias
    assert scenario.loss is not None
    assert (scenario.loss.name, scenario.loss.factor) == ("mean_squared_error", "1/2")
    assert scenario.loss.gradient == "chained"
    assert scenario.training is not None
    assert (scenario.training.optimizer, scenario.iterations) == ("momentum", 7)
    assert scenario.training.hyperparameters == {"learning_rate": 0.5, "beta": 1.0}
    override, expect = scenario.overrides[0], scenario.expects[0]
    assert (override.target, override.expression, override.because) == ("dW1", "W1", "why")
    assert (expect.name, expect.value, expect.iteration) == ("J", 0.5, 3)
    assert (expect.digits, expect.when) == (2, "start")


def test_load_reads_the_file_and_knows_its_name(tmp_path: Path) -> None:
    path = tmp_path / "two_steps.toml"
    path.write_text('title = "Schritt für Schritt"\n' + DATA + LAYER, encoding="utf-8")
    scenario = load(path)
    assert (scenario.path, scenario.name) == (path, "two_steps")
    assert scenario.title == "Schritt für Schritt"


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "marked.toml"
    path.write_text('title = "T"\n' + DATA + LAYER, encoding="utf-8-sig")
    assert load(path).title == "T"


def test_the_letters_are_those_of_the_file_and_else_of_the_notation() -> None:
    assert read(DATA + LAYER).names == NamesTable("X", "Y", "W", "b", "Z", "A", "", "J", "D")
    own = '[names]\ninput = "A0"\npre_activation = "A"\nactivation = "Z"\n[data]\nA0 = [[1], [2]]\n'
    scenario = read(own + LAYER)
    assert scenario.names == NamesTable("A0", "Y", "W", "b", "A", "Z", "", "J", "D")
    assert scenario.layers[0].weights.shape == (1, 2)


DRAWN = 'X = { draw = "randn", shape = [2, 3] }\n'
FIRST = '[[layer]]\nunits = 2\nweights = { draw = "randn" }\n'


def test_data_before_the_layers_is_drawn_first() -> None:
    stream = np.random.RandomState(1)
    scenario = read('rng = "legacy"\nseed = 1\n[data]\n' + DRAWN + FIRST)
    np.testing.assert_array_equal(scenario.data["X"], stream.randn(2, 3))
    np.testing.assert_array_equal(scenario.layers[0].weights, stream.randn(2, 2))


def test_a_network_before_the_data_is_drawn_first() -> None:
    stream = np.random.RandomState(1)
    network = '[network]\nsizes = [2, 3, 1]\nweights = { draw = "randn" }\n'
    scenario = read('rng = "legacy"\nseed = 1\n' + network + "[data]\n" + DRAWN)
    np.testing.assert_array_equal(scenario.layers[0].weights, stream.randn(3, 2))
    np.testing.assert_array_equal(scenario.layers[1].weights, stream.randn(1, 3))
    np.testing.assert_array_equal(scenario.data["X"], stream.randn(2, 3))


def test_layers_before_the_data_take_the_inputs_from_a_written_matrix() -> None:
    stream = np.random.RandomState(1)
    layers = "[[layer]]\nunits = 2\nweights = [[1, 2], [3, 4]]\n" + FIRST
    scenario = read('rng = "legacy"\nseed = 1\n' + layers + "[data]\n" + DRAWN)
    np.testing.assert_array_equal(scenario.layers[1].weights, stream.randn(2, 2))
    np.testing.assert_array_equal(scenario.data["X"], stream.randn(2, 3))
