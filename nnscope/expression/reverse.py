"""Reverse mode: the slope of one number by every cell of every value that it depends on.

The values are computed forwards, each part of an expression once; then the gradient goes back from
the result to the names, through the vector-Jacobian product of each operation (Griewank and
Walther, Evaluating Derivatives, chapter 3; Baydin et al., JMLR 18, 2018). The rules are in the
table; here is only the machinery, as in HIPS autograd.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.evaluate import MOST_KEPT, Value, evaluate
from nnscope.expression.operation import Operation
from nnscope.expression.rules import Options
from nnscope.expression.simplify import ZERO
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, Name, Number, Operated, children, names
from nnscope.expression.table import RULE_NAMESPACE, options_of, row_of
from nnscope.expression.vjp import Numbers, backward_rule, written_numbers

Gradient = NDArray[np.float64]
Rule = Callable[..., Any] | None
"""A compiled vector-Jacobian product: called with g, y and the operands."""

Lines = Sequence[tuple[str, Expression]]
"""A program's lines in their order: a target, which no other line has, and its expression."""


def pull_back(
    expression: Expression, values: Mapping[str, Value], arriving: Value
) -> dict[str, Gradient]:
    """Give the gradient by each name that an expression reads, each of the shape of its value.

    `arriving` is the gradient by the expression's own value, and has its shape. What is not finite
    gives inf and nan without a warning. Raises `ExpressionError` for what has no value.
    """
    tape = _tape(expression)
    with np.errstate(all="ignore"):
        cells = tape.forward(values)
        found = tape.backward(cells, np.asarray(arriving, dtype=np.float64))
    return {name: _whole(found.get(name), values[name]) for name in tape.names}


def slopes(
    lines: Lines, values: Mapping[str, Value], cost: str, seed: Value | None = None
) -> dict[str, Gradient]:
    """Give the slope of the cost by every cell of every value: ∂J/∂name, of the shape of `name`.

    `values` has the value of every name that the lines read or write. The cost is one number; any
    other value is weighed with a `seed` of its shape, cell by cell, and summed. The result has
    every name of the lines, with 0 for what the cost does not depend on. See `pull_back`.
    """
    tapes = [(target, _tape(expression)) for target, expression in lines]
    one = np.ones(np.shape(values[cost])) if seed is None else seed
    found: dict[str, Any] = {cost: np.asarray(one, dtype=np.float64)}
    with np.errstate(all="ignore"):
        for target, tape in reversed(tapes):
            if target in found:
                cells = tape.forward(values, values[target])
                for name, part in tape.backward(cells, found[target]).items():
                    found[name] = found[name] + part if name in found else part
    read = dict.fromkeys(name for target, tape in tapes for name in (*tape.names, target))
    return {name: _whole(found.get(name), values[name]) for name in read}


def summed_back(gradient: Any, shape: tuple[int, ...]) -> Any:
    """Sum a gradient over the axes along which a value of this shape was broadcast to it."""
    if np.shape(gradient) == shape:
        return gradient
    more = np.ndim(gradient) - len(shape)
    stretched = [more + axis for axis, size in enumerate(shape) if size == 1]
    total = np.sum(gradient, axis=(*range(more), *stretched), keepdims=True)
    return np.reshape(total, shape)


class _Step:
    """An operation of an expression: where its operands stand on the tape, and its rules."""

    __slots__ = ("_known", "_options", "_row", "call", "needed", "numbers", "operands")

    def __init__(self, node: Operated, operands: tuple[int, ...], needed: list[int]) -> None:
        self._row, self._options = row_of(node), options_of(node)
        options: dict[str, Any] = {name: _numpy_option(value) for name, value in self._options}
        self.call = partial(self._row.call, **options) if options else self._row.call
        self.operands = operands
        self.needed = needed  # the places of those operands that read a name
        self.numbers = written_numbers(self._row, children(node))
        ranks = self._row.vjp_of_ranks
        self._known = None if ranks else self._rules(())

    def rules(self, operands: Sequence[Any]) -> tuple[Rule, ...]:
        """Give the rule for each operand, by the axes of all of them where these decide."""
        return self._known or self._rules(tuple(map(np.ndim, operands)))

    def _rules(self, ranks: tuple[int, ...]) -> tuple[Rule, ...]:
        return compiled_rules(self._row, self._options, ranks, self.numbers)


class _Tape:
    """The parts of an expression, each once, operands before what is computed from them."""

    def __init__(self, expression: Expression) -> None:
        self.names = names(expression)
        self._places: dict[Expression, int] = {}
        self._start: list[Any] = []  # the number of a part that reads no name, else None
        self._leaves: list[tuple[int, str]] = []
        self._steps: list[tuple[int, _Step]] = []
        self._place(expression)

    def _place(self, part: Expression) -> int:
        if part in self._places:
            return self._places[part]
        operands = tuple(map(self._place, children(part)))
        place = self._places[part] = len(self._start)
        self._start.append(None)
        if isinstance(part, Name):
            self._leaves.append((place, part.id))
        elif isinstance(part, Number):
            self._start[place] = part.value
        elif not names(part):
            self._start[place] = evaluate(part, {})
        else:
            needed = [at for at, child in enumerate(children(part)) if names(child)]
            self._steps.append((place, _Step(part, operands, needed)))
        return place

    def forward(self, values: Mapping[str, Value], result: Value | None = None) -> list[Any]:
        """Give the value of every part; that of the whole need not be computed where known."""
        cells = self._start.copy()
        for place, name in self._leaves:
            cells[place] = _real(values[name])
        steps = self._steps
        if result is not None and steps:
            cells[-1], steps = np.asarray(_real(result)), steps[:-1]
        for place, step in steps:
            cells[place] = step.call(*[cells[at] for at in step.operands])
        return cells

    def backward(self, cells: list[Any], arriving: Gradient) -> dict[str, Any]:
        """Give the gradient by each name that a slope reaches."""
        found: list[Any] = [None] * len(cells)
        found[-1] = arriving
        for place, step in reversed(self._steps):
            gradient = found[place]
            if gradient is None:
                continue
            operands = [cells[at] for at in step.operands]
            rules = step.rules(operands)
            for number in step.needed:
                rule, at = rules[number], step.operands[number]
                if rule is not None:
                    part = rule(gradient, cells[place], *operands)
                    part = summed_back(part, np.shape(cells[at]))
                    found[at] = part if found[at] is None else found[at] + part
        return {name: found[place] for place, name in self._leaves if found[place] is not None}


@lru_cache(maxsize=MOST_KEPT)
def _tape(expression: Expression) -> _Tape:
    return _Tape(expression)


@cache
def compiled_rules(
    row: Operation, options: Options, ranks: tuple[int, ...], numbers: Numbers
) -> tuple[Rule, ...]:
    """Compile the rules of an operation, each as a function of g, y and the operands."""
    trees = [backward_rule(row, place, options, ranks, numbers) for place in range(row.operands)]
    head = f"lambda {', '.join(('g', 'y', *row.letters))}: "
    return tuple(
        None if tree == ZERO else eval(head + source(tree), RULE_NAMESPACE) for tree in trees
    )


def _numpy_option(value: Any) -> Any:
    """Give an option as NumPy takes it: the items of an index as integers and slices."""
    if not isinstance(value, tuple):
        return value
    return tuple(
        each if isinstance(each, int) else slice(each.start, each.stop, each.step) for each in value
    )


def _real(value: Value) -> Any:
    """Hold numbers in float64: whole ones have no negative powers, float32 has fewer digits."""
    if isinstance(value, np.ndarray | np.generic) and not _is_rounded(value.dtype):
        return value
    return np.asarray(value, dtype=np.float64)[()]


def _is_rounded(dtype: np.dtype[Any]) -> bool:
    return dtype.kind in "iu" or dtype == np.float32


def _whole(gradient: Any, value: Value) -> Gradient:
    if gradient is None:
        return np.zeros(np.shape(value))
    return np.asarray(gradient, dtype=np.float64)
