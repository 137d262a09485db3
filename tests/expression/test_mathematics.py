import pytest

from nnscope.expression.mathematics import Typesetter, lowered, raised
from nnscope.expression.parse import parse
from nnscope.expression.shapes import Axis, Shape

N0, N1, N2, M = Axis(2, "n0"), Axis(4, "n1"), Axis(1, "n2"), Axis(3, "m")
SHAPES: dict[str, Shape] = {
    "X": (N0, M), "Y": (N2, M), "W1": (N1, N0), "b1": (N1, Axis(1)), "A1": (N1, M),
    "W2": (N2, N1), "A2": (N2, M), "dZ2": (N2, M), "dW1": (N1, N0), "w": (), "m": (),
    "learning_rate": (), "v": (Axis(3),),
}  # fmt: skip
SYMBOLS = {"dZ2": "∂J/∂Z₂", "dW1": "∂J/∂W₁", "learning_rate": "η"}


def symbol(name: str) -> str:
    return SYMBOLS.get(name) or name.rstrip("12") + lowered(name[1:])


TYPESET = {
    # a network, line by line
    "W1 @ X + b1": "W₁ X + b₁",
    "np.tanh(W1 @ X + b1)": "tanh(W₁ X + b₁)",
    "sigmoid(W2 @ A1)": "σ(W₂ A₁)",
    "-np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m": (
        "−Σ (Y ⊙ ln(A₂) + (1 − Y) ⊙ ln(1 − A₂)) / m"
    ),
    "A2 - Y": "A₂ − Y",
    "dZ2 @ A1.T / m": "∂J/∂Z₂ A₁ᵀ / m",
    "np.sum(dZ2, axis=1, keepdims=True) / m": "Σₘ ∂J/∂Z₂ / m",
    "(W2.T @ dZ2) * (1 - A1 ** 2)": "W₂ᵀ ∂J/∂Z₂ ⊙ (1 − A₁²)",
    "W1 - learning_rate * dW1": "W₁ − η · ∂J/∂W₁",
    # the three products
    "w * m": "w · m",
    "w * X": "w · X",
    "X * X": "X ⊙ X",
    "np.multiply(A2 + 1, Y)": "(A₂ + 1) ⊙ Y",
    "np.dot(W1, X)": "W₁ X",
    "(W1 @ X).T": "(W₁ X)ᵀ",
    # powers
    "w ** 2": "w²",
    "A1 ** 2": "A₁²",
    "(A2 - Y) ** 2": "(A₂ − Y)²",
    "np.square(A2 - Y)": "(A₂ − Y)²",
    "w ** -1": "w⁻¹",
    "(w ** 2) ** 3": "(w²)³",
    "-w ** 2": "−w²",
    # sums along an axis
    "np.sum(X)": "Σ X",
    "np.sum(X, axis=0)": "Σₙ₀ X",
    "np.sum(X, axis=-1)": "Σₘ X",
    "np.sum(v, axis=0)": "Σ₀ v",
    "np.mean(A2 - Y)": "mean (A₂ − Y)",
    "np.max(A2, axis=1)": "maxₘ A₂",
    "np.linalg.norm(W1)": "‖W₁‖",
    # products, powers and sums that are written as functions
    "np.dot(W1, X).T": "(W₁ X)ᵀ",
    "np.dot(W1, X) ** 2": "(W₁ X)²",
    "np.multiply(A2, Y).T": "(A₂ ⊙ Y)ᵀ",
    "np.multiply(A2, Y) @ A1.T": "(A₂ ⊙ Y) A₁ᵀ",
    "A2 * Y @ A1.T": "(A₂ ⊙ Y) A₁ᵀ",
    "W2 @ W1 @ X": "W₂ W₁ X",
    "W2 @ (W1 @ X)": "W₂ (W₁ X)",
    "np.multiply(w, m)": "w · m",
    "-np.multiply(A2, Y)": "−(A₂ ⊙ Y)",
    "np.square(X) ** 2": "(X²)²",
    "np.square(w)": "w²",
    "np.square(A1)": "A₁²",
    "W1.T ** 2": "(W₁ᵀ)²",
    "(W1 ** 2).T": "(W₁²)ᵀ",
    "np.sqrt(w)": "√w",
    "np.sqrt(w) ** 2": "(√w)²",
    "np.sum(A2) ** 2": "(Σ A₂)²",
    "np.sum(A2).T": "(Σ A₂)ᵀ",
    "np.sum(A2 / m)": "Σ (A₂ / m)",
    "np.sum(W1 @ X)": "Σ (W₁ X)",
    "np.sum(np.sum(X, axis=0))": "Σ Σₙ₀ X",
    "np.sum(X, axis=0) @ A1.T": "(Σₙ₀ X) A₁ᵀ",
    "m * np.sum(X) / m": "m · Σ X / m",
    "w @ -X": "w (−X)",
    "np.linalg.norm(X, axis=0)": "‖X‖ₙ₀",
    "np.linalg.norm(X - 1, axis=0)": "‖X − 1‖ₙ₀",
    # functions and choices
    "1 / (1 + np.exp(-X))": "1 / (1 + exp(−X))",
    "np.abs(X - 1)": "|X − 1|",
    "np.sqrt(w + 1)": "√(w + 1)",
    "np.log1p(X)": "ln(1 + X)",
    "softmax(X, axis=0)": "softmax(X)",
    "leaky_relu(X, 0.01)": "leaky_relu(X, 0.01)",
    "np.where(X > 0, X, 0)": "(X if X > 0 else 0)",
    # comparisons and the rest
    "w <= m and w != 0": "w ≤ m ∧ w ≠ 0",
    "w == 1 or not w >= m": "w = 1 ∨ ¬w ≥ m",
    "w - (m - 1)": "w − (m − 1)",
    "w / (m * 2)": "w / (m · 2)",
    "X[0, 1:3]": "X[0, 1:3]",
    "(X + 1)[0]": "(X + 1)[0]",
}


@pytest.mark.parametrize(("text", "mathematics"), TYPESET.items(), ids=list(TYPESET))
def test_a_line_as_mathematics(text: str, mathematics: str) -> None:
    assert Typesetter(symbol, SHAPES).typeset(parse(text)) == mathematics


def test_digits_are_raised_and_lowered() -> None:
    assert raised("-12+3") == "⁻¹²⁺³"
    assert lowered("n10") == "ₙ₁₀"
    assert lowered("m") == "ₘ"
