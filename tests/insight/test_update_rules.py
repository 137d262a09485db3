"""Which rule an update follows: declared ones that are kept or broken, and undeclared ones."""

import numpy as np
import pytest

from nnscope.expression.evaluate import Value, freeze
from nnscope.insight.check.iteration import iteration_at
from nnscope.insight.check.updates import UpdateCheck, check_updates
from nnscope.insight.check.verdicts import Verdict
from nnscope.program.model import Program
from nnscope.program.optimizers import OPTIMIZERS
from tests.hand_built import HandBuilt
from tests.samples import NEURON, PAIR, program

ENTRIES = [(each.name, each.convention) for each in OPTIMIZERS]
ADAM = 'optimizer = "adam"\nlearning_rate = 0.1'
LINE = '[[override]]\ntarget = "{}"\nexpression = "{}"\n'


def trained(keys: str, *lines: tuple[str, str], text: str = PAIR) -> Program:
    overrides = "".join(LINE.format(*line) for line in lines)
    return program(text.replace("learning_rate = 0.5", keys) + overrides)


def checks(built: Program, iteration: int) -> dict[str, UpdateCheck]:
    return {check.name: check for check in check_updates(iteration_at(built, iteration))}


def chosen(name: str, convention: str, more: str = "") -> str:
    convention = f'convention = "{convention}"' if convention else ""
    return f'optimizer = "{name}"\n{convention}\nlearning_rate = 0.1\n{more}'


@pytest.mark.parametrize("entry", ENTRIES, ids=" ".join)
@pytest.mark.parametrize(
    "more",
    [
        "",
        "weight_decay = 0.1",
        'schedule = { name = "step", every = 3 }',
        'schedule = { name = "cosine", period = 4, per = "epoch" }\nbatch_size = 2',
    ],
)
def test_every_optimizer_moves_as_it_says(entry: tuple[str, str], more: str) -> None:
    built = trained(chosen(*entry, more))
    for iteration in (0, 1, 5):
        found = checks(built, iteration)
        assert list(found) == ["W2", "b2", "W1", "b1"]
        assert {check.verdict for check in found.values()} == {Verdict.RIGHT}


@pytest.mark.parametrize("entry", ENTRIES, ids=" ".join)
def test_a_single_number_moves_as_it_says(entry: tuple[str, str]) -> None:
    built = trained(chosen(*entry), text=NEURON)
    assert {check.verdict for check in checks(built, 4).values()} == {Verdict.RIGHT}


def test_right_adam_is_called_right() -> None:
    assert checks(trained(ADAM), 3)["W1"].text == "moves as Adam (epsilon outside the root) says"


OUTSIDE = "not as Adam (epsilon outside the root)"
UPDATE = "W1 - learning_rate * {} / (np.sqrt({}) + epsilon)"


@pytest.mark.parametrize("iteration", [0, 1, 6])
@pytest.mark.parametrize(
    ("keys", "line", "text"),
    [
        (ADAM, ("sdW1_corrected", "sdW1 * 1"),
         f"moves as Adam without the correction of sdW1 says, {OUTSIDE}"),
        (ADAM, ("vdW1_corrected", "vdW1 * 1"),
         f"moves as Adam without the correction of vdW1 says, {OUTSIDE}"),
        (ADAM, ("W1", UPDATE.format("vdW1", "sdW1")),
         f"moves as Adam without the correction of vdW1 and sdW1 says, {OUTSIDE}"),
        (ADAM, ("W1", "W1 - learning_rate * vdW1_corrected / np.sqrt(sdW1_corrected + epsilon)"),
         f"moves as Adam (epsilon inside the root) says, {OUTSIDE}"),
        (ADAM, ("W1", "W1 - learning_rate * dW1"), f"moves as gradient descent says, {OUTSIDE}"),
        (chosen("momentum", "average"), ("vdW1", "beta * vdW1 + dW1"),
         "moves as momentum (v = beta * v + dP) says, not as momentum (v = beta * v + (1 - beta) "
         "* dP)"),
        (chosen("momentum", "sum"), ("vdW1", "beta * vdW1 + (1 - beta) * dW1"),
         "moves as momentum (v = beta * v + (1 - beta) * dP) says, not as momentum (v = beta * v + "
         "dP)"),
        (chosen("nesterov", "sum"), ("W1", "W1 - learning_rate * vdW1"),
         "moves as momentum (v = beta * v + dP) says, not as Nesterov's momentum (v = beta * v + "
         "dP)"),
        (chosen("momentum", "sum"), ("W1", "W1 + learning_rate * vdW1"),
         "moves -1 times as far as momentum (v = beta * v + dP) says: the wrong sign, it climbs "
         "instead of descending"),
    ],
)  # fmt: skip
def test_a_slip_is_named(keys: str, line: tuple[str, str], text: str, iteration: int) -> None:
    found = checks(trained(keys, line), iteration)
    assert found["W1"].verdict is Verdict.WRONG
    assert found["W1"].text == text
    others = {check.verdict for name, check in found.items() if name != "W1"}
    assert others == {Verdict.RIGHT}


@pytest.mark.parametrize(("line", "taken"), [("t + 2", (2, 6)), ("t + 1 + 1 * (t < 1)", (2, 4))])
def test_a_wrong_number_of_the_step_is_named(line: str, taken: tuple[int, int]) -> None:
    built = trained(ADAM, ("t", line))
    for iteration, step in zip((0, 2), taken, strict=True):
        for check in checks(built, iteration).values():
            told = f"Adam with t = {step} in place of {iteration + 1}"
            assert check.text == f"moves as {told} says, {OUTSIDE}"


def test_the_same_rule_in_other_words_is_right() -> None:
    words = "W1 - learning_rate / (epsilon + np.sqrt(sdW1_corrected)) * vdW1_corrected"
    for iteration in (0, 7):
        assert checks(trained(ADAM, ("W1", words)), iteration)["W1"].verdict is Verdict.RIGHT


def test_one_cell_that_does_not_move_is_seen() -> None:
    line = ("W1", "W1 - learning_rate * vdW1 * (W1 != 0.5)")
    found = checks(trained(chosen("momentum", "sum"), line), 0)["W1"]
    assert (found.verdict, found.worst) == (Verdict.WRONG, (0, 0))
    assert found.text == "does not move as momentum (v = beta * v + dP) says"


FIT = """
guess = w @ x
cost = np.sum((guess - y) ** 2)
slope = 2 * (guess - y) @ x.T
"""


def by_hand(update: str, **start: float) -> Program:
    random = np.random.default_rng(3)
    values: dict[str, Value] = {
        "x": freeze(random.normal(size=(3, 5))), "y": freeze(random.normal(size=(2, 5))),
        "w": freeze(random.normal(size=(2, 3))), "p": freeze(np.zeros((2, 3))),
        "q": freeze(np.zeros((2, 3))),
    }  # fmt: skip
    values |= {name: np.float64(number) for name, number in start.items()}
    read = {name: value for name, value in values.items() if name in FIT + update}
    return HandBuilt("fit", FIT + update, read, "cost", 10).program()


MEANS = "p = a * p + (1 - a) * slope\nq = b * q + (1 - b) * slope * slope\n"
RATES = {"a": 0.9, "b": 0.99, "pace": 0.01, "tiny": 1e-8, "n": 0.0}
STEP = "w = w - pace * p / (1 - a ** n) / (np.sqrt(q / (1 - b ** n)) + tiny)\n"


@pytest.mark.parametrize(
    ("update", "verdict", "text"),
    [
        ("n = n + 1\n" + MEANS + STEP, Verdict.RIGHT, "Adam (epsilon outside the root)"),
        (MEANS + "w = w - pace * p / (np.sqrt(q) + tiny)", Verdict.DOUBTFUL,
         "Adam without the correction of p and q"),
        ("n = n + 2\n" + MEANS + STEP, Verdict.DOUBTFUL, "Adam with t = 8 in place of 4"),
        ("w = w - 0.01 * slope", Verdict.RIGHT, "gradient descent"),
        ("w = w + 0.01 * slope", Verdict.DOUBTFUL, "gradient descent with the wrong sign, uphill"),
        ("p = 0.9 * p + 0.1 * slope\nw = w - pace * p", Verdict.RIGHT,
         "momentum (v = beta * v + (1 - beta) * dP)"),
        ("p = a * p - pace * slope\nw = w + p", Verdict.RIGHT,
         "momentum (v = beta * v - learning_rate * dP)"),
        ("p = a * p - pace * slope\nw = w + a * p - pace * slope", Verdict.RIGHT,
         "Nesterov's momentum (v = beta * v - learning_rate * dP)"),
        ("p = a * p + slope\nw = w - pace * (a * p + slope)", Verdict.RIGHT,
         "Nesterov's momentum (v = beta * v + dP)"),
        ("q = q + slope ** 2\nw = w - pace * slope / np.sqrt(q + tiny)", Verdict.RIGHT,
         "AdaGrad (epsilon inside the root)"),
        ("q = b * q + (1 - b) * slope ** 2\nw = w - pace * slope / (np.sqrt(q) + tiny)",
         Verdict.RIGHT, "RMSProp (epsilon outside the root)"),
    ],
)  # fmt: skip
def test_a_rule_that_nobody_declared(update: str, verdict: Verdict, text: str) -> None:
    (check,) = check_updates(iteration_at(by_hand(update, **RATES), 3))
    assert (check.verdict, check.text) == (verdict, f"moves as {text} says")
    assert (check.name, check.gradient) == ("w", "slope")


@pytest.mark.parametrize(
    "update",
    [
        "w = w - pace * np.sign(slope)",
        "w = w - pace * slope * x[0, 0]",
        "w = w * 1",
        "p = a * p + slope\nw = w - pace * p * p",
    ],
)
def test_what_can_not_be_told_is_not_told(update: str) -> None:
    assert list(check_updates(iteration_at(by_hand(update, **RATES), 3))) == []


def test_a_large_parameter_is_compared_whole() -> None:
    start: dict[str, Value] = {
        "w": freeze(np.ones((40, 50))), "rate": np.float64(0.1), "one": freeze(np.ones((40, 50)))
    }  # fmt: skip
    lines = "cost = np.sum(w * one)\ng = 1 * one\nw = w - rate * g"
    (check,) = check_updates(iteration_at(HandBuilt("big", lines, start, "cost", 2).program(), 0))
    assert check.text == "moves as gradient descent says"
    masked = np.ones((40, 50))
    masked[7, 7] = 0.0
    broken = lines.replace("rate * g", "rate * g * mask")
    program_ = HandBuilt("big", broken, {**start, "mask": freeze(masked)}, "cost", 2).program()
    assert list(check_updates(iteration_at(program_, 0))) == []
