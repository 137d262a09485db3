"""The division that all gradients end with: done at once, where nothing can tell the difference."""

import numpy as np
import pytest

from nnscope.engine.find.stops import condition
from nnscope.engine.run.buffered import Buffered
from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import freeze
from nnscope.program.model import Program
from tests.engine.histories import Plain
from tests.hand_built import HandBuilt

_RANDOM = np.random.default_rng(5)
_START = {
    "W": freeze(_RANDOM.normal(size=(2, 3))), "b": freeze(np.zeros((2, 1))),
    "X": freeze(_RANDOM.normal(size=(3, 7))), "m": np.float64(7), "rate": np.float64(0.1),
}  # fmt: skip
_FORWARD = "Z = W @ X + b\nJ = np.sum(Z ** 2) / m\ndZ = 2 * Z\n"
_UPDATES = "\nW = W - rate * dW\nb = b - rate * db"


def _program(backward: str) -> Program:
    return HandBuilt("divided", _FORWARD + backward + _UPDATES, _START, "J", 30).program()


SHARED = "dW = dZ @ X.T / m\ndb = np.sum(dZ, axis=1, keepdims=True) / m"


def _divisions(built: Program) -> list[str]:
    text = Buffered(built, Plain(built).values[len(built.lines)]).source
    return [row.strip() for row in text.splitlines() if "_divide(" in row]


def test_a_shared_division_is_one_call_on_the_flat_gradients() -> None:
    assert _divisions(_program(SHARED)) == ["_divide(_flat_dW, _fixed2, _flat_dW)"]


@pytest.mark.parametrize(
    "backward",
    [
        pytest.param("dW = dZ @ X.T / m\ndb = np.sum(dW, axis=1, keepdims=True) / m", id="read"),
        pytest.param("dW = dZ @ X.T / m\ndb = np.sum(dZ, axis=1, keepdims=True) / 7", id="other"),
        pytest.param("dW = dZ @ X.T / J\ndb = np.sum(dZ, axis=1, keepdims=True) / J", id="changes"),
        pytest.param(
            "dW = (dZ @ X.T > 0) / m\ndb = np.sum(dZ, axis=1, keepdims=True) / m", id="truth"
        ),
    ],
)
def test_any_other_division_is_done_where_it_stands(backward: str) -> None:
    assert len(_divisions(_program(backward))) == 2


@pytest.mark.parametrize("name", ["dW", "db"])
def test_a_condition_sees_the_gradient_behind_the_division(name: str) -> None:
    built = _program(SHARED)
    timeline, lines = Timeline(built), len(built.lines)
    largest = [np.max(np.abs(values[name])) for values in Plain(built).values[lines::lines]]
    bound = float(largest[14] + largest[15]) / 2
    first = next(at for at, value in enumerate(largest) if value < bound)
    found = timeline.search_forwards([condition(built, f"np.max(np.abs({name})) < {bound!r}")])
    assert found.time == first * lines + built.line_of[name] + 1
    assert first > 2


@pytest.mark.parametrize("backward", [SHARED, SHARED.replace("dZ @ X.T / m", "dZ @ X.T / 7")])
def test_a_run_has_the_bits_of_its_steps(backward: str) -> None:
    built = _program(backward)
    timeline = Timeline(built)
    timeline.seek(timeline.length)
    assert Plain(built).agrees(timeline.frame())
