"""Programs put together from assignments: single assignment, what is carried, phases, layers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.expression.parse import parse
from nnscope.program.assemble import assemble
from nnscope.program.assignment import Assignment
from nnscope.program.data import inputs, targets
from nnscope.program.layers import layers
from nnscope.program.model import Evidence, Program
from nnscope.program.rates import learning_rate
from nnscope.program.resolve import resolved, variable
from tests.engine.histories import Plain
from tests.hand_built import (
    ADDING,
    FORWARD,
    HAND_BUILT,
    LOGISTIC,
    NO_COST,
    NO_LAYERS,
    TWICE,
    HandBuilt,
)
from tests.samples import library


def phases(origin: HandBuilt) -> str:
    return "".join(line.phase.value[0] for line in origin.program().lines)


def test_a_name_that_is_assigned_twice_is_two_variables() -> None:
    built = TWICE.program()
    assert [line.target for line in built.lines] == [
        "z", "a", "z_2", "out", "J", "d", "d_2", "dW2", "d_3", "dW1", "W1_next", "W2_next",
    ]  # fmt: skip
    assert [line.text for line in built.lines][2:4] == ["z = W2 @ a", "out = sigmoid(z)"]
    assert built.lines[3].statement == "out = sigmoid(z_2)"
    assert built.carried == {"W1": "W1_next", "W2": "W2_next"}
    assert built.spelled("d_3") == "d"


def test_an_id_is_never_that_of_another_name() -> None:
    lines = [Assignment(name, parse("x + 1")) for name in ("x", "x_next", "x", "z", "z_2", "z")]
    start = {"x": np.float64(1)}
    built = assemble(TWICE, lines, start)
    ids = [line.target for line in built.lines]
    assert ids == ["x_next_2", "x_next", "x_next_3", "z", "z_2", "z_3"]
    assert built.carried == {"x": "x_next_3"}


@pytest.mark.parametrize("origin", HAND_BUILT.values(), ids=HAND_BUILT)
def test_every_way_of_running_gives_what_plain_python_computes(origin: HandBuilt) -> None:
    values = dict(origin.start)
    namespace = {"np": np, "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
                 "relu": lambda z: np.maximum(z, 0), "softmax": softmax}  # fmt: skip
    source = "\n".join(line.strip() for line in origin.text.strip().splitlines())
    for _ in range(origin.iterations):
        exec(source, namespace, values)
    built = origin.program()
    by_run, by_steps, plain = Timeline(built), Timeline(built), Plain(built)
    by_run.seek(by_run.length)
    for _ in by_steps.events():
        assert plain.agrees(by_steps.frame())
    for timeline in (by_run, by_steps):
        for name, value in timeline.frame().by_name.items():
            assert np.array_equal(np.asarray(value), np.asarray(values[name])), name


def softmax(z: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return np.asarray(e / np.sum(e, axis=axis, keepdims=True))


def test_phases_follow_from_what_depends_on_what() -> None:
    assert phases(LOGISTIC) == "fflbbbuuu"
    assert phases(TWICE) == "fffflbbbbbuu"
    assert phases(ADDING) == "fflbu"
    assert phases(NO_LAYERS) == "lbu"
    assert phases(FORWARD) == "ff"
    lines = """
    J = w ** 2
    g = 2 * w
    decayed = rate / (1 + t)
    t = t + 1
    v = 0.9 * v + 0.1 * g
    v_hat = v / (1 - 0.9 ** 2 * t)
    w = w - decayed * v_hat
    """
    start = {name: np.float64(2) for name in ("w", "v", "t", "rate")}
    adam = HandBuilt("adam", lines, start, "J")
    assert phases(adam) == "lbuuuuu"


def test_layers_inputs_targets_and_the_learning_rate_are_found() -> None:
    built = TWICE.program()
    found = [(each.weight, each.input, each.pre_activation, each.activation)
             for each in layers(built)]  # fmt: skip
    assert found == [("W1", "X", "z", "a"), ("W2", "a", "z_2", "out")]
    assert (inputs(built), targets(built), learning_rate(built)) == ("X", "Y", "rate")
    built = LOGISTIC.program()
    (only,) = layers(built)
    assert (only.weight, only.bias, only.activation) == ("theta", "offset", "guess")
    assert (inputs(built), targets(built)) == ("examples", "labels")
    assert layers(NO_LAYERS.program()) == layers(FORWARD.program()) == ()


def test_a_reader_means_the_value_of_that_place() -> None:
    built = TWICE.program()
    assert [variable(built, "z", at) for at in (-1, 0, 1, 2, 11)] == ["z", "z", "z", "z_2", "z_2"]
    assert [variable(built, "W1", at) for at in (-1, 9, 10)] == ["W1", "W1", "W1_next"]
    found = resolved(built, parse("np.sum(d) - W1[0, 0] + unknown"))
    assert found == parse("np.sum(d_3) - W1_next[0, 0] + unknown")


def test_what_does_not_fit_is_told() -> None:
    for text, message in (("a = X @ X", "must agree"), ("a = nothing + 1", "`nothing` has no")):
        with pytest.raises(ExpressionError, match=message):
            HandBuilt("wrong", text, TWICE.start).program()


def gradients(built: Program) -> dict[str, tuple[str, Evidence]]:
    return {line.target: (built.spelled(line.gradient_of), line.evidence)
            for line in built.lines if line.gradient_of}  # fmt: skip


def test_gradients_are_measured() -> None:
    assert gradients(LOGISTIC.program()) == {
        "error": ("scores", Evidence.MEASURED), "g": ("theta", Evidence.MEASURED),
        "h": ("offset", Evidence.MEASURED),
    }  # fmt: skip
    assert gradients(TWICE.program()) == {
        "d": ("out", Evidence.MEASURED), "d_2": ("z", Evidence.MEASURED),
        "dW2": ("W2", Evidence.MEASURED), "d_3": ("z", Evidence.MEASURED),
        "dW1": ("W1", Evidence.MEASURED),
    }  # fmt: skip
    assert gradients(NO_LAYERS.program()) == {"dx": ("x", Evidence.MEASURED)}
    assert gradients(NO_COST.program()) == gradients(FORWARD.program()) == {}


def test_a_wrong_gradient_is_guessed_from_its_name_and_from_its_update() -> None:
    wrong = TWICE.program().edited("dW1", "d @ X.T * a[:, :3]")
    assert gradients(wrong)["dW1"] == ("W1", Evidence.GUESSED)
    wrong = LOGISTIC.program().edited("h", "np.sum(error, axis=1, keepdims=True) + 1")
    assert gradients(wrong)["h"] == ("offset", Evidence.GUESSED)
    scaled = TWICE.program().edited("dW1", "d @ X.T * 6")
    assert gradients(scaled)["dW1"] == ("W1", Evidence.MEASURED)


def test_what_a_front_end_declares_is_not_measured() -> None:
    assert {line.evidence for line in library("two_layer").lines} == {Evidence.DECLARED}
    assert library("two_layer").lines[5].gradient_of == "Z2"
