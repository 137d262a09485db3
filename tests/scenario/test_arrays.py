from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nnscope.scenario.digit_shapes import digit_shapes
from nnscope.scenario.load import parse
from nnscope.scenario.model import Scenario

Array = NDArray[np.float64]


def scenario(data: str, layer: str = "units = 1", top: str = "") -> Scenario:
    """Load a file with some `[data]` beside a fixed input of two rows and three examples."""
    data = f"[data]\nX = [[1, 1, 1], [1, 1, 1]]\n{data}"
    return parse(f"{top}\n{data}\n[[layer]]\n{layer}\n", Path("mine.toml"))


def array(entry: str, notation: str = "column") -> Array:
    top = f'notation = "{notation}"\nrng = "legacy"\nseed = 1'
    return scenario(f"V = {entry}", top=top).data["V"]


def same(found: Array | None, wanted: object) -> None:
    assert found is not None
    np.testing.assert_array_equal(found, np.asarray(wanted, dtype=np.float64), strict=True)


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        ("3", 3),
        ("-2.5", -2.5),
        ("[1, 2]", [1, 2]),
        ("[[1, 2], [3, 4.5]]", [[1, 2], [3, 4.5]]),
        ("[[inf, nan]]", [[np.inf, np.nan]]),
        ("{ value = 3 }", 3),
        ("{ value = [1, 2, 3, 4], shape = [2, 2] }", [[1, 2], [3, 4]]),
        ("{ value = [[1, 2]], transpose = true }", [[1], [2]]),
        ("{ value = [-1, 0, 2], above = 0.0 }", [0, 0, 1]),
        ("{ value = [1, 2], scale = 2, shift = 1 }", [3, 5]),
        ("{ value = [1, 7], divide = 10 }", [1 / 10, 7 / 10]),
        ("{ value = [6, 3], scale = 2, divide = 3, shift = 1 }", [5, 3]),
        ("{ value = [1, 3], above = 2.0, scale = 4, shift = -1 }", [-1, 3]),
        ("{ value = [0, 2], one_hot = 3 }", [[1, 0], [0, 0], [0, 1]]),
        ("{ value = [0, 2], one_hot = 3, transpose = true }", [[1, 0, 0], [0, 0, 1]]),
        ("{ value = [inf, 0], scale = 0 }", [np.nan, 0]),
        ("{ value = [0, 1], one_hot = 2, scale = 0.5 }", [[0.5, 0], [0, 0.5]]),
        ('{ draw = "zeros", shape = [1, 2] }', [[0, 0]]),
        ('{ draw = "ones", shape = [2] }', [1, 1]),
        ('{ draw = "linspace", start = 1, stop = 2, shape = [1, 3] }', [[1, 1.5, 2]]),
        ('{ draw = "linspace", shape = [2, 2], scale = 3 }', [[0, 1], [2, 3]]),
        ('{ dataset = "xor" }', [[0, 0, 1, 1], [0, 1, 0, 1]]),
        ('{ dataset = "xor", take = "labels" }', [[0, 1, 1, 0]]),
        ('{ dataset = "xor", take = "labels", one_hot = 2 }', [[1, 0, 0, 1], [0, 1, 1, 0]]),
    ],
)
def test_an_entry_gives_its_array(entry: str, wanted: object) -> None:
    found = array(entry)
    same(found, wanted)
    assert found.flags.c_contiguous


def test_in_row_notation_an_example_is_a_row() -> None:
    same(array('{ dataset = "xor" }', "row"), [[0, 0], [0, 1], [1, 0], [1, 1]])
    same(array('{ dataset = "xor", take = "labels" }', "row"), [[0], [1], [1], [0]])
    same(array("{ value = [0, 2], one_hot = 3 }", "row"), [[1, 0, 0], [0, 0, 1]])


def drawn(rng: str) -> dict[str, Array | None]:
    found = scenario(
        """
        A = { draw = "randn", shape = [2, 3] }
        B = { draw = "rand", shape = [4] }
        C = { draw = "integers", low = -3, high = 9, shape = [2, 5] }
        D = { draw = "uniform", low = -1, high = 3, shape = [3] }
        E = { draw = "randn", shape = [2, 2], above = 0.0 }
        F = { draw = "randn", shape = [] }
        """,
        'units = 2\nweights = { draw = "randn", scale = 0.01 }\nbias = { draw = "rand" }\n'
        "[[layer]]\nunits = 1",
        f'seed = 3\nrng = "{rng}"',
    )
    first, second = found.layers
    return {**found.data, "W1": first.weights, "b1": first.bias, "W2": second.weights}


def test_legacy_draws_are_those_of_np_random_seed_in_file_order() -> None:
    np.random.seed(3)
    student = np.random  # a student's own script, line by line
    wanted = {
        "A": student.randn(2, 3), "B": student.rand(4), "C": student.randint(-3, 9, (2, 5)),
        "D": -1 + 4 * student.rand(3), "E": student.randn(2, 2) > 0, "F": student.randn(),
        "W1": student.randn(2, 2) * 0.01, "b1": student.rand(2, 1),
        "W2": student.randn(1, 2) * 0.01,
    }  # fmt: skip
    found = drawn("legacy")
    for name, value in wanted.items():
        same(found[name], value)


def test_default_draws_are_those_of_default_rng_in_file_order() -> None:
    rng = np.random.default_rng(3)
    wanted = {
        "A": rng.standard_normal((2, 3)), "B": rng.random(4), "C": rng.integers(-3, 9, (2, 5)),
        "D": -1 + 4 * rng.random(3), "E": rng.standard_normal((2, 2)) > 0,
        "F": rng.standard_normal(), "W1": rng.standard_normal((2, 2)) * 0.01,
        "b1": rng.random((2, 1)), "W2": rng.standard_normal((1, 2)) * 0.01,
    }  # fmt: skip
    found = drawn("default")
    for name, value in wanted.items():
        same(found[name], value)


@pytest.mark.parametrize("rng", ["legacy", "default"])
def test_a_seed_of_its_own_restarts_the_stream(rng: str) -> None:
    draw = 'draw = "randn", shape = [4]'
    plain, again, other = f"{{ {draw} }}", f"{{ {draw}, seed = 1 }}", f"{{ {draw}, seed = 2 }}"
    data = f"A = {plain}\nB = {again}\nC = {other}\nD = {plain}"
    found = scenario(data, top=f'seed = 1\nrng = "{rng}"').data
    afresh = scenario(f"C = {plain}\nD = {plain}", top=f'seed = 2\nrng = "{rng}"').data
    same(found["B"], found["A"])
    same(found["C"], afresh["C"])
    same(found["D"], afresh["D"])
    assert not np.array_equal(found["C"], found["A"])


@pytest.mark.parametrize(
    ("notation", "scale", "factor"),
    [
        ("column", "0.5", 0.5),
        ("column", '"he"', (2 / 2) ** 0.5),
        ("column", '"lecun"', (1 / 2) ** 0.5),
        ("column", '"glorot"', (2 / 6) ** 0.5),
        ("row", "0.5", 0.5),
        ("row", '"he"', (2 / 3) ** 0.5),
        ("row", '"lecun"', (1 / 3) ** 0.5),
        ("row", '"glorot"', (2 / 7) ** 0.5),
    ],
)
def test_weights_are_scaled_by_the_size_of_their_layer(
    notation: str, scale: str, factor: float
) -> None:
    layer = f'units = 4\nweights = {{ draw = "randn", scale = {scale} }}'
    weights = scenario("", layer, f'notation = "{notation}"\nrng = "legacy"\nseed = 5')
    shape = (4, 2) if notation == "column" else (3, 4)
    same(weights.layers[0].weights, np.random.RandomState(5).randn(*shape) * factor)


@pytest.mark.parametrize(
    ("notation", "divide", "divisor"),
    [
        ("column", "7", 7.0),
        ("column", '"sqrt(inputs)"', np.sqrt(2)),
        ("row", '"sqrt(inputs)"', np.sqrt(3)),
        ("row", '"sqrt(inputs / 2)"', np.sqrt(3 / 2)),
        ("column", '"sqrt(units)"', np.sqrt(40)),
    ],
)
def test_weights_are_divided_to_the_last_bit(notation: str, divide: str, divisor: float) -> None:
    layer = f'units = 40\nweights = {{ draw = "randn", divide = {divide} }}'
    weights = scenario("", layer, f'notation = "{notation}"\nrng = "legacy"\nseed = 5')
    shape = (40, 2) if notation == "column" else (3, 40)
    drawn = np.random.RandomState(5).randn(*shape)
    same(weights.layers[0].weights, drawn / divisor)
    assert not np.array_equal(drawn / divisor, drawn * (1 / divisor))


def test_the_flower_is_that_of_the_course() -> None:
    points = array('{ dataset = "flower" }')
    assert points[:, 0].tolist() == [1.204442292254319, 3.5761141481288448]
    stream, recipe = np.random.RandomState(1), np.zeros((400, 2))
    for label in range(2):
        angle = np.linspace(label * 3.12, (label + 1) * 3.12, 200) + stream.randn(200) * 0.2
        radius = 4 * np.sin(4 * angle) + stream.randn(200) * 0.2
        recipe[200 * label : 200 * (label + 1)] = np.c_[
            radius * np.sin(angle), radius * np.cos(angle)
        ]
    same(points, recipe.T)


def test_inputs_and_labels_of_a_data_set_come_from_one_drawing() -> None:
    twice = 'P = { dataset = "flower" }\nQ = { dataset = "flower" }\n'
    both = twice + 'L = { dataset = "flower", take = "labels" }'
    found = scenario(both, top='rng = "legacy"\nseed = 1').data
    same(found["P"], found["Q"])
    same(found["L"], [[0] * 200 + [1] * 200])


def test_the_spiral_has_three_arms_of_a_hundred() -> None:
    same(array('{ dataset = "spiral", take = "labels" }'), [[0] * 100 + [1] * 100 + [2] * 100])
    points = array('{ dataset = "spiral" }', "row")
    assert points.shape == (300, 2)
    np.testing.assert_allclose(
        np.linalg.norm(points.reshape(3, 100, 2), axis=2), [np.linspace(0, 1, 100)] * 3, atol=1e-15
    )


def test_the_digits_are_pictures_of_their_labels() -> None:
    same(array('{ dataset = "digits", take = "labels" }'), [[*range(10)] * 20])
    pictures = array('{ dataset = "digits" }', "row")
    assert pictures.shape == (200, 64)
    assert pictures.min() == 0.0
    assert pictures.max() == 1.0
    shapes, ink = digit_shapes(), pictures.reshape(200, 8, 8) > 0.5
    for number, picture in enumerate(ink):
        places = [(down, right) for down in range(3) for right in range(1, 4)]
        drawn = [picture[down : down + 6, right : right + 4] for down, right in places]
        assert any((each == shapes[number % 10]).all() for each in drawn), number


def test_arrays_of_float32_are_made_in_float64_and_then_rounded() -> None:
    text = """
dtype = "float32"
seed = 3
[data]
X = { draw = "randn", shape = [2, 3], scale = 0.1, shift = 1.0 }
Y = [[1e300]]
[[layer]]
units = 1
weights = { draw = "randn", scale = "he" }
"""
    loaded = parse(text, Path("x.toml"))
    drawn = np.random.default_rng(3)
    inputs = drawn.standard_normal((2, 3)) * 0.1 + 1
    weights = drawn.standard_normal((1, 2)) * np.sqrt(2 / 2)
    found = [loaded.data["X"], loaded.data["Y"], loaded.layers[0].weights, loaded.layers[0].bias]
    wanted = [inputs, [[np.inf]], weights, [[0.0]]]
    with np.errstate(over="ignore"):
        rounded = [np.asarray(each).astype(np.float32) for each in wanted]
    for one, other in zip(found, rounded, strict=True):
        np.testing.assert_array_equal(np.asarray(one), other, strict=True)
