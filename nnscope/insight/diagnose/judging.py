"""What one diagnosis goes by: the lines as they were judged, and what they are judged with."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from nnscope.expression.evaluate import Value
from nnscope.insight.check.updates import UpdateCheck
from nnscope.insight.diagnose.causes import Judge
from nnscope.insight.diagnose.expected import Expected, constant
from nnscope.insight.diagnose.finding import Finding
from nnscope.insight.diagnose.moves import Move, moves_of, step_ratio
from nnscope.insight.diagnose.points import Point, true_start
from nnscope.insight.diagnose.scales import Off, offs
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.costs import standard_of
from nnscope.insight.diagnose.slips.slip import Kind
from nnscope.insight.diagnose.steps import Reading, Step, judged
from nnscope.insight.diagnose.updates import rule_checks
from nnscope.insight.numbers import short
from nnscope.program.model import Program

_HALVES = {"factor-two", "cost-factor-two"}


class Judging(Struct, frozen=True, eq=False, dict=True):
    """The backward lines and the updates of a program, judged.

    `shown` are the points that facts are told from: the program's own start before all others.
    `rules` has the check of each update that is not a plain step down the gradient.
    """

    expected: Expected
    reading: Reading
    steps: Sequence[Step]
    moves: Sequence[Move]
    shown: Sequence[Point]
    rules: Mapping[str, UpdateCheck]

    @classmethod
    def of(cls, expected: Expected) -> "Judging":
        """Judge the lines of a program."""
        steps, reading = judged(expected)
        moves = list(moves_of(reading))
        start = true_start(expected.forward)
        shown = expected.points if start is None else (start, *expected.points)
        program = expected.forward.program
        is_plain = all(move.total is not None for move in moves)
        with_state = any(len(rule.lines) > 1 for rule in program.notes.updates.values())
        rules = {} if is_plain and not with_state else rule_checks(program)
        return cls(expected, reading, steps, moves, shown, rules)

    @property
    def program(self) -> Program:
        """The program that is diagnosed."""
        return self.expected.forward.program

    @property
    def points(self) -> tuple[Point, ...]:
        """The points that lines are judged at."""
        return self.expected.points

    @property
    def is_cost_added(self) -> bool:
        """Whether the source computes no cost, and nnscope took one that the steps follow."""
        program = self.program
        return program.is_added(program.lines[program.line_of[program.cost]])

    def context(self, of: str, at: Point | None = None) -> Context:
        """Give the surroundings of a line, with numbers of ordinary size unless a point is said."""
        made = next((each for each in self.points if each.is_made), self.points[0])
        return Context(self.expected.forward, (at or made).values, self.reading.roles, of)

    def telling(self, step: Step) -> Point | None:
        """Give a point of ordinary numbers at which a line is seen to be wrong, if there is one."""
        judge = self.judge(step)
        return next(
            (
                each
                for each in self.points
                if each.is_made and judge(each.values[step.target], each) is None
            ),
            None,
        )

    def judge(self, step: Step) -> Judge:
        """Give what compares a value with what a step should be."""

        def judge(value: Value, point: Point) -> float | None:
            return constant(value, self.expected.at(point, step.of, step.given))

        return judge

    def judge_move(self, move: Move) -> Judge:
        """Give what compares the next value of a parameter with a step down its slope."""

        def judge(value: Value, point: Point) -> float | None:
            return step_ratio(self.reading, move.parameter, value, point, move.given)

        return judge

    def is_convention(self, finding: Finding) -> bool:
        """Tell whether a difference is one of convention, and no mistake.

        So it is with the scale of a square's cost in a script, half or whole, with any other scale
        that all parameters share and no slip explains, and with terms of weight decay where nnscope
        itself chose the cost.
        """
        slips = {cause.slip.name for cause in finding.causes if cause.is_exact}
        if self.is_cost_added and "penalty-too-many" in slips:
            return True
        if self._has_own_rate(finding):
            return True
        if not self.program.notes.sources or not self._are_all_off:
            return False
        if finding.causes:
            return bool(slips & _HALVES) and self._is_of_squares
        return any(off.target == finding.line.target and off.factor > 0 for off in self._offs)

    def as_convention(self, finding: Finding) -> Finding:
        """Class a script's gradients of a sum, beside a cost that is a mean, as a convention.

        So long as all of them are, it is only another learning rate.
        """
        slips = {cause.slip.name for cause in finding.causes if cause.is_exact}
        if "count-lost" not in slips or not self.program.notes.sources or not self._are_all_off:
            return finding
        cost = self.program.spelled(self.program.cost)
        fact = (f"all gradients are those of the sum over the examples, and {cost} is the mean: "
                "it only means a learning rate that is so many times as large")  # fmt: skip
        return replace(finding, kind=Kind.CONVENTION, facts=(*finding.facts, fact))

    def _has_own_rate(self, finding: Finding) -> bool:
        """Tell whether a script only moves a parameter with a learning rate of its own."""
        totals = {move.line.target: move.total for move in self.moves}
        total = totals.get(finding.line.target)
        is_down = total is not None and total > 0 and not finding.causes
        return is_down and bool(self.program.notes.sources)

    @property
    def _is_of_squares(self) -> bool:
        context = self.context("")
        cost = self.program.lines[self.program.line_of[self.program.cost]].expression
        others = [replace(context, values=point.values) for point in self.points[:2]]
        standard = standard_of(context, cost, others)
        return standard is not None and standard.is_of_squares

    @cached_property
    def _offs(self) -> Sequence[Off]:
        return offs(self.program, self.steps, self.moves, self.points)

    @cached_property
    def _are_all_off(self) -> bool:
        """Tell whether all parameters are off by one and the same factor."""
        found = self._offs
        reached = {name for off in found for name in off.reached}
        trained = {move.parameter for move in self.moves if move.total}
        return len({round(off.factor, 9) for off in found}) == 1 and trained <= reached

    def remark(self, finding: Finding) -> str:
        """Say what is right, but different from the cost."""
        if self._has_own_rate(finding):
            return f"{finding.of} moves with a learning rate of its own: {finding.line.text}"
        if _HALVES & {cause.slip.name for cause in finding.causes}:
            cost = self.program.spelled(self.program.cost)
            told = f"{finding.line.spelled} is that of half of {cost}, or of twice as much: all "
            return f"{told}parameters follow it alike, so only the learning rate means another step"
        if self._are_all_off and not finding.causes:
            factor = short(self._offs[0].factor, 6)
            told = f"all parameters move {factor} times as far as the slope of the cost says"
            return f"{told}: it only means another learning rate"
        return (f"{finding.line.spelled} has a term that is not in the cost, as weight decay has: "
                f"{finding.line.text}")  # fmt: skip
