"""Diagnosing a program: each backward line, each update and the cost, given what it was given."""

from collections.abc import Iterator

import numpy as np

from nnscope.expression.evaluate import Value
from nnscope.insight.diagnose.causes import exact_causes, putting
from nnscope.insight.diagnose.expected import Expected, constant
from nnscope.insight.diagnose.facts import facts_of, ratio_fact
from nnscope.insight.diagnose.finding import Cause, Diagnosis, Finding
from nnscope.insight.diagnose.forward import forward_of
from nnscope.insight.diagnose.instead import right_line
from nnscope.insight.diagnose.moves import Move, moves_of
from nnscope.insight.diagnose.points import Point, points_of
from nnscope.insight.diagnose.scales import Off, offs
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.entries import GRADIENT_SLIPS
from nnscope.insight.diagnose.slips.slip import Kind
from nnscope.insight.diagnose.steps import Reading, Step, judged
from nnscope.program.model import Line, Program


def diagnose(program: Program) -> Diagnosis:
    """Judge the lines of a program, and name what is wrong with each that is."""
    if not program.cost:
        return Diagnosis(program, (), trouble="it has no cost to compare with")
    forward = forward_of(program)
    points = points_of(forward)
    if not any(not point.is_made for point in points):
        return Diagnosis(program, (), trouble="its cost is no finite number at the start")
    if any(np.size(point.values[program.cost]) != 1 for point in points):
        return Diagnosis(program, (), trouble="its cost is not one number")
    return _Diagnosing(Expected(forward, points)).found()


class _Diagnosing:
    """Holds what one diagnosis goes by."""

    def __init__(self, expected: Expected) -> None:
        self._expected = expected
        self._program, self._points = expected.forward.program, expected.points
        self._steps, self._reading = judged(expected)
        self._moves = list(moves_of(self._reading))

    def found(self) -> Diagnosis:
        """Put the findings into the order of the lines."""
        findings = [*self._wrong_steps(), *self._wrong_scales()]
        findings.sort(key=lambda each: self._program.line_of[each.line.target])
        wrong = {each.line.target for each in findings}
        right = [step.target for step in self._steps
                 if step.target not in wrong and step.ratio is not None]  # fmt: skip
        right += [part for step in self._steps if step.target in right for part in step.parts]
        right += [move.line.target for move in self._moves
                  if move.total and move.line.target not in wrong]  # fmt: skip
        untold = [(move.line.target, "its rule is not known") for move in self._moves
                  if move.total is None and move.line.target not in wrong]  # fmt: skip
        return Diagnosis(self._program, tuple(findings), tuple(right), tuple(untold))

    def _wrong_steps(self) -> Iterator[Finding]:
        for step in self._steps:
            if step.ratio is None:
                causes = tuple(self._causes(step, None))
                kind = causes[0].slip.kind if causes else Kind.DIRECTION
                facts = tuple(self._facts(step))
                instead = "" if causes else right_line(self._reading, step)
                of = self._expected.forward.spelled(step.of)
                yield Finding(step.line, of, kind, facts, causes, instead, step.is_masked)

    def _wrong_scales(self) -> Iterator[Finding]:
        by_target = {step.target: step for step in self._steps}
        for off in offs(self._program, self._steps, self._moves, self._points):
            step = by_target.get(off.target)
            if step is not None:
                yield self._off_step(step, off)

    def _off_step(self, step: Step, off: Off) -> Finding:
        ratio = step.ratio if step.ratio is not None else 1.0
        causes = tuple(self._causes(step, ratio / off.factor))
        kind = causes[0].slip.kind if causes else Kind.SCALE
        cells = int(np.size(self._points[0].values[step.target]))
        fact = ratio_fact(self._program, step.line.spelled, off.factor, cells)
        return Finding(step.line, self._expected.forward.spelled(step.of), kind, (fact,), causes)

    def _causes(self, step: Step, ratio: float | None) -> list[Cause]:
        lines = list(putting(step.line, step.line.expression, self._parts(step)))
        return exact_causes(
            GRADIENT_SLIPS, lines, self._context(step), self._points, self._judge(step), ratio
        )

    def _parts(self, step: Step) -> list[Line]:
        return [self._program.lines[self._program.line_of[part]] for part in step.parts]

    def _judge(self, step: Step):  # type: ignore[no-untyped-def]
        def judge(value: Value, point: Point) -> float | None:
            return constant(value, self._expected.at(point, step.of, step.given))

        return judge

    def _context(self, step: Step) -> Context:
        point = next((each for each in self._points if each.is_made), self._points[0])
        return Context(self._expected.forward, point.values, self._reading.roles, step.of)

    def _facts(self, step: Step) -> Iterator[str]:
        told = self._telling(step)
        wanted = self._expected.at(told, step.of, step.given)
        found = np.asarray(told.values[step.target], dtype=float)
        if wanted is None:
            return
        factor = step.given[0][1].factor if step.given else 1.0
        others = {self._program.spelled(name): np.asarray(told.values[name])
                  for name in self._reading.roles if name != step.target}  # fmt: skip
        yield from facts_of(self._program, step.line.spelled, found, factor * wanted, others)

    def _telling(self, step: Step) -> Point:
        """Give the first point at which a line is seen to be wrong: its own start, if it is there."""
        for point in self._points:
            ratio = constant(point.values[step.target],
                             self._expected.at(point, step.of, step.given))  # fmt: skip
            if ratio is None:
                return point
        return self._points[0]


__all__ = ["Move", "Reading", "diagnose"]
