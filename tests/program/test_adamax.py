"""AdaMax, which is one entry in one file: its lines, its numbers, its check."""

import numpy as np

from nnscope.engine.timeline import Timeline
from nnscope.insight.check.iteration import iteration_at
from nnscope.insight.check.updates import check_updates
from tests.samples import PAIR, listing, program

TEXT = PAIR.replace("learning_rate = 0.5", 'optimizer = "adamax"\nlearning_rate = 0.1')


def test_its_lines() -> None:
    assert [line for line in listing(program(TEXT)) if "b2" in line][-4:] == [
        "update 2: vdb2 = beta1 * vdb2 + (1 - beta1) * db2   (1, 1)",
        "update 2: udb2 = np.maximum(beta2 * udb2, np.abs(db2))   (1, 1)",
        "update 2: vdb2_corrected = vdb2 / (1 - beta1 ** t)   (1, 1)",
        "update 2: b2 = b2 - learning_rate * vdb2_corrected / (udb2 + epsilon)   (1, 1)",
    ]


def test_its_first_step_is_as_long_as_the_learning_rate() -> None:
    built = program(TEXT)
    timeline = Timeline(built)
    timeline.seek(len(built.lines))
    values = timeline.frame().values
    step = np.asarray(values["W1_next"]) - np.asarray(values["W1"])
    np.testing.assert_allclose(step, -0.1 * np.sign(np.asarray(values["dW1"])), rtol=1e-6)


def test_it_is_called_right() -> None:
    texts = {check.text for check in check_updates(iteration_at(program(TEXT), 5))}
    assert texts == {"moves as AdaMax says"}
