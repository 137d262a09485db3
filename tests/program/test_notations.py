"""Rows, softmax, the letters of a book, mathematics, and what lines say about themselves."""

import pytest

from nnscope.expression.source import source
from nnscope.insight.chain import factors as chain
from nnscope.program.model import Phase, Program
from tests.samples import NEURON, PAIR, library, listing, program

ROWS = """\
notation = "row"
[data]
X = [[1.0, 0.5], [0.0, 2.0], [-1.0, 1.0]]
Y = { value = [0, 2, 1], one_hot = 3 }
[[layer]]
units = 2
activation = { name = "leaky_relu", slope = 0.2 }
weights = 0.5
bias = [0.1, 0.2]
[[layer]]
units = 3
activation = "softmax"
weights = 0.25
[loss]
name = "softmax_cross_entropy"
[training]
learning_rate = 0.5
"""


def test_rows_with_softmax() -> None:
    assert listing(program(ROWS)) == [
        "forward 1: Z1 = X @ W1 + b1   (3, 2)",
        "forward 1: A1 = leaky_relu(Z1, 0.2)   (3, 2)",
        "forward 2: Z2 = A1 @ W2 + b2   (3, 3)",
        "forward 2: A2 = softmax(Z2, axis=1)   (3, 3)",
        "loss 0: J = -np.sum(Y * np.log(A2)) / m   ()",
        "backward 2: dZ2 = A2 - Y   (3, 3)",
        "backward 2: dW2 = A1.T @ dZ2 / m   (2, 3)",
        "backward 2: db2 = np.sum(dZ2, axis=0, keepdims=True) / m   (1, 3)",
        "backward 1: dZ1 = (dZ2 @ W2.T) * np.where(Z1 > 0, 1, 0.2)   (3, 2)",
        "backward 1: dW1 = X.T @ dZ1 / m   (2, 2)",
        "backward 1: db1 = np.sum(dZ1, axis=0) / m   (2,)",
        "update 1: W1 = W1 - learning_rate * dW1   (2, 2)",
        "update 1: b1 = b1 - learning_rate * db1   (2,)",
        "update 2: W2 = W2 - learning_rate * dW2   (2, 3)",
        "update 2: b2 = b2 - learning_rate * db2   (1, 3)",
    ]


@pytest.mark.parametrize(("notation", "axis"), [("column", 0), ("row", 1)])
def test_chained_softmax_takes_the_axis_of_the_units(notation: str, axis: int) -> None:
    text = ROWS.replace('"row"', f'"{notation}"').replace("[tr", 'gradient = "chained"\n[tr')
    if notation == "column":
        text = text.replace("[[1.0, 0.5], [0.0, 2.0], [-1.0, 1.0]]", "[[1.0, 0.0, -1.0]]")
    texts = [line.text for line in program(text).lines]
    assert texts[3] == f"A2 = softmax(Z2, axis={axis})"
    assert texts[5:7] == [
        "dA2 = -Y / A2",
        f"dZ2 = A2 * (dA2 - np.sum(dA2 * A2, axis={axis}, keepdims=True))",
    ]


def test_the_letters_of_a_book() -> None:
    letters = """\
[names]
input = "P"
target = "T"
weight = "K"
bias = "c"
pre_activation = "A"
activation = "Z"
output = "AL"
cost = "E"
"""
    built = program(letters + PAIR.replace("X =", "P =").replace("Y =", "T ="))
    assert [line.text for line in built.lines][:7] == [
        "A1 = K1 @ P + c1",
        "Z1 = np.tanh(A1)",
        "A2 = K2 @ Z1 + c2",
        "AL = sigmoid(A2)",
        "E = -np.sum(T * np.log(AL) + (1 - T) * np.log(1 - AL)) / m",
        "dA2 = AL - T",
        "dK2 = dA2 @ Z1.T / m",
    ]
    assert built.cost == "E"
    assert built.symbols["dA2"] == "∂E/∂A₂"
    assert built.symbol("AL") == "AL"
    assert {name: built.meanings[name] for name in ("P", "T", "K1", "c2", "AL", "E", "dK2")} == {
        "P": "inputs of the network",
        "T": "targets: what the output should be",
        "K1": "weights of layer 1",
        "c2": "biases of layer 2",
        "AL": "output of the network",
        "E": "cost: the number that training makes smaller",
        "dK2": "gradient of the cost with respect to K2",
    }


@pytest.mark.parametrize(
    ("target", "mathematics"),
    [
        ("Z1", "Z₁ = W₁ X + b₁"),
        ("A1", "A₁ = tanh(Z₁)"),
        ("J", "J = −Σ (Y ⊙ ln(A₂) + (1 − Y) ⊙ ln(1 − A₂)) / m"),
        ("dZ2", "∂J/∂Z₂ = A₂ − Y"),
        ("dW2", "∂J/∂W₂ = ∂J/∂Z₂ A₁ᵀ / m"),
        ("db2", "∂J/∂b₂ = Σₘ ∂J/∂Z₂ / m"),
        ("dZ1", "∂J/∂Z₁ = W₂ᵀ ∂J/∂Z₂ ⊙ (1 − A₁²)"),
        ("W1_next", "W₁ ← W₁ − α · ∂J/∂W₁"),
    ],
)
def test_mathematics_of_two_layers(target: str, mathematics: str) -> None:
    built = program(PAIR)
    assert built.mathematics(built.lines[built.line_of[target]]) == mathematics


def test_mathematics_of_a_neuron() -> None:
    built = program(NEURON)
    assert [built.mathematics(line) for line in built.lines] == [
        "z = w · x + b", "a = σ(z)", "J = (a − y)²", "∂J/∂a = 2 · (a − y)",
        "∂J/∂z = ∂J/∂a · (a · (1 − a))", "∂J/∂w = ∂J/∂z · x", "∂J/∂b = ∂J/∂z",
        "w ← w − α · ∂J/∂w", "b ← b − α · ∂J/∂b",
    ]  # fmt: skip


def links(built: Program, target: str) -> list[tuple[str, str, str]]:
    found = chain.links(built)[built.line_of[target]]
    return [(link.above, link.below, source(link.local)) for link in found]


def test_a_combined_line_has_both_of_its_factors_and_the_algebra() -> None:
    built = program(PAIR)
    assert links(built, "dZ2") == [
        ("J", "A2", "-(Y / A2 - (1 - Y) / (1 - A2))"),
        ("A2", "Z2", "A2 * (1 - A2)"),
    ]
    assert links(built, "dZ1") == [("Z2", "A1", "W2.T"), ("A1", "Z1", "1 - A1 ** 2")]
    assert links(built, "dW1") == [("Z1", "W1", "X.T")]
    assert links(built, "db1") == [("Z1", "b1", "1")]
    notes = {line.target: line.note for line in built.lines if line.note}
    assert notes == {"dZ2": "−(Y/A − (1−Y)/(1−A)) · A (1−A) = −Y (1−A) + (1−Y) A = A − Y"}


def test_a_chained_line_has_one_factor_and_no_algebra() -> None:
    built = program(NEURON)
    assert links(built, "da") == [("J", "a", "2 * (a - y)")]
    assert links(built, "dz") == [("a", "z", "a * (1 - a)")]
    assert links(built, "dw") == [("z", "w", "x")]
    assert not any(line.note for line in built.lines)
    gradients = {line.target: line.gradient_of for line in built.lines if line.gradient_of}
    assert gradients == {"da": "a", "dz": "z", "dw": "w", "db": "b"}


def test_the_factor_of_softmax_says_that_it_is_no_plain_product() -> None:
    assert [link.rule.partition(":")[0] for link in chain.links(program(ROWS))[5]] == [
        "",
        "every output depends on every score",
    ]


def test_an_override_replaces_the_expression_and_keeps_the_place() -> None:
    plain, printed = library("two_layer"), library("two_layer_as_printed")
    changed = [new for old, new in zip(plain.lines, printed.lines, strict=True) if old != new]
    assert [line.target for line in changed] == ["dW2", "db2", "dW1", "db1"]
    for line in changed:
        old = plain.lines[plain.line_of[line.target]]
        assert (line.phase, line.layer) == (Phase.BACKWARD, old.layer)
        assert links(printed, line.target) == links(plain, line.target)
        assert line.because.startswith("the tutorial divides by a stale m = 400")


def test_an_override_without_a_reason_gets_one() -> None:
    built = program(PAIR + '[[override]]\ntarget = "A1"\nexpression = "relu(Z1)"\n')
    assert built.lines[1].text == "A1 = relu(Z1)"
    assert built.lines[1].because == "the scenario has its own line here"


def constants(built: Program) -> list[str]:
    return [name for name in built.start if name not in built.parameters]


def test_only_the_constants_that_lines_read_are_there() -> None:
    assert constants(program(PAIR)) == ["X", "Y", "m", "learning_rate"]
    assert constants(program(NEURON)) == ["x", "y", "learning_rate"]
    assert constants(library("three_layer_forward")) == ["X"]


def test_extra_data_can_be_read_by_an_override() -> None:
    text = PAIR.replace("[data]", "[data]\nkeep = [[1.0], [0.0]]")
    built = program(text + '[[override]]\ntarget = "A1"\nexpression = "np.tanh(Z1) * keep"\n')
    assert built.meanings["keep"] == "data of the scenario"
    assert listing(built)[1] == "forward 1: A1 = np.tanh(Z1) * keep   (2, 3)"
