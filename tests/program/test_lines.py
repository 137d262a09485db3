"""The listings that students read, word for word."""

import pytest

from tests.samples import NEURON, PAIR, library, listing, program

NEURON_LINES = """\
forward 1: z = w * x + b   ()
forward 1: a = {activation}   ()
loss 0: J = (a - y) ** 2   ()
backward 1: da = 2 * (a - y)   ()
backward 1: dz = da * ({derivative})   ()
backward 1: dw = dz * x   ()
backward 1: db = dz   ()
update 1: w = w - learning_rate * dw   ()
update 1: b = b - learning_rate * db   ()
"""

TWO_LAYERS = """\
forward 1: Z1 = W1 @ X + b1   (4, 3)
forward 1: A1 = np.tanh(Z1)   (4, 3)
forward 2: Z2 = W2 @ A1 + b2   (1, 3)
forward 2: A2 = sigmoid(Z2)   (1, 3)
loss 0: J = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m   ()
backward 2: dZ2 = A2 - Y   (1, 3)
backward 2: dW2 = dZ2 @ A1.T / {m}   (1, 4)
backward 2: db2 = np.sum(dZ2, axis=1, keepdims=True) / {m}   (1, 1)
backward 1: dZ1 = (W2.T @ dZ2) * (1 - A1 ** 2)   (4, 3)
backward 1: dW1 = dZ1 @ X.T / {m}   (4, 2)
backward 1: db1 = np.sum(dZ1, axis=1, keepdims=True) / {m}   (4, 1)
update 1: W1 = W1 - learning_rate * dW1   (4, 2)
update 1: b1 = b1 - learning_rate * db1   (4, 1)
update 2: W2 = W2 - learning_rate * dW2   (1, 4)
update 2: b2 = b2 - learning_rate * db2   (1, 1)
"""

DEEP = """\
forward 1: Z1 = W1 @ X + b1   (4, 8)
forward 1: A1 = relu(Z1)   (4, 8)
forward 2: Z2 = W2 @ A1 + b2   (3, 8)
forward 2: A2 = relu(Z2)   (3, 8)
forward 3: Z3 = W3 @ A2 + b3   (1, 8)
forward 3: AL = sigmoid(Z3)   (1, 8)
loss 0: J = -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m   ()
backward 3: dAL = -(Y / AL - (1 - Y) / (1 - AL))   (1, 8)
backward 3: dZ3 = dAL * (AL * (1 - AL))   (1, 8)
backward 3: dW3 = dZ3 @ A2.T / m   (1, 3)
backward 3: db3 = np.sum(dZ3, axis=1, keepdims=True) / m   (1, 1)
backward 2: dA2 = W3.T @ dZ3   (3, 8)
backward 2: dZ2 = dA2 * (Z2 > 0)   (3, 8)
backward 2: dW2 = dZ2 @ A1.T / m   (3, 4)
backward 2: db2 = np.sum(dZ2, axis=1, keepdims=True) / m   (3, 1)
backward 1: dA1 = W2.T @ dZ2   (4, 8)
backward 1: dZ1 = dA1 * (Z1 > 0)   (4, 8)
backward 1: dW1 = dZ1 @ X.T / m   (4, 5)
backward 1: db1 = np.sum(dZ1, axis=1, keepdims=True) / m   (4, 1)
update 1: W1 = W1 - learning_rate * dW1   (4, 5)
update 1: b1 = b1 - learning_rate * db1   (4, 1)
update 2: W2 = W2 - learning_rate * dW2   (3, 4)
update 2: b2 = b2 - learning_rate * db2   (3, 1)
update 3: W3 = W3 - learning_rate * dW3   (1, 3)
update 3: b3 = b3 - learning_rate * db3   (1, 1)
"""

FORWARD_ONLY = """\
forward 1: A1 = X @ W1 + B1   (3,)
forward 1: Z1 = sigmoid(A1)   (3,)
forward 2: A2 = Z1 @ W2 + B2   (2,)
forward 2: Z2 = sigmoid(A2)   (2,)
forward 3: A3 = Z2 @ W3 + B3   (2,)
forward 3: Y = A3   (2,)
"""


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "single_neuron",
            NEURON_LINES.format(activation="sigmoid(z)", derivative="a * (1 - a)"),
        ),
        ("single_neuron_relu", NEURON_LINES.format(activation="relu(z)", derivative="z > 0")),
        ("three_layer_forward", FORWARD_ONLY),
        ("two_layer", TWO_LAYERS.format(m="m")),
        ("two_layer_as_printed", TWO_LAYERS.format(m="400")),
        ("deep_network", DEEP),
        ("deep_network_he", DEEP),
    ],
)
def test_listing_of_the_library(name: str, lines: str) -> None:
    assert listing(library(name)) == lines.splitlines()


BACKWARD_VARIANTS = [
    pytest.param(
        'gradient = "chained"',
        """\
        backward 2: dA2 = -(Y / A2 - (1 - Y) / (1 - A2))   (1, 3)
        backward 2: dZ2 = dA2 * (A2 * (1 - A2))   (1, 3)
        backward 2: dW2 = dZ2 @ A1.T / m   (1, 2)
        backward 2: db2 = np.sum(dZ2, axis=1, keepdims=True) / m   (1, 1)
        backward 1: dA1 = W2.T @ dZ2   (2, 3)
        backward 1: dZ1 = dA1 * (1 - A1 ** 2)   (2, 3)
        backward 1: dW1 = dZ1 @ X.T / m   (2, 2)
        backward 1: db1 = np.sum(dZ1, axis=1, keepdims=True) / m   (2, 1)""",
        id="chained",
    ),
    pytest.param(
        'average = "output"',
        """\
        backward 2: dZ2 = (A2 - Y) / m   (1, 3)
        backward 2: dW2 = dZ2 @ A1.T   (1, 2)
        backward 2: db2 = np.sum(dZ2, axis=1, keepdims=True)   (1, 1)
        backward 1: dZ1 = (W2.T @ dZ2) * (1 - A1 ** 2)   (2, 3)
        backward 1: dW1 = dZ1 @ X.T   (2, 2)
        backward 1: db1 = np.sum(dZ1, axis=1, keepdims=True)   (2, 1)""",
        id="combined, averaged at the output",
    ),
    pytest.param(
        'average = "output"\ngradient = "chained"',
        """\
        backward 2: dA2 = -(Y / A2 - (1 - Y) / (1 - A2)) / m   (1, 3)
        backward 2: dZ2 = dA2 * (A2 * (1 - A2))   (1, 3)
        backward 2: dW2 = dZ2 @ A1.T   (1, 2)
        backward 2: db2 = np.sum(dZ2, axis=1, keepdims=True)   (1, 1)
        backward 1: dA1 = W2.T @ dZ2   (2, 3)
        backward 1: dZ1 = dA1 * (1 - A1 ** 2)   (2, 3)
        backward 1: dW1 = dZ1 @ X.T   (2, 2)
        backward 1: db1 = np.sum(dZ1, axis=1, keepdims=True)   (2, 1)""",
        id="chained, averaged at the output",
    ),
]


@pytest.mark.parametrize(("style", "lines"), BACKWARD_VARIANTS)
def test_a_style_changes_the_backward_lines_alone(style: str, lines: str) -> None:
    plain, styled = (
        listing(program(text)) for text in (PAIR, PAIR.replace("[tr", f"{style}\n[tr"))
    )
    backward = [line for line in styled if line.startswith("backward")]
    assert backward == [line.strip() for line in lines.splitlines()]
    assert [line for line in styled if line not in backward] == [
        line for line in plain if not line.startswith("backward")
    ]


@pytest.mark.parametrize(
    ("factor", "cost", "gradient", "divided"),
    [
        ("mean", "np.mean((A2 - Y) ** 2)", "2 * (A2 - Y) / m", ""),
        ("half_mean", "np.sum((A2 - Y) ** 2) / (2 * m)", "A2 - Y", " / m"),
        ("half_sum", "np.sum((A2 - Y) ** 2) / 2", "A2 - Y", ""),
        ("sum", "np.sum((A2 - Y) ** 2)", "2 * (A2 - Y)", ""),
    ],
)
def test_factors_of_the_squared_error(factor: str, cost: str, gradient: str, divided: str) -> None:
    name = f'"mean_squared_error"\nfactor = "{factor}"'
    lines = listing(program(PAIR.replace('"binary_cross_entropy"', name)))
    assert lines[4:7] == [
        f"loss 0: J = {cost}   ()",
        f"backward 2: dA2 = {gradient}   (1, 3)",
        "backward 2: dZ2 = dA2 * (A2 * (1 - A2))   (1, 3)",
    ]
    assert lines[7] == f"backward 2: dW2 = dZ2 @ A1.T{divided}   (1, 2)"
    assert lines[11] == f"backward 1: dW1 = dZ1 @ X.T{divided}   (2, 2)"


def test_the_mean_over_several_outputs_divides_by_their_number_too() -> None:
    text = (
        PAIR.replace("Y = [[1.0, 0.0, 1.0]]", "Y = [[1.0, 0.0, 1.0], [0.0, 1.0, 0.5]]")
        .replace("units = 1", "units = 2")
        .replace("weights = [[0.75, -1.0]]", "weights = 0.5")
        .replace("binary_cross_entropy", "mean_squared_error")
    )
    built = program(text)
    assert listing(built)[5] == "backward 2: dA2 = 2 * (A2 - Y) / n   (2, 3)"
    assert built.start["n"] == 6
    assert "m" not in built.start


def test_a_layer_without_a_bias_and_one_that_keeps_its_own() -> None:
    text = PAIR.replace("bias = 0.2", "bias = false").replace(
        "bias = 0.1", "bias = 0.1\ntrain_bias = false"
    )
    built = program(text)
    assert [line.spelled for line in built.lines] == [
        *("Z1", "A1", "Z2", "A2", "J", "dZ2", "dW2", "dZ1", "dW1", "W1", "W2")
    ]
    assert [line.text for line in built.lines][:3:2] == ["Z1 = W1 @ X + b1", "Z2 = W2 @ A1"]
    assert list(built.parameters) == ["W1", "b1", "W2"]
    assert list(built.carried) == ["W1", "W2"]


def test_scalar_layers_are_numbered_where_there_are_two() -> None:
    layer = '[[layer]]\nunits = 1\nactivation = "relu"\nweights = 0.25\nbias = false\n[loss]'
    lines = [line.text for line in program(NEURON.replace("[loss]", layer)).lines]
    assert lines == [
        "z1 = w1 * x + b1", "a1 = sigmoid(z1)", "z2 = w2 * a1", "a2 = relu(z2)",
        "J = (a2 - y) ** 2",
        "da2 = 2 * (a2 - y)", "dz2 = da2 * (z2 > 0)", "dw2 = dz2 * a1",
        "da1 = w2 * dz2", "dz1 = da1 * (a1 * (1 - a1))", "dw1 = dz1 * x", "db1 = dz1",
        "w1 = w1 - learning_rate * dw1", "b1 = b1 - learning_rate * db1",
        "w2 = w2 - learning_rate * dw2",
    ]  # fmt: skip
