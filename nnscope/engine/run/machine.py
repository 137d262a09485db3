"""Step mode: the lines of an iteration one by one, each value kept."""

import contextvars
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol, TypeVar, cast

import numpy as np
from msgspec import Struct, field

from nnscope.engine.run.flat_state import as_carried
from nnscope.engine.run.listed import Listed
from nnscope.engine.run.lowerable import is_lowerable, never_change
from nnscope.engine.run.writer import Recorder, build_recorder
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import REFUSALS, Value, compiled, plainly
from nnscope.expression.number_types import carried_type
from nnscope.expression.table import NAMESPACE
from nnscope.program.model import Program

LOWERED_AFTER = 4
"""So many iterations are recorded as they are listed, before lowering them is worth it."""


Result = TypeVar("Result")


class Quiet:
    """Runs functions with NumPy's warnings off: inf and nan are shown, not warned of.

    NumPy 2 keeps the setting in a context variable. Running in a context that was prepared once
    costs a tenth of what `np.errstate` costs around every line. NumPy 1 keeps it for each thread.
    `run(function, *arguments)` calls it.
    """

    def __init__(self) -> None:
        context = contextvars.copy_context()
        context.run(lambda: np.seterr(all="ignore"))
        is_of_context = np.lib.NumpyVersion(np.__version__) >= "2.0.0"
        self.run = cast(_Runner, context.run if is_of_context else _quietly)


class _Runner(Protocol):
    """Calls a function and gives its result."""

    def __call__(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Call it."""
        ...


def _quietly(function: Callable[..., Result], *arguments: Any) -> Result:
    with np.errstate(all="ignore"):
        return function(*arguments)


class Recording(Struct, eq=False):
    """The values of one iteration's lines, as far as they have run, and what it started from."""

    iteration: int
    start: Mapping[str, Value]
    values: list[Value] = field(default_factory=list)


def values_of(program: Program, recording: Recording, end: int | None = None) -> dict[str, Value]:
    """Give every variable that there is behind the first `end` lines of an iteration, or all.

    These are what the iteration starts from, and what its lines have made.
    """
    form = program.during(recording.iteration)
    values = {**form.start, **recording.start}
    for line, value in zip(form.lines[:end], recording.values, strict=False):
        values[line.target] = value
    return values


class Machine:
    """Runs the lines of a form of a program, one by one or a whole iteration at once."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._codes = [compiled(line.expression) for line in program.lines]
        self._targets = [line.target for line in program.lines]
        self._carried = [(name, program.line_of[end], carried_type(program.start[name]))
                         for name, end in program.carried.items()
                         if end in program.line_of]  # fmt: skip
        self._unchanged = [(name, end, carried_type(program.start[name]))
                           for name, end in program.carried.items()
                           if end not in program.line_of]  # fmt: skip
        self._record = build_recorder(program, Listed(program))
        self._recorded, self._is_lowered = 0, False
        self._is_carried = False  # whether what is carried is known to be as it has to be
        self._running: Recording | None = None  # the iteration that runs line by line,
        self._scope: dict[str, Value] = {}  # and its names

    def run_next(self, recording: Recording) -> None:
        """Run the next line of an iteration, into its recording.

        Raises `ExpressionError`, naming the line, for what NumPy refuses to compute.
        """
        values, index = recording.values, len(recording.values)
        if self._running is not recording or len(values) == 0:
            self._scope = values_of(self._program, recording)
        self._running = None  # whatever breaks off here, the names are put together anew then
        try:
            value: Value = eval(self._codes[index], NAMESPACE, self._scope)
        except REFUSALS as error:
            raise self._failed(index, error) from None
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
        values.append(value)
        self._scope[self._targets[index]] = value
        self._running = recording

    def complete(self, recording: Recording) -> None:
        """Run what is left of an iteration and put the values into its recording."""
        if not recording.values:
            with suppress(*REFUSALS):  # which line, it says below
                recording.values.extend(self._record(recording.start))
            self._recorded += 1
            if self._recorded == LOWERED_AFTER and recording.values:
                self.lower(recording)
        while len(recording.values) < len(self._codes):
            self.run_next(recording)

    def lower(self, example: Recording) -> None:
        """Go on with lowered lines, if they give the bits of a complete recording."""
        if self._is_lowered or not is_lowerable(self._program):
            return
        self._is_lowered = True
        values, start = values_of(self._program, example), example.start
        with suppress(Exception):  # whatever it is, the lines as they are listed can do it
            lowered = buffered_recorder(self._program, values)
            if all(map(same_bits, example.values, lowered(start))):
                self._record = lowered
                ends = [(example.values[place], kind) for _, place, kind in self._carried]
                self._is_carried = all(as_carried(value, kind) is value for value, kind in ends)

    def _failed(self, index: int, error: Exception) -> ExpressionError:
        line = self._program.lines[index]
        return ExpressionError(f"line {index + 1}, {line.text}: {plainly(error)}")

    def end_state(self, recording: Recording) -> dict[str, Value]:
        """Give what the next iteration starts from; the recording must be complete.

        Every way of running carries parameters as `as_carried` gives them.
        """
        values = recording.values
        if self._is_carried:  # neither type nor layout depends on the numbers
            found = {name: values[place] for name, place, _ in self._carried}
        else:
            found = {name: as_carried(values[place], kind) for name, place, kind in self._carried}
        for name, end, kind in self._unchanged:
            found[name] = as_carried(recording.start.get(end, self._program.start[end]), kind)
        return found


class Machines:
    """Runs the lines of a program whose iterations have several forms; see `Machine`."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._made: dict[int, Machine] = {}

    def _of(self, recording: Recording) -> Machine:
        number = self._program.order.at(recording.iteration)
        if number not in self._made:
            self._made[number] = Machine(self._program.forms[number])
        return self._made[number]

    def run_next(self, recording: Recording) -> None:
        """Run the next line of an iteration, into its recording."""
        self._of(recording).run_next(recording)

    def complete(self, recording: Recording) -> None:
        """Run what is left of an iteration and put the values into its recording."""
        self._of(recording).complete(recording)

    def lower(self, example: Recording) -> None:
        """Go on with lowered lines, if they give the bits of a complete recording."""
        self._of(example).lower(example)

    def end_state(self, recording: Recording) -> dict[str, Value]:
        """Give what the next iteration starts from; the recording must be complete."""
        return self._of(recording).end_state(recording)


def buffered_recorder(program: Program, values: Mapping[str, Value]) -> Recorder:
    """Give a recorder whose intermediate results go into buffers, but not the values of its lines.

    `values` has those of one iteration, as an example of every layout.
    """
    from nnscope.engine.run.statements import Statements  # noqa: PLC0415  nothing runs at the start

    return build_recorder(program, Statements(values, never_change(program), reuse=False))


def same_bits(one: Value, other: Value) -> bool:
    """Tell whether two values have the same cells, -0.0 and 0.0 apart, in the same layout."""
    first, second = np.asarray(one), np.asarray(other)
    return (
        first.dtype == second.dtype
        and first.flags.c_contiguous == second.flags.c_contiguous
        and bool(np.array_equal(first, second, equal_nan=first.dtype.kind == "f"))
        and (first.dtype.kind != "f" or bool((np.signbit(first) == np.signbit(second)).all()))
    )
