"""The scenario that a program is, as the text of a file."""

import json
import re
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from nnscope.network.activations import ACTIVATIONS
from nnscope.network.read_back.layers import Array, Dense, Layered, Values
from nnscope.network.read_back.loss import Judged
from nnscope.network.read_back.rule import Rule
from nnscope.program.model import Program

OWN_NAMES = {
    "weight": "W",
    "bias": "b",
    "pre_activation": "Z",
    "activation": "A",
    "input": "X",
    "target": "Y",
    "cost": "J",
}
"""The letters of a scenario that does not tell any."""


class ReadBack(Struct, frozen=True):
    """What was found in a program: its layers, its loss and its rule; and its letters."""

    program: Program
    layered: Layered
    judged: Judged
    rule: Rule
    names: Mapping[str, str]
    average: str = ""


def own_names(program: Program, layered: Layered, judged: Judged) -> Mapping[str, str]:
    """Give the letters of a program, where they are a letter and the number of the layer."""
    spelled, found = program.spelled, [layer.found for layer in layered.dense]
    told = {
        "weight": _stem([spelled(each.weight) for each in found]),
        "bias": _stem([spelled(each.bias) if each.bias else "" for each in found]),
        "pre_activation": _stem([spelled(each.pre_activation) for each in found]),
        "activation": _stem([spelled(each.output) for each in layered.dense]),
        "input": spelled(layered.input),
        "target": spelled(judged.target),
        "cost": spelled(program.cost),
    }
    told = {key: name if name.isidentifier() else OWN_NAMES[key] for key, name in told.items()}
    return told if len({*told.values()}) == len(told) else OWN_NAMES


def _stem(names: Sequence[str]) -> str:
    """Give what names begin with that end with the numbers of their layers; else nothing."""
    stems = {re.sub(rf"{number}$", "", name) if name.endswith(str(number)) else ""
             for number, name in enumerate(names, 1)}  # fmt: skip
    return stems.pop() if len(stems) == 1 else ""


def scenario_text(found: ReadBack, values: Values) -> str:
    """Write a scenario file; `values` has the parameters and the data of the start."""
    tables = [_head(found), _names(found), _data(found, values),
              *(_layer(found, each, values) for each in found.layered.dense),
              _loss(found), _training(found)]  # fmt: skip
    return "\n\n".join("\n".join(table) for table in tables if table) + "\n"


def _head(found: ReadBack) -> list[str]:
    origin = found.program.origin
    return [f"title = {json.dumps(origin.title, ensure_ascii=False)}",
            f'notation = "{found.layered.notation}"']  # fmt: skip


def _names(found: ReadBack) -> list[str]:
    own = {key: name for key, name in found.names.items() if name != OWN_NAMES[key]}
    return ["[names]", *(f'{key} = "{name}"' for key, name in own.items())] if own else []


def _data(found: ReadBack, values: Values) -> list[str]:
    names = found.names
    return ["[data]", f"{names['input']} = {_matrix(found.layered.data(values))}",
            f"{names['target']} = {_matrix(found.judged.targets)}"]  # fmt: skip


def _layer(found: ReadBack, layer: Dense, values: Values) -> list[str]:
    weights, bias = found.layered.weights(layer, values), found.layered.bias(layer, values)
    units = weights.shape[0 if found.layered.notation == "column" else 1]
    activation = ACTIVATIONS[layer.activation]
    numbers = "".join(f", {name} = {value!r}" for name, value in activation.parameters.items())
    name = f'{{ name = "{layer.activation}"{numbers} }}' if numbers else f'"{layer.activation}"'
    is_trained = layer.found.bias in found.program.carried
    return ["[[layer]]", f"units = {units}", f"activation = {name}",
            f"weights = {_matrix(weights)}",
            f"bias = {_bias(bias)}" if layer.found.bias else "bias = false",
            *(["train_bias = false"] if layer.found.bias and not is_trained else [])]  # fmt: skip


def _loss(found: ReadBack) -> list[str]:
    loss = found.judged.loss
    factor = [f'factor = "{loss.factor}"'] if loss.name == "mean_squared_error" else []
    return ["[loss]", f'name = "{loss.name}"', *factor,
            *([f'average = "{found.average}"'] if found.average else [])]  # fmt: skip


def _training(found: ReadBack) -> list[str]:
    rule = found.rule
    convention = (
        [f'convention = "{rule.optimizer.convention}"'] if rule.optimizer.convention else []
    )
    return ["[training]", f'optimizer = "{rule.optimizer.name}"', *convention,
            *(f"{name} = {value!r}" for name, value in rule.numbers.items()),
            f"iterations = {found.program.iterations}"]  # fmt: skip


def _matrix(array: Array) -> str:
    """Write a matrix with all its digits, a row in a line."""
    rows = [f"[{', '.join(map(_number, row))}]" for row in np.asarray(array).tolist()]
    return (
        f"[{rows[0]}]" if len(rows) == 1 else "[\n" + "".join(f"  {row},\n" for row in rows) + "]"
    )


def _bias(bias: Array) -> str:
    return _matrix(bias) if bias.any() else "0.0"


def _number(value: float) -> str:
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
