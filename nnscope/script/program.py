"""From what was recorded of a script to a program."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, freeze
from nnscope.expression.number_types import DOUBLE, SINGLE, WHOLE, NumberType, of_type
from nnscope.expression.parse import parse
from nnscope.expression.shapes import Axis, infer, sizes
from nnscope.expression.source import code
from nnscope.expression.syntax import Expression, Name, names, substitute
from nnscope.program.assignment import Assignment
from nnscope.program.gradients import followed, is_linear, with_gradients
from nnscope.program.model import EDITED, Evidence, Line, LoopPass, Phase, Program, Variable
from nnscope.program.order import Order
from nnscope.program.phases import phases
from nnscope.program.resolve import read
from nnscope.script.ahead import Ahead
from nnscope.script.errors import ScriptError
from nnscope.script.feed import RecordedFeed
from nnscope.script.folds import passes
from nnscope.script.layer_numbers import numbered
from nnscope.script.options import ScriptOptions
from nnscope.script.process import record
from nnscope.script.record import Recorded, RecordedForm, RecordedLine
from nnscope.script.shown import Shown, is_changed
from nnscope.script.standard_losses import StandardLoss, standard_losses
from nnscope.script.trained import trained

_NO_LOOP = "no training loop ran: none in which an array is made by adding to what it was"


Place = tuple[str, str, int]
"""Tells a line in all forms: the variable that it makes, its file, and its row there."""


class ScriptOrigin(Struct, frozen=True, eq=False, dict=True):
    """A recorded script, with the lines that were edited in the debugger.

    `cost` is the id of the cost, None where it is still to be found, or what the user calls it.
    `loss` is the one that the steps of a script follow which computes none. `edits` are the new
    expressions of lines, `gradients` the variables that they were gradients of before. `options`
    are what the user said about the script. `ahead` is the script as long as it runs.
    """

    path: Path
    recorded: Recorded
    edits: Mapping[Place, Expression]
    iterations: int
    cost: str | None = None
    loss: StandardLoss | None = None
    gradients: Mapping[str, str] = field(default_factory=dict)
    options: ScriptOptions = field(default_factory=ScriptOptions)
    ahead: Ahead | None = None
    kind = "script"

    @property
    def about(self) -> str:
        """What was done with the script, and how that ended."""
        told = f"This script was run, and {self._recorded}. "
        told += "It still runs. " if self.ahead else ""
        return "".join([told, *(f"{each}. " for each in self.recorded.notes),
                        self.recorded.error and f"{self.recorded.error}."])  # fmt: skip

    @property
    def _recorded(self) -> str:
        """What of it was recorded."""
        if not self.recorded.carried:
            return "it trains nothing: what it computes is shown, as one pass forward"
        return f"{self.recorded.iterations:,} iterations of its training loop were recorded"

    @property
    def name(self) -> str:
        """The path, as it was typed."""
        return str(self.path)

    @property
    def headline(self) -> str:
        """That the script was run: whoever opens one should know."""
        return f"ran {self.path.name}"

    @property
    def title(self) -> str:
        """The name of the file."""
        return self.path.name

    @property
    def source(self) -> str:
        """Where it comes from."""
        return str(self.path)

    def program(self) -> Program:
        """Build the program; its cost is the one that the steps follow, if any is.

        Raises `ScriptError` where there is no training loop.
        """
        if not self.recorded.lines:
            raise ScriptError(self.recorded.error or f"{self.path.name}: {_NO_LOOP}")
        if self.cost is None:
            return self._with_best_cost()._built
        return replace(self, cost=self._named(self.cost))._built

    @property
    def costs(self) -> Mapping[str, str]:
        """The variables that may be the cost, by how the script calls them."""
        spelled = self.recorded.spelled
        return {spelled[id_]: id_ for id_ in reversed(self.recorded.costs)}

    def _named(self, cost: str) -> str:
        """Find the variable that the user calls the cost."""
        if not cost or any(line.id == cost for form in self._forms for line in form.lines):
            return cost
        if cost not in self.costs:
            known = ", ".join(self.costs) or "none"
            raise ScriptError(f"{self.path.name}: `{cost}` is no number with a name that its "
                              f"parameters lead to; there is {known}")  # fmt: skip
        return self.costs[cost]

    def _with_best_cost(self) -> "ScriptOrigin":
        """Choose the cost: a number of the script, or else a standard loss of its outputs.

        A loss that more parameters follow than the number is what is descended: the number may be
        only near it, as where a logarithm is guarded.
        """
        own = [replace(self, cost=id_) for id_ in self.recorded.costs]
        found, agreeing = _best(own)
        if agreeing < len(trained(self.recorded)):
            other, more = _best(self.with_standard_losses())
            found = other if more > agreeing else found
        return found or replace(self, cost="")

    def with_standard_losses(self) -> "Iterator[ScriptOrigin]":
        """Yield the script with each standard loss of its outputs as its cost."""
        losses = standard_losses(self.recorded.lines, self.recorded.carried)
        return map(self._with_loss, losses)

    def _with_loss(self, loss: StandardLoss) -> "ScriptOrigin":
        """Give it with a loss that the script does not compute."""
        return replace(self, loss=loss, cost=_free(self.recorded))

    @cached_property
    def _forms(self) -> tuple[RecordedForm, ...]:
        """The lines in all forms, with that of the loss that the script does not compute."""
        recorded = self.recorded
        first = RecordedForm(recorded.lines, recorded.carried)
        return tuple(map(self._complete, (first, *recorded.others)))

    def _complete(self, form: RecordedForm) -> RecordedForm:
        """Put the line of a standard loss behind that of the output; a form has one line at least.

        An iteration that does nothing leaves what is carried as it is, and says so.
        """
        lines, ids = form.lines, [line.id for line in form.lines]
        if self.loss is not None and self.loss.output in ids:
            at, id_ = ids.index(self.loss.output) + 1, self.cost or ""
            line = RecordedLine(id_, id_, code(self.loss.expression), "", 0, ())
            lines = (*lines[:at], line, *lines[at:])
        if lines or not form.carried:
            return msgspec.structs.replace(form, lines=lines)
        name, end = next(iter(self.recorded.carried.items()))
        line = RecordedLine(end, self.recorded.spelled[end], name, "", 0, ())
        return RecordedForm((line,), {**form.carried, name: end})

    @cached_property
    def _built(self) -> Program:
        """Build it in all forms."""
        first, *others = (self._form(number) for number in range(len(self._forms)))
        return replace(first, others=tuple(others), order=self._order) if others else first

    @cached_property
    def _order(self) -> Order:
        """Which form each iteration has, as many as were recorded."""
        turns = self.recorded.turns.get("form", [(0, 0)])
        ends = [*(at for at, _ in turns[1:]), max(self.recorded.iterations, 1)]
        counts = np.diff([0, *ends])
        return Order(np.repeat(np.array([form for _, form in turns], dtype=np.uint8), counts))

    def _form(self, number: int) -> Program:
        """Build one of its forms."""
        recorded, form = self.recorded, self._forms[number]
        written = self._written(form)
        cost = self.cost if any(line.target == self.cost for line in written) else ""
        feed = self._feed(number, written)
        start = self._start_of(form, written)
        start |= feed.at(self._order.first(number)) if feed else {}
        variables = {id_: Variable(id_, recorded.spelled[id_], tuple(map(Axis, np.shape(value))))
                     for id_, value in start.items()}  # fmt: skip
        told = phases(written, cost or "", form.carried)
        own = {line.id: line for line in form.lines}
        lines = [self._line(own[each.target], each, phase)
                 for each, phase in zip(written, told, strict=True)]  # fmt: skip
        shapes = {id_: each.shape for id_, each in variables.items()}
        for line in lines:
            shapes[line.target] = shape = infer(line.expression, shapes)
            variables[line.target] = Variable(line.target, line.spelled, shape)
        grown = _grown(variables, form.carried)
        notes = self._shown.notes
        return numbered(self._judged(with_gradients(Program(
            self, tuple(lines), variables, start, form.carried, cost or "",
            1 if grown else self.iterations,
            msgspec.structs.replace(notes, ended=notes.ended or grown), feed,
        ))))  # fmt: skip

    @cached_property
    def _start(self) -> dict[str, Value]:
        """What the first iteration starts from, each value in the type that it is carried in."""
        start = {id_: freeze(value) for id_, value in self.recorded.start.items()}
        carried = self.recorded.carried
        return start | {id_: of_type(start[id_], self._carried_type(id_)) for id_ in carried}

    def _start_of(self, form: RecordedForm, lines: Iterable[Assignment]) -> dict[str, Value]:
        """Give what the lines of a form start from; what only other forms read is left out."""
        if not self.recorded.others:
            return dict(self._start)
        read = {name for line in lines for name in names(line.expression)} | form.carried.keys()
        return {id_: value for id_, value in self._start.items() if id_ in read}

    def _feed(self, number: int, lines: Iterable[Assignment]) -> RecordedFeed | None:
        """Give what the iterations of a form are fed of what its lines read."""
        recorded = self.recorded
        if not recorded.others:
            return RecordedFeed(recorded.fed, recorded.buffers) if recorded.fed else None
        read = {name for line in lines for name in names(line.expression)}
        fed = {id_: told for id_, told in recorded.fed.items() if id_ in read}
        iterations = np.flatnonzero(self._order.numbers == number)
        return RecordedFeed(fed, recorded.buffers, iterations) if fed else None

    def _carried_type(self, id_: str) -> NumberType:
        """Give the type that a value is carried on in: that of what the first iteration makes.

        Whole numbers stay whole unless a line was edited, which may make fractions of them.
        """
        recorded = self.recorded
        end = np.asarray(recorded.checks[0][recorded.carried[id_]]).dtype
        start = np.asarray(recorded.start[id_]).dtype
        is_whole = start == end == WHOLE and not self.edits
        return end if end == SINGLE or is_whole else DOUBLE

    def _judged(self, program: Program) -> Program:
        """Take the lines for the gradients that they were before an edit."""
        return (
            replace(program, lines=tuple(self._as_before(program))) if self.gradients else program
        )

    def _as_before(self, program: Program) -> Iterator[Line]:
        """Take the lines for the gradients that they were before an edit, so that it is judged."""
        taken = {line.gradient_of for line in program.lines}
        for line in program.lines:
            of = self.gradients.get(line.target, "")
            is_kept = bool(of) and not line.gradient_of and of not in taken
            yield replace(line, gradient_of=of, evidence=Evidence.GUESSED,
                          phase=Phase.BACKWARD) if is_kept else line  # fmt: skip

    @cached_property
    def _shown(self) -> Shown:
        return Shown(self.path, self.recorded)

    def _written(self, form: RecordedForm) -> list[Assignment]:
        """Read the lines that lead to the cost or are carried, the edited in their places.

        Where they carry nothing on, all are wanted.
        """
        spelled = {id_: Name(id_, each if each != id_ else "")
                   for id_, each in self.recorded.spelled.items()}  # fmt: skip
        made = [line.id for line in form.lines]
        ends = {*form.carried.values()} & {*made} or made
        wanted, found = {self.cost, *ends}, list[Assignment]()
        for line in reversed(form.lines):
            if line.id in wanted:
                edited = self.edits.get(_place(line))
                expression = edited or substitute(parse(line.expression), spelled)
                wanted |= {*names(expression)}
                found.append(Assignment(line.id, expression))
        return found[::-1]

    def _line(self, recorded: RecordedLine, written: Assignment, phase: Phase) -> Line:
        spelled = recorded.spelled if recorded.spelled != recorded.id else ""
        is_added = self.loss is not None and recorded.id == self.cost
        because = self.loss.because if self.loss is not None and is_added else ""
        because = EDITED if _place(recorded) in self.edits else because
        return Line(recorded.id, written.expression, phase, because=because, written=spelled,
                    at=self._shown.span(recorded), passes=self._passes[recorded.id])  # fmt: skip

    @cached_property
    def _passes(self) -> Mapping[str, tuple[LoopPass, ...]]:
        found: dict[str, tuple[LoopPass, ...]] = {}
        for form in reversed(self._forms):  # a line of several forms is told as the first has it
            found |= passes(msgspec.structs.replace(self.recorded, lines=form.lines))
        return found

    def edited(self, line: Line, expression: str) -> Program:
        """Build it with another expression in a line; the file itself is not touched."""
        now = self.program()
        number, own = next((number, form) for number, form in enumerate(now.forms)
                           if line in form.lines)  # fmt: skip
        meant = read(own, expression, own.line_of[line.target] - 1)
        known = {each.target: each.gradient_of for form in reversed(now.forms)
                 for each in form.lines if each.gradient_of}  # fmt: skip
        origin = now.origin if isinstance(now.origin, ScriptOrigin) else self
        written = next(each for each in origin._forms[number].lines if each.id == line.target)
        edits = {**self.edits, _place(written): meant}
        return replace(origin, edits=edits, gradients=known).program()

    def with_iterations(self, iterations: int) -> Program:
        """Build it for another number of iterations; what was fed ends with the recording."""
        if iterations > self.recorded.iterations and (self.recorded.fed or self.recorded.others):
            known = f"{self.path.name} was recorded for {self.recorded.iterations} iterations"
            raise ScriptError(f"{known}: what differs between them is not known any further")
        return replace(self, iterations=iterations).program()

    @property
    def is_outdated(self) -> bool:
        """Whether the script, or a module beside it, has been changed since it was recorded."""
        return is_changed(self.recorded)

    @property
    def is_growing(self) -> bool:
        """Whether the script may have more iterations than the program by now."""
        return self.ahead is not None

    @property
    def has_grown(self) -> bool:
        """Whether there are many more iterations by now, or all."""
        ahead = self.ahead
        return ahead is not None and (
            not ahead.is_running or ahead.latest.iterations >= 2 * self.iterations
        )

    def grown(self) -> Program:
        """Build it with the iterations that were recorded by now, and with the same cost."""
        assert self.ahead is not None
        rest = self.ahead if self.ahead.is_running else None
        recorded = self.ahead.latest
        cost = _free(recorded) if self.loss is not None else self.cost
        return replace(self, recorded=recorded, iterations=recorded.iterations, cost=cost,
                       ahead=rest).program()  # fmt: skip

    def again(self, keep_going: Callable[[], bool]) -> Program:
        """Run the script again and record it; raises `ScriptError` where nothing was recorded."""
        recorded, _ = record(self.path, self.options, lambda _iterations, _seconds: keep_going())
        cost = self.options.cost or None
        return ScriptOrigin(self.path, recorded, {}, recorded.iterations, cost,
                            options=self.options).program()  # fmt: skip


def _grown(variables: Mapping[str, Variable], carried: Mapping[str, str]) -> str:
    """Say which value an iteration gives another shape, so that there is no next one like it."""
    for id_, end in carried.items():
        before, after = (sizes(variables[each].shape) for each in (id_, end))
        if before != after:
            return (f"{variables[id_].spelled} has the shape {before} at first and {after} after "
                    "the first iteration: only that one is shown")  # fmt: skip
    return ""


def _free(recorded: Recorded) -> str:
    """Find a variable for a loss that a script does not compute."""
    return next(each for each in ("loss", "cost", "standard_loss") if each not in recorded.spelled)


def _place(line: RecordedLine) -> Place:
    return line.id, line.file, line.row


def _best(origins: Iterable[ScriptOrigin]) -> tuple[ScriptOrigin | None, int]:
    """Give the one that the most parameters agree with, the first of several, and how many do.

    None if none does.
    """
    best, most = None, 0
    for origin in origins:
        evidence = _evidence(origin)
        if evidence > most:
            best, most = origin, evidence
        if most == len(trained(origin.recorded)):
            break  # no other can have more
    return best, most


def _evidence(origin: ScriptOrigin) -> int:
    """Count the parameters that show that a program descends its cost; it depends on all of them.

    Their gradients are lines, or their steps are a constant times the slope. Fewer than half of
    them show nothing of a number that other lines read: some line is parallel to a slope of any.
    What updates read is a gradient, unless all parameters follow it.
    """
    parameters = trained(origin.recorded)
    try:
        program = origin._form(0)
    except ExpressionError:  # a standard loss of what does not fit
        return 0
    if not parameters <= _ancestors(program, program.cost) or is_linear(program):
        return 0
    measured = {line.gradient_of for line in program.lines if line.evidence is Evidence.MEASURED}
    agreeing = len(parameters & (measured | {*followed(program)}))
    if is_read_by_updates(program) and agreeing < len(parameters):
        return 0
    is_read = any(program.cost in names(line.expression) for line in program.lines)
    return agreeing if 2 * agreeing >= len(parameters) or not is_read else 0


def is_read_by_updates(program: Program) -> bool:
    """Tell whether an update depends on what is taken for the cost, as it does on a gradient."""
    return any(program.cost in _ancestors(program, end) for end in program.carried.values())


def _ancestors(program: Program, of: str) -> set[str]:
    """List what a value depends on."""
    found = {of}
    for line in reversed(program.lines):
        if line.target in found:
            found |= {*names(line.expression)}
    return found
