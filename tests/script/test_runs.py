"""A training loop that is run several times, each time with new parameters: which one is shown."""

from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest

from nnscope.insight.check.replay import replay_difference
from nnscope.script.errors import ScriptError
from nnscope.script.options import ScriptOptions
from nnscope.script.process import record
from nnscope.script.program import ScriptOrigin
from nnscope.script.record import Recorded

SCRIPT = """
import numpy as np
X, y = np.arange(8.0).reshape(4, 2) / 8, np.array([[1.0], [0.0], [1.0], [0.0]])
def fit(start, rate):
    W = np.full((2, 1), start)
    for step in range(6):
        print("step", step, rate)
        error = X @ W - y
        cost = np.sum(error ** 2) / 2
        W -= rate * (X.T @ error)
    return W
for rate in (0.1, 0.2, 0.3):
    fit(10 * rate, rate)
"""


@lru_cache
def _script() -> Path:
    path = Path(mkdtemp(), "three.py")
    path.write_text(SCRIPT)
    return path


def _recorded(run: int) -> Recorded:
    return record(_script(), ScriptOptions(run=run))[0]


@pytest.mark.parametrize("run", [1, 2, 3])
def test_the_run_that_is_asked_for_is_recorded(run: int) -> None:
    recorded = _recorded(run)
    program = ScriptOrigin(_script(), recorded, {}, recorded.iterations).program()

    assert recorded.iterations == 6
    assert np.array_equal(recorded.start[next(iter(recorded.carried))], np.full((2, 1), 1.0 * run))
    assert [line.spelled for line in program.lines] == ["error", "cost", "W"]
    assert "".join(recorded.printed[2]) == f"step 2 {run / 10}\n"
    assert replay_difference(program, recorded.checks) is None
    more = f"and --run {run + 1} shows those that follow"
    assert recorded.error.endswith(more) if run < 3 else not recorded.error


def test_a_run_that_does_not_come_is_told() -> None:
    recorded = _recorded(4)
    with pytest.raises(ScriptError) as told:
        ScriptOrigin(_script(), recorded, {}, 0).program()

    assert str(told.value) == (
        "three.py, line 6: `for step in range(6):` is run 3 times, each time with new parameters: "
        "there is no run 4"
    )
