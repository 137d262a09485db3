"""The optimizer that moves the parameters of a program, by how far they move."""

import operator
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
from msgspec import Struct

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.parse import parse
from nnscope.expression.syntax import Number, walk
from nnscope.network.read_back.layers import Array, Values
from nnscope.network.read_back.refused import is_near, refused
from nnscope.program.model import Phase, Program
from nnscope.program.optimizers import OPTIMIZERS, Hyperparameter, Optimizer

_SAME = 1e-9
_DIGITS = 12  # of a learning rate that is no number of the program: rounding is behind them
_RATE = "learning_rate"


class Rule(Struct, frozen=True):
    """An optimizer and its numbers."""

    optimizer: Optimizer
    numbers: Mapping[str, float]


class Moves(Struct, frozen=True):
    """The gradients of a parameter in the first iterations, and by how much it was moved.

    `kept` is what of its shape the last of them carries on, `line` the one to name if it is wrong.
    """

    gradients: Sequence[Array]
    steps: Sequence[Array]
    kept: Sequence[Value]
    line: str
    is_gradient: bool


def moves_of(
    program: Program, name: str, gradients: Sequence[Array], run: Sequence[Values]
) -> Moves:
    """Collect how a parameter moves; `run` has the values of the iterations."""
    end = program.carried[name]
    steps = [np.asarray(values[end]) - np.asarray(values[name]) for values in run]
    kept = [run[-1][each] for each in program.carried.values()]
    wrong = [line.target for line in program.lines if line.gradient_of == name
             and _ratio(np.asarray(run[0][line.target]), gradients[0]) is None]  # fmt: skip
    return Moves(gradients, steps, kept, [*wrong, end][0], bool(wrong))


def read_rule(program: Program, moves: Moves, examples: int) -> Rule:
    """Find the rule and its numbers; raises `ScenarioError` where no rule moves it like that.

    All rules are proportional to the learning rate: it is what is missing to their steps. It may
    have the number of `examples` in it. Of conventions that move it alike, the one is taken whose
    state the program carries on.
    """
    known = [*_known(program)]
    found = list[Rule]()
    for optimizer in OPTIMIZERS:
        if found and found[0].optimizer.name != optimizer.name:
            break
        found += _fitting(optimizer, known, moves, examples)
    if found:
        return next((each for each in found if _has_state(each, moves)), found[0])
    why = "moves its parameter as no known rule does with the gradient of the cost"
    raise refused(program, moves.line, "is not the gradient of the cost"
                  if moves.is_gradient else why)  # fmt: skip


def _fitting(
    optimizer: Optimizer, known: Sequence[float], moves: Moves, examples: int
) -> list[Rule]:
    """Find the numbers with which an optimizer moves a parameter like that, if there are any."""
    others = [name for name in optimizer.hyperparameters if name not in (_RATE, "t")]
    for numbers in product(*(_possible(optimizer.hyperparameters[each], known) for each in others)):
        told = dict(zip(others, numbers, strict=True))
        rate = _rate(optimizer, told, moves)
        if rate is not None:
            return [Rule(optimizer, {_RATE: _as_written(rate, known, examples), **told})]
    return []


def _has_state(rule: Rule, moves: Moves) -> bool:
    """Tell whether what a rule carries on is among what the program does."""
    *_, last = _states(rule.optimizer, rule.numbers, moves)
    return all(any(is_near(each, last[name], _SAME) for each in moves.kept)
               for name in rule.optimizer.state)  # fmt: skip


def _known(program: Program) -> Iterator[float]:
    """Yield the numbers of a program, written down or without axes, and what is left to 1."""
    numbers = {float(value) for name, value in program.start.items()
               if not np.ndim(value) and name not in program.carried}  # fmt: skip
    numbers |= {float(node.value) for line in program.lines if line.phase is Phase.UPDATE
                for node in walk(line.expression) if isinstance(node, Number)}  # fmt: skip
    yield from sorted(numbers)
    yield from (1 - each for each in sorted(numbers) if 0 < each < 1)


def _possible(number: Hyperparameter, known: Sequence[float]) -> list[float]:
    """List what a number of a rule may be: its default, or a number of the program."""
    is_small = number.below > 1  # epsilon keeps from a division by zero
    default = [] if number.default is None else [number.default]
    fitting = [
        each for each in known if (0 < each <= 1e-3 if is_small else 0.5 <= each < number.below)
    ]
    return [*dict.fromkeys([*default, *fitting])]


def _rate(optimizer: Optimizer, numbers: Mapping[str, float], moves: Moves) -> float | None:
    """Give what the rule's steps at a learning rate of 1 are multiplied by; None if by nothing."""
    try:
        states = [*_states(optimizer, {**numbers, _RATE: 1.0}, moves)]
    except ExpressionError:
        return None
    rate = _ratio(_joined(moves.steps), _joined([np.asarray(each["P"]) for each in states]))
    return rate if rate is not None and rate > 0 else None


def _joined(arrays: Sequence[Array]) -> Array:
    return np.concatenate([each.ravel() for each in arrays])


def _ratio(array: Array, other: Array) -> float | None:
    """Give the constant that one array is times another; None where it is none."""
    if array.shape != other.shape or not other.any() or not np.isfinite(other).all():
        return None
    largest = np.unravel_index(int(np.argmax(np.abs(other))), other.shape)
    ratio = float(array[largest] / other[largest])
    is_alike = np.abs(array - ratio * other) <= _SAME * abs(ratio * other[largest])
    return ratio if is_alike.all() else None


def _states(
    optimizer: Optimizer, numbers: Mapping[str, float], moves: Moves
) -> Iterator[dict[str, Value]]:
    """Yield the values of a rule after each of its steps, in which the parameter starts at 0."""
    zeros = np.zeros(moves.gradients[0].shape)
    state: dict[str, Value] = {"t": 0.0, **numbers, **dict.fromkeys(optimizer.state, zeros)}
    lines = [each.split(" = ") for each in (*optimizer.shared, *optimizer.lines)]
    parsed = [(name, parse(expression)) for name, expression in lines]
    for gradient in moves.gradients:
        state |= {"P": zeros, "dP": gradient}
        for name, expression in parsed:
            state[name] = evaluate(expression, state)
        yield dict(state)


def _as_written(rate: float, known: Sequence[float], examples: int) -> float:
    """Give a learning rate as the program has it, or without the digits of rounding."""
    factors = (1, 2, examples, 2 * examples)
    possible = [by(each, factor) for factor in factors for each in (*known, 1.0)
                for by in (operator.truediv, operator.mul)]  # fmt: skip
    possible += [2 * each / examples for each in known]
    near = [each for each in possible if abs(each - rate) <= _SAME * rate]
    return near[0] if near else float(f"{rate:.{_DIGITS}g}")
