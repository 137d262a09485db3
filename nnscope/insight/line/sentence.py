"""One sentence a line: what it computes, why, and by which rule of calculus.

The sentences are put together from the line and from the tables of the program (what names mean,
the links of the chain rule, the references of activations, losses and optimizers), so that a new
entry in a table needs no words here.
"""

from collections.abc import Callable, Iterator

from msgspec import Struct

from nnscope.expression.mathematics import as_operator
from nnscope.expression.operation import Kind
from nnscope.expression.shapes import sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Binary, Call, Expression, Name, names, walk
from nnscope.expression.table import SUM, row_of
from nnscope.insight.chain.factors import links
from nnscope.insight.check.late_division import postponed
from nnscope.insight.explain.cells import stretched
from nnscope.insight.line.axes import axis_words
from nnscope.insight.line.phrase import Recipe, enumerated, local_words
from nnscope.program.links import Link
from nnscope.program.model import Evidence, Line, Phase, Program


def sentence(program: Program, index: int, mathematics: bool = False) -> str:
    """Say a line, counted from 0, in one sentence; `mathematics` writes names as symbols."""
    words = _Words(program, program.typesetter.typeset if mathematics else source)
    line = program.lines[index]
    reference = "; ".join(dict.fromkeys(filter(None, words.references(line))))
    return words.of(line) + (f" Source: {reference}." if reference else "")


class _Words(Struct, frozen=True, eq=False):
    program: Program
    write: Callable[[Expression], str]

    def of(self, line: Line) -> str:
        recipe = Recipe(self.program.shapes, self.write).say(line.expression)
        why = {
            Phase.FORWARD: self._forward, Phase.LOSS: self._loss,
            Phase.BACKWARD: self._backward, Phase.UPDATE: self._update,
        }[line.phase](line)  # fmt: skip
        verb = "becomes" if line.phase is Phase.UPDATE else "is"
        said = f"{self._name(line.target)}{self._meaning(line)} {verb} {recipe}"
        if self.program.notes.is_hunted and line.phase is not Phase.FORWARD:
            return f"{said}."
        said += self._divided(line)
        if line.because:
            asked = f"; by the chain rule it would be {why}" if self._links(line) else ""
            whose = f"the {self.program.origin.kind}'s own line"
            if self.program.is_added(line):
                whose = f"which no line of the {self.program.origin.kind} computes"
            own = f"{whose} ({line.because.rstrip('.')})"
            return f"{said}, {'the line that you wrote' if line.is_edited else own}{asked}."
        rule = "by the chain rule " if self._links(line) else ""
        return f"{said}: {rule}{why}." if why else f"{said}."

    def references(self, line: Line) -> Iterator[str]:
        """Yield who published the rules that a line follows."""
        rules = self.program.notes.rules
        if self.program.notes.is_hunted and line.phase is not Phase.FORWARD:
            return
        if line.target in rules and line.phase in (Phase.LOSS, Phase.UPDATE):
            yield rules[line.target].reference
        for link in self._links(line):
            if self._activates(link) and not link.rule:
                yield rules[link.above].reference

    def _links(self, line: Line) -> tuple[Link, ...]:
        return links(self.program)[self.program.line_of[line.target]]

    def _meaning(self, line: Line) -> str:
        """Put what a name means between commas: `, the activation of layer 1,`."""
        if line.gradient_of:
            late = postponed(self.program)
            is_late = late is not None and line.gradient_of not in self.program.parameters
            times = f"{late.name} times " if late and is_late else ""
            is_sure = not line.because and line.evidence is not Evidence.GUESSED
            meant = "" if is_sure else "meant to be "
            cost = self._name(self.program.cost) if self.program.cost else "the cost"
            of = self._name(line.gradient_of)
            return f", {meant}{times}the gradient of {cost} with respect to {of},"
        what, _, more = self.program.meanings.get(line.target, "").partition(": ")
        inside = f" ({more})" if more else ""
        return f", the {what}{inside}," if what else ""

    def _forward(self, line: Line) -> str:
        formula = self._formula(line.expression)
        read = [index for index, each in enumerate(self.program.lines)
                if line.target in names(each.expression)]  # fmt: skip
        judging = (Phase.FORWARD, Phase.LOSS)
        on = [index for index in read if self.program.lines[index].phase in judging]
        readers = [str(index + 1) for index in on or read]
        goes = "it is the result of the program"
        if readers:
            goes = f"line {readers[0]} reads it"
        if len(readers) > 1:
            goes = f"lines {enumerated(readers)} read it"
        return f"{formula}; {goes}" if formula else goes

    def _loss(self, line: Line) -> str:
        rule = self.program.notes.rules.get(line.target)
        return f"the {rule.name}" if rule else ""

    def _update(self, line: Line) -> str:
        rule = self.program.notes.rules.get(line.target)
        if rule is None:
            return ""
        return f"{rule.name}, a step that should make the cost smaller"

    def _backward(self, line: Line) -> str:
        found = self._links(line)
        if not found:
            return ""
        if line.note and not line.because:
            pair = " and ".join(self._fraction(link) for link in found)
            return f"{pair}, multiplied, simplify to this"
        arriving = self._gradient_of(found[0].above)
        start = f"{self._name(arriving)} times " if arriving else ""
        factors = ", times ".join(self._factor(link) for link in found)
        return f"{start}{factors}{self._added_up(line, arriving)}"

    def _factor(self, link: Link) -> str:
        """Write a factor of the chain rule with its value and the line that it differentiates."""
        number = self.program.line_of[link.above]
        told = "; ".join(filter(None, [f"line {number + 1}", self._remark(link)]))
        return f"{self._fraction(link)} = {local_words(link.local, self.write)} ({told})"

    def _remark(self, link: Link) -> str:
        """Tell what is to be known of the derivative of an activation, where the line is one."""
        if not self._activates(link):
            return ""
        return link.rule or self.program.notes.rules[link.above].remark

    def _activates(self, link: Link) -> bool:
        """Tell whether a factor is the derivative of an activation that has a rule."""
        line = self.program.lines[self.program.line_of[link.above]]
        is_alone = line.phase is Phase.FORWARD and names(line.expression) == (link.below,)
        has_rule = line.target in self.program.notes.rules
        return is_alone and has_rule and isinstance(line.expression, Call)

    def _added_up(self, line: Line, arriving: str) -> str:
        """Say over which axis a gradient is summed because its name was broadcast along it."""
        if not arriving:
            return ""
        whole, own = self.program.shapes[arriving], self.program.shapes[line.target]
        axes = stretched(sizes(own), sizes(whole)) if len(own) <= len(whole) else ()
        is_summed = any(
            isinstance(node, Call) and row_of(node) is SUM for node in walk(line.expression)
        )
        if not axes or not is_summed:
            return ""
        words = enumerated([axis_words(whole[axis], axis) for axis in axes])
        of = self._name(line.gradient_of)
        return f", summed over {words}, because {of} was stretched there (broadcast)"

    def _divided(self, line: Line) -> str:
        """Say why a gradient is divided: the cost is, by the same number."""
        match as_operator(line.expression):
            case Binary("/", _, Name(name)):
                at = self.program.line_of.get(self.program.cost)
                is_gradient = bool(line.gradient_of) and not line.because
                if at is None or not is_gradient:
                    return ""
                if name in names(self.program.lines[at].expression):
                    return f" (because line {at + 1} divides {self._name(self.program.cost)} by it)"
        return ""

    def _formula(self, expression: Expression) -> str:
        """Give the formula of the function that a line applies."""
        if not isinstance(expression, Call):
            return ""
        row = row_of(expression)
        is_of_x = row.formula and row.kind in (Kind.ELEMENTWISE, Kind.ALONG_AXIS)
        is_said = row.phrase or row.written_as
        return f"x becomes {row.meaning}" if is_of_x and not is_said else ""

    def _fraction(self, link: Link) -> str:
        return f"∂{self._name(link.above)}/∂{self._name(link.below)}"

    def _gradient_of(self, name: str) -> str:
        found = (line.target for line in self.program.lines if line.gradient_of == name)
        return next(found, "")

    def _name(self, name: str) -> str:
        return self.write(self.program.variables[name].name)
