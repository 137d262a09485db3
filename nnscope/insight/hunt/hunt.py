"""A bug hunt: a program with a bug that the screen does not give away, and what is told of it."""

from msgspec import Struct
from msgspec.structs import replace

from nnscope.expression.errors import ExpressionError
from nnscope.expression.source import source
from nnscope.insight.diagnose.diagnose import diagnose
from nnscope.insight.diagnose.finding import Finding
from nnscope.insight.diagnose.slips.slip import Slip
from nnscope.insight.hunt.origin import Hidden
from nnscope.insight.hunt.planting import Planted, planted
from nnscope.program.model import Line, Program
from nnscope.program.notes import Origin


class Culprit(Struct, frozen=True):
    """A wrong line: its variable, how it stands there, what is right, and what is said of it."""

    target: str
    wrong: str
    right: str
    told: tuple[str, ...]


class Hunt(Struct, frozen=True, eq=False):
    """What is hunted: the wrong lines, and which slip was drawn.

    `level` is 0 where the file had the bug already.
    """

    culprits: tuple[Culprit, ...]
    level: int = 0
    seed: int = 0

    def culprit(self, target: str) -> Culprit | None:
        """Give the wrong line that makes a variable; None where that line is right."""
        return next((each for each in self.culprits if each.target == target), None)

    @property
    def again(self) -> str:
        """Say how to have the same hunt again; nothing where the file has the bug."""
        return (
            f"The same hunt again: --level {self.level} --seed {self.seed}." if self.level else ""
        )


def hunt(program: Program, level: int, seed: int) -> Program:
    """Give a program with a bug and no marks: one of its own, or else a slip that is planted.

    Raises `ExpressionError` where no slip of that level does anything in the program.
    """
    if not program.cost:
        raise ExpressionError("no line is known to compute the cost, so no line would be wrong")
    own = diagnose(program).wrong
    if own:
        return hidden(program, Hunt(tuple(map(_of_finding, own))))
    found = planted(program, level, seed)
    if found is None:
        told = f"no slip of level {level} does anything in this program"
        raise ExpressionError(f"{told}: try another level, or another file")
    return hidden(found.program, Hunt((_of_planted(found),), level, seed))


def hidden(program: Program, hunt: Hunt) -> Program:
    """Take away from a program whatever could give a bug away, and what the source says of it."""
    notes = replace(
        program.notes, expectations=(), stops=(), sources={}, printed={}, is_hunted=True
    )
    lines = tuple(replace(line, because="", note="", at=None) for line in program.lines)
    others = tuple(hidden(form, hunt) for form in program.others)
    bare = replace(program, lines=lines, notes=notes, others=others)
    origin: Origin = Hidden(bare, hunt)
    return replace(bare, origin=origin)


def _of_planted(found: Planted) -> Culprit:
    wrong = f"{found.line.spelled} = {source(found.wrong)}"
    right = f"{found.line.spelled} = {source(found.line.expression)}"
    return Culprit(found.line.target, wrong, right, _told(found.slip))


def _of_finding(finding: Finding) -> Culprit:
    line: Line = finding.place
    told = _told(finding.causes[0].slip) if finding.causes else ()
    facts = tuple(f"Seen: {fact}." for fact in finding.facts)
    return Culprit(line.target, line.text, finding.right_line, (*facts, *told))


def _told(slip: Slip) -> tuple[str, ...]:
    return (
        f"What is wrong: {slip.title}.",
        f"Why one writes it: {slip.why}.",
        f"What it does: {slip.effect}.",
    )
