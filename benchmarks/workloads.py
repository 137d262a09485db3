"""The networks that are measured, as scenarios.

T is a toy, S a small data set, M a digit classifier on a batch, L a wide image classifier.
"""

from pathlib import Path

from nnscope.network.build import build
from nnscope.program.model import Program
from nnscope.scenario.load import parse

_TRAINING = "[training]\nlearning_rate = 0.01\niterations = 1000000\n"


def _scenario(sizes: list[int], hidden: str, output: str, m: int) -> str:
    softmax = output == "softmax"
    target = (
        f'{{ draw = "integers", low = 0, high = {sizes[-1]}, shape = [{m}], '
        f"one_hot = {sizes[-1]} }}"
        if softmax
        else f'{{ draw = "rand", shape = [1, {m}], above = 0.5 }}'
    )
    loss = "softmax_cross_entropy" if softmax else "binary_cross_entropy"
    return f"""
seed = 1
[data]
X = {{ draw = "randn", shape = [{sizes[0]}, {m}] }}
Y = {target}
[network]
sizes = {sizes}
hidden = "{hidden}"
output = "{output}"
weights = {{ draw = "randn", scale = "lecun" }}
[loss]
name = "{loss}"
gradient = "combined"
{_TRAINING}"""


SCENARIOS = {
    "T": _scenario([2, 4, 1], "tanh", "sigmoid", 3),
    "S": _scenario([2, 5, 5, 1], "tanh", "sigmoid", 400),
    "M": _scenario([784, 128, 64, 10], "relu", "softmax", 64),
    "L": _scenario([12288, 20, 7, 5, 1], "relu", "sigmoid", 209),
}


def program(name: str) -> Program:
    """Build a workload."""
    return build(parse(SCENARIOS[name], Path(f"{name}.toml")))
