"""Reverse mode over the lines of programs."""

import time
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.parse import parse
from nnscope.expression.reverse import Lines, pull_back, slopes, summed_back
from tests.examples import examples

BCE = "-np.sum(Y * np.log({A}) + (1 - Y) * np.log(1 - {A})) / m"
CROSS_ENTROPY = "-np.sum(Y * np.log({A})) / m"
SQUARES = "np.mean((Y - {A}) ** 2) / 2"
ACTIVATIONS = [
    "np.tanh({})",
    "sigmoid({})",
    "relu({})",
    "leaky_relu({}, 0.1)",
    "softmax({}, axis=0)",
]


def network(
    sizes: list[int], activations: list[str], cost: str, count: int, seed: int = 0
) -> tuple[Lines, dict[str, Value]]:
    """Give the forward lines of a network, and the value of every name."""
    random = np.random.default_rng(seed)
    values: dict[str, Value] = {
        "A0": random.standard_normal((sizes[0], count)),
        "Y": random.uniform(0.1, 0.9, (sizes[-1], count)),
        "m": np.float64(count),
    }
    lines = []
    for layer, (fan_in, units, activation) in enumerate(
        zip(sizes, sizes[1:], activations, strict=False), 1
    ):
        values[f"W{layer}"] = random.standard_normal((units, fan_in)) / np.sqrt(fan_in)
        values[f"b{layer}"] = random.standard_normal((units, 1)) / 10
        lines.append((f"Z{layer}", parse(f"W{layer} @ A{layer - 1} + b{layer}")))
        lines.append((f"A{layer}", parse(activation.format(f"Z{layer}"))))
    lines.append(("J", parse(cost.format(A=f"A{len(sizes) - 1}"))))
    return lines, run(lines, values)


def run(
    lines: Lines, values: Mapping[str, Value], moved: Mapping[str, Value] | None = None
) -> dict[str, Value]:
    """Run lines; what is `moved` is added to a value when it is there."""
    more = moved or {}
    found = {name: np.add(value, more.get(name, 0)) for name, value in values.items()}
    for target, expression in lines:
        found[target] = np.add(evaluate(expression, found), more.get(target, 0))
    return found


@examples(25)
@given(
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=4),
    activations=st.lists(st.sampled_from(ACTIVATIONS), min_size=3, max_size=3),
    squared=st.booleans(),
    count=st.integers(1, 6),
    seed=st.integers(0, 10**6),
)
def test_the_slopes_of_a_network_by_every_value(
    sizes: list[int], activations: list[str], squared: bool, count: int, seed: int
) -> None:
    activations = activations[: len(sizes) - 2] + (
        [activations[-1]] if squared else ["sigmoid({})"]
    )
    lines, values = network(sizes, activations, SQUARES if squared else BCE, count, seed)
    found = slopes(lines, values, "J")
    assert set(found) == set(values) - ({"m"} if squared else set())
    start = {name: values[name] for name in values if name not in dict(lines)}
    random, step = np.random.default_rng(seed), 1e-6
    for name, slope in found.items():
        assert slope.shape == np.shape(values[name])
        along = random.standard_normal(slope.shape)
        above, here, below = (
            float(run(lines, start, {name: by * along})["J"]) for by in (step, 0.0, -step)
        )
        rise, fall = (above - here) / step, (here - below) / step
        if abs(rise - fall) < 1e-4:  # no kink in between
            wanted = (above - below) / (2 * step)
            assert np.sum(slope * along) == pytest.approx(wanted, rel=1e-5, abs=1e-7), name


@pytest.mark.parametrize("last", ["sigmoid", "softmax"])
def test_the_slopes_are_those_of_torch(last: str) -> None:
    torch = pytest.importorskip("torch")
    form, cost = (
        ("sigmoid({})", BCE) if last == "sigmoid" else ("softmax({}, axis=0)", CROSS_ENTROPY)
    )
    lines, values = network([4, 5, 3], ["relu({})", form], cost, 7)
    tensors = {
        name: torch.tensor(np.asarray(values[name]), requires_grad=True)
        for name in ("A0", "Y", "m", "W1", "b1", "W2", "b2")
    }
    one = torch.relu(tensors["W1"] @ tensors["A0"] + tensors["b1"])
    two = tensors["W2"] @ one + tensors["b2"]
    out = torch.sigmoid(two) if last == "sigmoid" else torch.softmax(two, 0)
    total = tensors["Y"] * torch.log(out)
    if last == "sigmoid":
        total = total + (1 - tensors["Y"]) * torch.log(1 - out)
    (-total.sum() / tensors["m"]).backward()
    found = slopes(lines, values, "J")
    for name, tensor in tensors.items():
        np.testing.assert_allclose(found[name], tensor.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_any_value_can_be_weighed_with_a_seed() -> None:
    lines = [("A", parse("W @ X")), ("B", parse("A * A"))]
    values = run(lines, {"W": np.array([[1.0, 2.0]]), "X": np.eye(2)})
    found = slopes(lines, values, "A", np.array([[1.0, 10.0]]))
    assert found["A"].tolist() == [[1, 10]]
    assert found["W"].tolist() == [[1, 10]]
    assert found["B"].tolist() == [[0, 0]]  # what comes behind has no part in it


def test_a_cost_of_one_cell_may_have_axes() -> None:
    lines = [("J", parse("np.sum(W, keepdims=True)"))]
    values = run(lines, {"W": np.ones((2, 2))})
    assert slopes(lines, values, "J")["W"].tolist() == [[1, 1], [1, 1]]


def test_a_part_that_is_read_twice_is_computed_once() -> None:
    calls = list[int]()
    expression = parse("np.tanh(W) * np.tanh(W)")
    value = np.array([0.5, -1.0])
    found = pull_back(expression, {"W": Counted(value, calls)}, np.ones(2))
    assert len(calls) == 1
    np.testing.assert_allclose(found["W"], 2 * np.tanh(value) * (1 - np.tanh(value) ** 2))


class Counted(np.ndarray):
    """An array that counts how often a hyperbolic tangent is taken of it."""

    def __new__(cls, value: np.ndarray, calls: list[int]) -> "Counted":
        found = np.asarray(value).view(cls)
        found.calls = calls
        return found

    calls: list[int]

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: object, **more: object
    ) -> object:
        if ufunc is np.tanh:
            self.calls.append(1)
        plain = [np.asarray(each) if isinstance(each, Counted) else each for each in inputs]
        return getattr(ufunc, method)(*plain, **more)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, 0.0, 1e308, -1e308])
@pytest.mark.parametrize(
    "text",
    ["np.log(x)", "1 / x", "np.exp(x) / np.exp(x)", "np.max(x * x)", "np.sqrt(x)", "x ** -2",
     "np.linalg.norm(x)", "softmax(x, axis=0)", "x @ x", "np.where(x > 0, x, 1 / x)"],
)  # fmt: skip
def test_numbers_that_are_not_finite_go_through_quietly(text: str, value: float) -> None:
    expression, values = parse(text), {"x": np.array([value, 1.0])}
    arriving = np.ones(np.shape(evaluate(expression, values)))
    assert pull_back(expression, values, arriving)["x"].shape == (2,)


def test_plain_numbers_and_whole_numbers_have_slopes_too() -> None:
    found = pull_back(parse("2 ** -1 * x / n - -3 * (-1) ** -1"), {"x": 4.0, "n": 2}, 1.0)
    assert found["x"] == 0.25
    assert found["n"] == -0.5
    assert pull_back(parse("n ** -1"), {"n": np.int64(2)}, 1.0)["n"] == -0.25


@pytest.mark.parametrize(
    ("shape", "summed"),
    [((), 6.0), ((1,), [6.0]), ((3,), [2.0, 2.0, 2.0]), ((2, 1), [[3.0], [3.0]])],
)
def test_what_was_broadcast_is_summed_back(shape: tuple[int, ...], summed: object) -> None:
    assert np.asarray(summed_back(np.ones((2, 3)), shape)).tolist() == summed


def _quickest(call: Callable[[], object]) -> float:
    best = np.inf
    for _ in range(20):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def test_a_backward_pass_costs_about_as_much_as_a_few_forward_passes() -> None:
    lines, values = network([2, 5, 5, 1], ["np.tanh({})", "np.tanh({})", "sigmoid({})"], BCE, 400)
    start = {name: values[name] for name in values if name not in dict(lines)}
    forward = _quickest(lambda: run(lines, start))
    assert _quickest(lambda: slopes(lines, values, "J")) < 10 * forward
