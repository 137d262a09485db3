"""Run mode at full speed: the lines lowered to NumPy calls that write into reused buffers.

The calls are those that the listing makes, on operands of the same layout, so the bits are the
same; what is saved is allocation and repetition. Four things are done:

* every array has a buffer of its own, and every intermediate result one from a pool;
* what never changes (`1 - Y`, `X.T`) is computed once;
* all parameters are views of one flat array, and their gradients of another, so that one update
  does for all of them;
* a division by m that all gradients share is done on the flat array, once.

What the lowering doesn't know it leaves as its plain source.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnscope.engine.emitter import Emitter
from nnscope.engine.lowerable import never_change
from nnscope.engine.runloop import (
    PARAMETERS,
    RunLoop,
    Test,
    build_loop,
    changes,
    sample_lines,
    test_lines,
)
from nnscope.engine.samples import Samples
from nnscope.engine.state import StateLayout
from nnscope.expression.evaluate import Value
from nnscope.expression.operation import Truth
from nnscope.expression.syntax import Binary, Expression, Name, Number, names, substitute, walk
from nnscope.expression.table import row_of
from nnscope.program.model import Line, Program


class Lowering:
    """Lowers one program, with the values of one iteration as an example of every layout.

    `values` are the values at the end of an iteration, `starts` what it started from. `source` is
    the text of the function, for a reader who wants to see what runs.
    """

    def __init__(
        self,
        program: Program,
        values: Mapping[str, Value],
        tests: Sequence[Test] = (),
        samples: Samples | None = None,
    ) -> None:
        self._program = program
        self._tests = tests
        self._samples = samples or Samples()
        self._layout = StateLayout(program)
        self._emitter = Emitter(values, never_change(program))
        self._emitter.setup.update(changes(tests))
        for name in program.feed.names if program.feed else ():
            self._emitter.bind(name, np.array(values[name]))
        ends = set(program.carried.values())
        self._updates = [line for line in program.lines if line.target in ends]
        self._gradients = self._found_gradients(values)
        self._pattern = None if self._is_read_between() else self._common_update(values)
        self._divisor = self._common_divisor() if self._pattern else None
        self.source = self._write()

    @property
    def scope(self) -> Mapping[str, Any]:
        """What the names of the function stand for: buffers, functions and constants."""
        return self._emitter.setup

    @property
    def computed_once(self) -> Mapping[str, Expression]:
        """What is computed once, before the run, by the name that it gets."""
        return self._emitter.computed_once

    def loop(self) -> RunLoop:
        """Compile the function. Its text comes from checked trees, never from the user."""
        return build_loop(self.source, self._program, self._emitter.setup)

    def _is_read_between(self) -> bool:
        """Tell whether the updates can't be done all at once, because something stands between.

        That is a line that reads an updated value, or a test behind the first update that reads one
        from before.
        """
        ends, carried = {line.target for line in self._updates}, {*self._program.carried}
        first = min(map(self._place, self._updates), default=0)
        return any(ends & {*names(line.expression)} for line in self._program.lines) or any(
            carried & {*names(test.expression)} for test in self._tests if test.index >= first
        )

    def _place(self, line: Line) -> int:
        return self._program.line_of[line.target]

    def _found_gradients(self, values: Mapping[str, Value]) -> dict[str, str]:
        """Map each carried value to the one array that its update reads beside it."""
        found = {}
        for line in self._updates:
            name = self._program.before[line.target]
            others = [other for other in names(line.expression)
                      if other in self._program.line_of and np.ndim(values[other])]  # fmt: skip
            if len(others) == 1:
                found[name] = others[0]
        return found

    def _common_update(self, values: Mapping[str, Value]) -> Expression | None:
        """Give the update that all parameters share, in terms of P and dP, if it is by cells."""
        found = set()
        if len({*self._gradients.values()}) < len(self._updates):
            return None
        for line in self._updates:
            parameter = self._program.before[line.target]
            gradient = self._gradients[parameter]
            example = np.asarray(values[gradient])
            if example.shape != np.shape(values[parameter]):
                return None
            if not example.flags.c_contiguous or example.dtype != np.float64:
                return None
            renamed = {parameter: Name("_P"), gradient: Name("_dP")}
            found.add(substitute(line.expression, renamed))
        pattern = next(iter(found)) if len(found) == 1 else None
        return pattern if pattern is not None and _is_by_cells(pattern, values) else None

    def _common_divisor(self) -> Expression | None:
        """Give the number that divides all gradients of parameters, if nothing else reads them."""
        targets = {*self._gradients.values()}
        lines = [line for line in self._program.lines if line.target in targets]
        tops = {line.expression.right if isinstance(line.expression, Binary)
                and line.expression.operator == "/" else None for line in lines}  # fmt: skip
        readers = [line for line in self._program.lines if line not in self._updates]
        read = {name for line in readers for name in names(line.expression)}
        top = tops.pop() if len(tops) == 1 else None
        is_number = isinstance(top, Number) or (
            isinstance(top, Name) and not self._program.shapes[top.id]
        )
        return top if is_number and not targets & read else None

    def _write(self) -> str:
        """Write the whole function."""
        emitter, program = self._emitter, self._program
        flat = self._layout.pack(emitter.values)
        emitter.bind("_theta", flat)
        for name, view in self._layout.unpack(flat).items():
            emitter.bind(name, view)
        body = []
        if program.feed:
            emitter.setup["_fed"] = program.fed
            body += ["_now = _fed(_k)", *(f"{name}[...] = _now[{name!r}]" for name in
                                          program.feed.names)]  # fmt: skip
        at_once = self._updates if self._pattern is not None else []
        body += [text for line in program.lines if line not in at_once
                for text in self._line(line)]  # fmt: skip
        if program.cost:
            body.append(f"_costs[_k] = {program.cost}")
        body += self._update_lines()
        start = ["if _state is not _theta:", "    _theta[:] = _state",
                 *(["_next_sample = _sample_due(_first)"] if self._samples.expressions else []),
                 "for _k in _range(_first, _last):",
                 "    if _k == _due:", "        _due = _keep(_k, _theta)"]  # fmt: skip
        words = [word for word in emitter.setup if word.isidentifier()]
        head = f"def run({PARAMETERS}"
        head += "".join(f", {word}={word}" for word in words) + "):"
        lines = [*start, *(f"    {text}" for text in body), "return _last, -1, _theta"]
        return "\n".join([head, *(f"    {line}" for line in lines), ""])

    def _line(self, line: Line) -> list[str]:
        emitter, expression = self._emitter, line.expression
        if self._pattern is not None and line.target in self._gradients.values():
            emitter.bind(line.target, self._flat_gradients()[line.target])
            if self._divisor is not None and isinstance(expression, Binary):
                expression = expression.left
        text = emitter.assign(line.target, expression)
        index = self._program.line_of[line.target]
        return text + self._behind(index, "_theta", late=False)

    def _behind(self, index: int, state: str, late: bool) -> list[str]:
        """Write the tests behind a line, lowered as the lines are.

        A test that reads a gradient waits for the division that all gradients share: is `late`.
        """
        lines = []
        for number, test in enumerate(self._tests):
            if test.index == index and self._is_late(test) == late:
                before, text = self._emitter.single(test.expression)
                lines += [*before, *test_lines(number, test, text, state)]
        return lines

    def _is_late(self, test: Test) -> bool:
        places = [self._place(line) for line in self._updates]
        shared = self._divisor is not None and test.index < min(places)
        return shared and bool(set(names(test.expression)) & {*self._gradients.values()})

    def _flat_gradients(self) -> Mapping[str, Value]:
        """Give a view of the flat gradient for each gradient of a parameter."""
        if "_dtheta" not in self._emitter.setup:
            self._emitter.bind("_dtheta", np.zeros(self._layout.size))
        views = self._layout.unpack(np.asarray(self._emitter.setup["_dtheta"]))
        return {self._gradients[name]: view for name, view in views.items()}

    def _update_lines(self) -> list[str]:
        emitter, carried = self._emitter, self._program.carried
        if self._pattern is None:
            copied = [f"{name}[...] = {end}" for name, end in carried.items()]
            return [*self._sampling(), *copied]
        places = [self._place(line) for line in self._updates]
        begin = ["_began = _theta.copy()"] if any(t.index in places for t in self._tests) else []
        self._flat_gradients()
        lines = []
        if self._divisor is not None:
            lines += emitter.assign("_dtheta", Binary("/", Name("_dtheta"), self._divisor))
            early = range(min(places))
            lines += [test for at in early for test in self._behind(at, "_theta", late=True)]
        lines += self._sampling()
        flat = {"_P": Name("_theta"), "_dP": Name("_dtheta")}
        lines += emitter.assign("_theta", substitute(self._pattern, flat))
        for name, end in carried.items():  # from here on the arrays hold the updated values
            emitter.bind(end, emitter.setup[name])
        after = [test for at in places for test in self._behind(at, "_began", late=False)]
        return begin + lines + after

    def _sampling(self) -> list[str]:
        """Write what samples an iteration, lowered as the lines are."""
        numbers = []
        for at, expression in enumerate(self._samples.expressions):
            before, text = self._emitter.single(expression)
            numbers += [*before, f"_row[{at}] = {text}"]
        if numbers:
            self._emitter.setup.update(self._samples.scope)
        return sample_lines(numbers)


def _is_by_cells(pattern: Expression, values: Mapping[str, Value]) -> bool:
    """Tell whether an expression of P, dP and single numbers works cell by cell."""
    if not {"_P", "_dP"} >= {name for name in names(pattern) if np.ndim(values.get(name, 0))}:
        return False
    return all(
        isinstance(node, Name | Number) or (isinstance(node, Binary) and _is_arithmetic(node))
        for node in walk(pattern)
    )


def _is_arithmetic(node: Binary) -> bool:
    """Tell whether a ufunc makes numbers of numbers."""
    return row_of(node).is_by_cells and row_of(node).truth is not Truth.MADE
