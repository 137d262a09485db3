"""The mistakes that learners make, written by hand into flat scripts of small networks.

Nothing here knows of the slips that nnscope names: each mistake is the text of a wrong line.
"""

from dataclasses import dataclass

_HEAD = """\
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def softmax(z, axis):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)

np.random.seed({seed})
X = np.random.randn({inputs}, {m}){turned}
Y = np.eye(2)[:, [i % 2 for i in range({m})]][{outputs}]{turned}
m = {m}
learning_rate = 0.4
"""
_DERIVATIVES = {
    "tanh": "(1 - A{} ** 2)", "sigmoid": "A{0} * (1 - A{0})", "relu": "(Z{} > 0)",
}  # fmt: skip
_CALLS = {"tanh": "np.tanh(Z{})", "sigmoid": "sigmoid(Z{})", "relu": "np.maximum(0, Z{})"}


@dataclass(frozen=True)
class Shape:
    """A network: its hidden activation, its output, its units from the inputs on, the examples."""

    hidden: str = "tanh"
    output: str = "sigmoid"
    units: tuple[int, ...] = (3, 4, 1)
    notation: str = "column"
    squares: bool = False
    m: int = 5
    seed: int = 0

    @property
    def last(self) -> int:
        return len(self.units) - 1

    @property
    def is_column(self) -> bool:
        return self.notation == "column"

    def turned(self, text: str) -> str:
        """Write a product in this network's notation: `a @ b` of columns is `b @ a` of rows."""
        left, _, right = text.partition(" @ ")
        return text if self.is_column else f"{right} @ {left}"

    def head(self) -> list[str]:
        turned = "" if self.is_column else ".T"
        outputs = "1:" if self.units[-1] == 1 else ":"
        found = _HEAD.format(seed=self.seed, inputs=self.units[0], m=self.m, turned=turned,
                             outputs=outputs).splitlines()  # fmt: skip
        for layer in range(1, self.last + 1):
            rows, columns = self.units[layer], self.units[layer - 1]
            found.append(f"W{layer} = 0.7 * np.random.randn({rows}, {columns}){turned}")
            found.append(f"b{layer} = 0.3 * np.random.randn({rows}, 1){turned}")
        return found

    def body(self) -> dict[str, str]:
        """Give the lines of the loop by what they are: the updates are `new W1`."""
        axis, last = (1 if self.is_column else 0), self.last
        found: dict[str, str] = {}
        for layer in range(1, last + 1):
            before = f"A{layer - 1}" if layer > 1 else "X"
            product = self.turned(f"W{layer} @ {before}")
            found[f"Z{layer}"] = f"Z{layer} = {product} + b{layer}"
            name = self.output if layer == last else self.hidden
            call = f"softmax(Z{layer}, {1 - axis})" if name == "softmax" else _CALLS[name]
            found[f"A{layer}"] = f"A{layer} = {call.format(layer)}"
        found["cost"] = f"cost = {self._cost}"
        for layer in range(last, 0, -1):
            before = f"A{layer - 1}" if layer > 1 else "X"
            if layer == last:
                slope = f" * A{layer} * (1 - A{layer})" if self.squares else ""
                error = f"(A{layer} - Y)" if self.squares else f"A{layer} - Y"
                found[f"dZ{layer}"] = f"dZ{layer} = {error}{slope}"
            else:
                back = self.turned(f"W{layer + 1}.T @ dZ{layer + 1}")
                found[f"dA{layer}"] = f"dA{layer} = {back}"
                slope = _DERIVATIVES[self.hidden].format(layer)
                found[f"dZ{layer}"] = f"dZ{layer} = dA{layer} * {slope}"
            found[f"dW{layer}"] = f"dW{layer} = {self.turned(f'dZ{layer} @ {before}.T')} / m"
            found[f"db{layer}"] = f"db{layer} = np.sum(dZ{layer}, axis={axis}, keepdims=True) / m"
        for layer in range(1, last + 1):
            for name in (f"W{layer}", f"b{layer}"):
                found[f"new {name}"] = f"{name} = {name} - learning_rate * d{name}"
        return found

    @property
    def _cost(self) -> str:
        out = f"A{self.last}"
        if self.squares:
            return f"np.sum(({out} - Y) ** 2) / (2 * m)"
        if self.output == "softmax":
            return f"-np.sum(Y * np.log({out})) / m"
        return f"-np.sum(Y * np.log({out}) + (1 - Y) * np.log(1 - {out})) / m"


TANH, RELU = Shape(), Shape("relu", "softmax", (3, 4, 2), "row")
DEEP = Shape("tanh", "sigmoid", (3, 4, 6, 1), "row")
SQUARE = Shape("tanh", "sigmoid", (4, 4, 4, 1))
SQUARES = Shape("sigmoid", "sigmoid", squares=True)


@dataclass(frozen=True)
class Mistake:
    """Wrong lines in the place of right ones, and the slips of which one has to be named.

    `moved` is put before another line. `is_at` is the line that is at fault, where that is not the
    first of `lines`.
    """

    shape: Shape
    slips: str
    lines: dict[str, str]
    is_at: str = ""
    moved: tuple[str, str] = ("", "")
    before: str = ""

    def __repr__(self) -> str:
        return f"{' or '.join(self.slips.split())}: {[*self.lines.values(), *self.moved]}"

    @property
    def script(self) -> str:
        body = self.shape.body() | self.lines
        keys = [key for key in body if key != self.moved[0]]
        if self.moved[0]:
            keys.insert(keys.index(self.moved[1]), self.moved[0])
        rows = [f"    {row}" for key in keys for row in body[key].splitlines()]
        start = [self.before] if self.before else []
        return "\n".join([*self.shape.head(), *start, "for i in range(8):", *rows, ""])

    @property
    def rows(self) -> set[int]:
        """The rows that may be blamed."""
        at = self.lines.get(self.is_at) or self.shape.body().get(self.is_at, "")
        wanted = [at] if at else [row for text in self.lines.values() for row in text.splitlines()]
        return {number for number, row in enumerate(self.script.splitlines(), 1)
                if row.strip() in wanted}  # fmt: skip


def _at(shape: Shape, slips: str, *lines: str, **more: str) -> Mistake:
    return Mistake(shape, slips, dict(each.split(": ", 1) for each in lines), **more)  # type: ignore[arg-type]


MISTAKES = (
    # scale
    _at(TANH, "count-lost", "dW1: dW1 = dZ1 @ X.T"),
    _at(RELU, "count-lost", "db2: db2 = np.sum(dZ2, axis=0, keepdims=True)"),
    _at(TANH, "count-twice", "dZ2: dZ2 = (A2 - Y) / m"),
    _at(DEEP, "count-twice", "dZ1: dZ1 = dA1 * (1 - A1 ** 2) / m"),
    _at(TANH, "other-count", "dW1: dW1 = dZ1 @ X.T / X.shape[0]"),
    _at(TANH, "other-count", "dW2: dW2 = dZ2 @ A1.T / len(X)", "db2: db2 = np.sum(dZ2, axis=1, "
        "keepdims=True) / len(X)", "dW1: dW1 = dZ1 @ X.T / len(X)",
        "db1: db1 = np.sum(dZ1, axis=1, keepdims=True) / len(X)"),
    _at(TANH, "other-count", "dW2: dW2 = dZ2 @ A1.T / 400"),
    _at(RELU, "factor-two", "dW2: dW2 = 2 * A1.T @ dZ2 / m"),
    _at(DEEP, "factor-two", "dZ2: dZ2 = 0.5 * dA2 * (1 - A2 ** 2)"),
    _at(TANH, "rate-twice", "new W1: W1 = W1 - learning_rate * learning_rate * dW1"),
    _at(TANH, "rate-in-gradient", "dW1: dW1 = learning_rate * dZ1 @ X.T / m"),
    _at(RELU, "rate-left-out", "new b1: b1 = b1 - db1"),
    _at(TANH, "update-twice", "new W2: W2 = W2 - learning_rate * dW2\nW2 = W2 - learning_rate * "
        "dW2"),
    _at(TANH, "gradient-accumulated", "dW1: dW1 = dW1 + dZ1 @ X.T / m",
        before="dW1 = np.zeros((4, 3))"),
    _at(TANH, "mean-for-sum count-twice", "db1: db1 = np.mean(dZ1, axis=1, keepdims=True) / m"),
    # sign
    _at(TANH, "sign sign-inside", "dZ2: dZ2 = Y - A2"),
    _at(RELU, "update-uphill", "new W1: W1 += learning_rate * dW1"),
    _at(TANH, "cost-sign-inside", "cost: cost = -np.sum(Y * np.log(A2) - (1 - Y) * np.log(1 - A2)) "
        "/ m"),
    # shape and product
    _at(SQUARE, "transpose-too-many", "dW1: dW1 = (dZ1 @ X.T / m).T"),
    _at(SQUARE, "transpose-lost", "dA1: dA1 = W2 @ dZ2"),
    _at(TANH, "sum-left-out", "db1: db1 = dZ1 / m"),
    _at(RELU, "sum-left-out", "db2: db2 = dZ2 / m"),
    _at(TANH, "sum-along-wrong-axis", "db1: db1 = np.sum(dZ1) / m"),
    _at(TANH, "sum-along-wrong-axis", "db1: db1 = np.sum(dZ1, axis=0, keepdims=True) / m"),
    _at(TANH, "reshape-for-transpose", "dW2: dW2 = dZ2 @ A1.reshape(5, 4) / m"),
    _at(RELU, "softmax-along-wrong-axis", "A2: A2 = softmax(Z2, 0)"),
    # derivative
    _at(TANH, "derivative-at-wrong-value", "dZ1: dZ1 = dA1 * (1 - Z1 ** 2)"),
    _at(SQUARES, "derivative-at-wrong-value",
        "dZ1: dZ1 = dA1 * sigmoid(A1) * (1 - sigmoid(A1))"),
    _at(TANH, "derivative-of-another-activation", "dZ1: dZ1 = dA1 * A1 * (1 - A1)"),
    _at(RELU, "derivative-of-another-activation", "dZ1: dZ1 = dA1 * (1 - A1 ** 2)"),
    _at(TANH, "derivative-left-out", "dZ1: dZ1 = dA1"),
    _at(SQUARES, "derivative-left-out", "dZ2: dZ2 = A2 - Y"),
    _at(TANH, "derivative-twice", "dZ2: dZ2 = (A2 - Y) * A2 * (1 - A2)"),
    _at(TANH, "derivative-on-the-error", "dZ2: dZ2 = (A2 - Y) * (1 - (A2 - Y))"),
    _at(SQUARES, "derivative-on-the-error",
        "dZ2: dZ2 = (A2 - Y) * (A2 - Y) * (1 - (A2 - Y))"),
    _at(RELU, "mask-never-acts", "dZ1: dZ1 = dA1 * (A1 >= 0)"),
    _at(RELU, "derivative-at-wrong-value", "dZ1: dZ1 = dA1 * (dA1 > 0)"),
    _at(TANH, "gradient-for-weight", "dA1: dA1 = dW2.T @ dZ2"),
    _at(TANH, "derivative-at-wrong-value", "A1: A1 = np.tanh(Z1, out=Z1)",
        "dZ1: dZ1 = dA1 * (1 - np.tanh(Z1) ** 2)", is_at="dZ1"),
    _at(DEEP, "input-left-out", "dW1: dW1 = np.sum(dZ1, axis=0, keepdims=True) / m"),
    _at(TANH, "plus-for-times", "dZ1: dZ1 = dA1 + (1 - A1 ** 2)"),
    # order and index
    Mistake(TANH, "updated-weight", {}, "dA1", ("new W2", "dA1")),
    _at(SQUARE, "value-of-another-layer", "dW2: dW2 = dZ2 @ X.T / m"),
    _at(TANH, "value-before-activation", "dW2: dW2 = dZ2 @ Z1.T / m"),
    _at(SQUARE, "never-updated", "new b1: ", is_at="db1"),
    _at(TANH, "never-updated", "new W2: W2 = W2"),
    _at(DEEP, "update-of-a-copy", "new W1: P = W1.copy(); P -= learning_rate * dW1"),
    _at(TANH, "update-of-a-copy", "new W1: new_W1 = W1 - learning_rate * dW1",
        "new b1: new_b1 = b1 - learning_rate * db1", "new W2: new_W2 = W2 - learning_rate * dW2",
        "new b2: new_b2 = b2 - learning_rate * db2"),
    _at(SQUARE, "gradient-of-another-parameter", "new b1: b1 = b1 - learning_rate * db2"),
    # a cost that is not descended
    _at(TANH, "cost-sign", "cost: cost = np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m"),
    _at(TANH, "cost-count-lost",
        "cost: cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))"),
    _at(TANH, "cost-of-another-kind", "cost: cost = np.sum((A2 - Y) ** 2) / (2 * m)",
        is_at="dZ2"),
)  # fmt: skip
