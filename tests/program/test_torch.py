"""Random networks against PyTorch, where that is installed: the slope by every value, and training.

`NNSCOPE_EXAMPLES=10 python -m pytest tests/program/test_torch.py` tries more of them.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from nnscope.expression.evaluate import compiled
from nnscope.insight.check.iteration import Iteration, iteration_at
from nnscope.program.model import Program
from tests.examples import examples
from tests.samples import Sample, samples

torch = pytest.importorskip("torch")


def along(function: Any, axis: int | None = None, keepdims: bool = False, **_: Any) -> Any:
    """Call a reduction of PyTorch as NumPy calls its own."""

    def reduced(x: Any, axis: int | None = axis, keepdims: bool = keepdims) -> Any:
        return function(x) if axis is None else function(x, axis, keepdims)

    return reduced


NAMESPACE = {
    "__builtins__": {},
    "np": SimpleNamespace(
        tanh=torch.tanh, exp=torch.exp, log=torch.log, sqrt=torch.sqrt, abs=torch.abs,
        sum=along(torch.sum), mean=along(torch.mean), float64=lambda x: x,
        where=lambda holds, a, b: torch.where(holds, torch.as_tensor(a), torch.as_tensor(b)),
        maximum=torch.maximum,
    ),
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "softmax": torch.softmax,
}  # fmt: skip


def slopes_of_torch(iteration: Iteration) -> dict[str, NDArray[np.float64]]:
    """Run the forward lines in PyTorch, and let it differentiate the cost by everything."""
    values = {
        name: torch.tensor(np.asarray(value), dtype=torch.float64, requires_grad=True)
        for name, value in iteration.start.items()
    }
    for line in iteration.judged:
        values[line.target] = eval(compiled(line.expression), NAMESPACE, values)
        values[line.target].retain_grad()
    values[iteration.program.cost].backward()
    return {name: value.grad.numpy() for name, value in values.items() if value.grad is not None}


def assert_close(found: Any, wanted: Any, room: Any, what: str) -> None:
    scale = 1e-12 * (np.max(np.abs(wanted), initial=0.0) + 1e-300)
    assert np.all(np.abs(found - wanted) <= scale + 16 * room), what


def compare(built: Program, at: int) -> None:
    """Hold the slopes of an iteration, and its gradient lines, against those of PyTorch.

    What one ulp in every value changes is rounding, and excused.
    """
    iteration = iteration_at(built, at)
    wanted = slopes_of_torch(iteration)
    shaken = [iteration.shaken(seed) for seed in (1, 2, 3)]
    for name, slope in wanted.items():
        room = np.max([np.abs(other.slope(name) - iteration.slope(name)) for other in shaken], 0)
        assert_close(iteration.slope(name), slope, room, name)
    for line in iteration.gradients:
        if line.gradient_of in built.parameters:
            own = iteration.gradient(line)
            room = np.max([np.abs(other.gradient(line) - own) for other in shaken], 0)
            assert_close(own, wanted[line.gradient_of], room, line.target)


@examples(300)
@given(sample=samples(iterations=3))
def test_every_slope_is_that_of_torch(sample: Sample) -> None:
    built = sample.program()
    compare(built, 0)
    compare(built, 2)
