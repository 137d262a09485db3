"""Arrays of a learner's beside a scenario: the first that is wrong, given those before it.

Each line of the scenario is computed from what the learner handed in, so far as that goes; so one
slip is not told again at every array behind it. A slip is planted into the right line, and is an
exact cause if it then gives the learner's array.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.errors import ExpressionError, UnknownNameError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.suggest import did_you_mean
from nnscope.expression.syntax import names
from nnscope.insight.diagnose.causes import plainest
from nnscope.insight.diagnose.costs_given import costs_diagnosis, is_list_of_costs
from nnscope.insight.diagnose.expected import Role
from nnscope.insight.diagnose.facts import facts_of
from nnscope.insight.diagnose.finding import Cause, Diagnosis, Finding
from nnscope.insight.diagnose.forward import forward_of
from nnscope.insight.diagnose.given_names import as_array, flattened, target_of
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.entries import SLIPS_OF
from nnscope.insight.diagnose.slips.slip import Kind
from nnscope.program.model import Line, Phase, Program

Array = NDArray[np.float64]
_DOUBLE, _MIXED, _SINGLE = 1e-7, 1e-5, 2e-4
"""How far arrays may be off: of 64 bits, where some numbers on the way had 32, and of 32 bits."""
_MOST = 400


def diagnose_given(program: Program, given: Mapping[str, Any]) -> Diagnosis:
    """Compare handed-in arrays with the first iteration of a program.

    Raises `ExpressionError` for what is no array of real numbers, and where no name is known.
    """
    arrays = {name: as_array(name, value) for name, value in flattened(given)}
    costs = {name: each for name, each in arrays.items() if is_list_of_costs(program, name, each)}
    meant: dict[str, str] = {}
    for name in arrays:
        if name not in costs:
            meant.setdefault(target_of(program, name), name)
    unknown = [name for name in arrays if name not in costs and not target_of(program, name)]
    if not meant.keys() - {""} and not costs:
        raise _unknown(program, unknown)
    if costs and not meant.keys() - {""}:
        return costs_diagnosis(program, next(iter(costs.values())))
    held = {target: arrays[name] for target, name in meant.items() if target}
    found = _Comparing(program, held)
    remarks = tuple(f"`{name}` is the name of nothing in {program.name}" for name in unknown)
    return found.diagnosis(remarks)


def _unknown(program: Program, unknown: Sequence[str]) -> ExpressionError:
    known = [line.spelled for line in program.lines]
    if not unknown:
        return ExpressionError(f"no arrays were given; {program.name} has {', '.join(known)}")
    return UnknownNameError(f"`{unknown[0]}` is the name of nothing in {program.name}"
                            f"{did_you_mean(unknown[0], known)}")  # fmt: skip


class _Comparing:
    """Goes through the lines of a program with a learner's arrays in the place of its own."""

    def __init__(self, program: Program, given: Mapping[str, Array]) -> None:
        self._program, self._given = program, given
        self._values: dict[str, Value] = {**program.start, **program.fed(0)}
        for line in program.lines:  # what a slip may read too early is there
            self._values[line.target] = evaluate(line.expression, self._values)
        self._right: dict[str, Value] = {}
        self._slipped: dict[str, Value] = {}
        self._roles = {line.target: Role(line.gradient_of)
                       for line in program.lines if line.gradient_of}  # fmt: skip

    def diagnosis(self, remarks: tuple[str, ...]) -> Diagnosis:
        """Compare each array that was given."""
        findings, right = list[Finding](), list[str]()
        for line in self._program.lines:
            value = evaluate(line.expression, self._values)
            self._right[line.target] = self._values[line.target] = value
            if line.target in self._slipped:
                self._values[line.target] = self._slipped[line.target]
            if line.target not in self._given:
                continue
            own = self._given[line.target]
            finding = self._compared(line, own, np.asarray(value))
            if finding is None:
                right.append(line.target)
            else:
                findings.append(finding)
            self._take(line, own)
        backward = [line for line in self._program.lines if line.phase is Phase.BACKWARD]
        missing = tuple(line.spelled for line in backward if line.target not in self._given)
        return Diagnosis(self._program, tuple(findings), tuple(right), remarks=remarks,
                         not_given=missing)  # fmt: skip

    def _take(self, line: Line, own: Array) -> None:
        """Go on with the learner's array, if what follows can be computed with it."""
        if own.shape == np.shape(self._right[line.target]):
            self._values[line.target] = own

    def _compared(self, line: Line, own: Array, wanted: NDArray[Any]) -> Finding | None:
        """Judge an array; a small difference that no slip explains is taken for rounding."""
        if agrees(own, wanted):
            return None
        finding = self._finding(line, own, wanted)
        is_near = own.shape == wanted.shape and _is_within(own, wanted.astype(np.float64), _MIXED)
        return None if is_near and not finding.causes else finding

    def _finding(self, line: Line, own: Array, wanted: Array) -> Finding:
        causes = tuple(plainest(self._causes(line, own)))
        self._go_on_with(line, causes)
        others = {self._program.spelled(name): np.asarray(value)
                  for name, value in self._values.items()
                  if name in self._roles and name != line.target}  # fmt: skip
        facts = tuple(facts_of(self._program, line.spelled, own, wanted, others))
        kind = causes[0].slip.kind if causes else Kind.DIRECTION
        of = self._program.spelled(line.gradient_of or line.target)
        return Finding(line, of, kind, facts, causes)

    def _go_on_with(self, line: Line, causes: Sequence[Cause]) -> None:
        """Compute what follows with a slip in a line that was not handed in."""
        first = causes[0] if causes else None
        if first is not None and first.line.target != line.target and first.wrong is not None:
            self._slipped[first.line.target] = evaluate(first.wrong, self._values)
            self._values |= self._slipped

    def _causes(self, line: Line, own: Array) -> list[Cause]:
        """Plant each slip into the line, or into those before it that were not handed in."""
        found = list[Cause]()
        for place in [line, *self._hidden(line)]:
            context = self._context(place)
            for slip in SLIPS_OF[place.phase]:
                for count, wrong in enumerate(slip.plant(place.expression, context)):
                    if count > _MOST:
                        break
                    value = self._through(place, wrong, line)
                    if value is not None and agrees(own, value):
                        found.append(Cause(slip, place, place.expression, True, wrong))
                        break
            if found:
                break
        return found

    def _hidden(self, line: Line) -> Iterator[Line]:
        """Yield the lines before that were not handed in and that a line reads, nearest first."""
        wanted = {*names(line.expression)}
        for each in reversed(self._program.lines[: self._program.line_of[line.target]]):
            is_backward = each.phase in (Phase.BACKWARD, Phase.UPDATE)
            if is_backward and each.target in wanted and each.target not in self._given:
                wanted |= {*names(each.expression)}
                yield each

    def _context(self, line: Line) -> Context:
        of = line.gradient_of or self._program.before.get(line.target, "")
        values = {**self._values, line.target: self._right[line.target]}
        return Context(forward_of(self._program), values, self._roles, of)

    def _through(self, place: Line, wrong: Any, line: Line) -> Array | None:
        """Compute a line with a slip in it, or in one before it."""
        values = dict(self._values)
        start, end = (self._program.line_of[each.target] for each in (place, line))
        try:
            values[place.target] = evaluate(wrong, values)
            for each in self._program.lines[start + 1 : end + 1]:
                if each.target not in self._given or each is line:
                    values[each.target] = evaluate(each.expression, values)
        except ExpressionError:
            return None
        return np.asarray(values[line.target], dtype=np.float64)


def agrees(own: Array, wanted: NDArray[Any]) -> bool:
    """Tell whether an array is the same as another to the rounding of its own digits."""
    if own.shape != wanted.shape and own.size == wanted.size == 1:
        own = own.reshape(wanted.shape)
    if own.shape != wanted.shape:
        return False
    right = wanted.astype(np.float64)
    is_single = bool(np.all(own == own.astype(np.float32)))
    return _is_within(own, right, _SINGLE if is_single else _DOUBLE)


def _is_within(own: Array, right: Array, share: float) -> bool:
    room = share * max(float(np.max(np.abs(right))), 1e-12)
    with np.errstate(all="ignore"):
        same = (np.abs(own - right) <= room) | (np.isnan(own) & np.isnan(right))
    return bool(np.all(same))
