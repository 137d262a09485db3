"""A scenario whose lines are written out: gradients and caches that are handed in, in any order."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from nnscope.expression.constants import as_numpy
from nnscope.expression.errors import ExpressionError, UnknownNameError
from nnscope.expression.evaluate import held
from nnscope.expression.parse import check_name, parse
from nnscope.expression.shapes import Axis, Shape, infer, sizes
from nnscope.expression.suggest import did_you_mean
from nnscope.expression.syntax import names
from nnscope.network.evaluations import with_evaluations
from nnscope.network.expectations import with_expectations
from nnscope.network.line_shapes import explained
from nnscope.network.origin import ScenarioOrigin
from nnscope.network.overrides import Overridden, with_overrides
from nnscope.network.single import own_line
from nnscope.network.stops import stop_notes
from nnscope.program.assemble import Wording, assemble
from nnscope.program.assignment import Assignment
from nnscope.program.model import Evidence, Line, Phase, Program
from nnscope.program.notes import Notes
from nnscope.program.resolve import variable
from nnscope.scenario.errors import Problem, ScenarioError, wrong
from nnscope.scenario.model import Scenario
from nnscope.scenario.schema import LineTable, Precision


def of_lines(scenario: Scenario) -> Program:
    """Put the written lines of a scenario together, with the shape of each checked.

    What a line makes of a name of `[data]` is what the next iteration starts from. The cost is what
    the line of the phase `loss` makes, or one of the cost's name. Raises `ScenarioError`.
    """
    _check_names(scenario)
    written = _written(scenario.lines, scenario.dtype)
    lines, edited = with_overrides(written, scenario.overrides, scenario.dtype)
    shapes = _shapes(scenario, lines, edited)
    cost = _cost(scenario, lines)
    if cost and shapes[cost]:
        raise wrong("", f"the cost {cost} must be one number; found {sizes(shapes[cost])}")
    start = {name: held(array) for name, array in scenario.data.items()}
    meanings = dict.fromkeys(start, "data of the scenario")
    meanings |= {line.target: line.meaning for line in scenario.lines if line.meaning}
    program = assemble(
        ScenarioOrigin(scenario),
        lines,
        start,
        cost=cost,
        iterations=scenario.iterations,
        wording=Wording(meanings=meanings),
    )
    program = _with_gradients(program, scenario.lines)
    program = replace(program, notes=_notes(program, scenario))
    return with_expectations(with_evaluations(program, scenario), scenario.expects)


def _check_names(scenario: Scenario) -> None:
    targets = [(f"[[line]] {number}, target", line.target)
               for number, line in enumerate(scenario.lines, 1)]  # fmt: skip
    for where, name in [*((f"[data], {name}", name) for name in scenario.data), *targets]:
        try:
            check_name(name)
        except ExpressionError as error:
            raise wrong(where, str(error)) from None


def _written(tables: Sequence[LineTable], dtype: Precision) -> list[Assignment]:
    """Read every line; raises `ScenarioError` for each that is no expression."""
    lines, problems = list[Assignment](), list[Problem]()
    for number, table in enumerate(tables, 1):
        phase = Phase(table.phase) if table.phase else None
        if table.gradient_of:
            phase = phase or Phase.BACKWARD
        try:
            expression = own_line(as_numpy(parse(table.expression)), dtype)
        except ExpressionError as error:
            problems.append(Problem(f"[[line]] {number}, expression", str(error)))
            continue
        lines.append(Assignment(table.target, expression, phase))
    if problems:
        raise ScenarioError(problems)
    return lines


def _shapes(
    scenario: Scenario, lines: Sequence[Assignment], edited: Mapping[str, Overridden]
) -> dict[str, Shape]:
    """Infer the shape of every name behind the last line; raises `ScenarioError` at its line."""
    shapes: dict[str, Shape] = {
        name: tuple(map(Axis, array.shape)) for name, array in scenario.data.items()
    }
    for index, line in enumerate(lines):
        own = edited.get(line.target)
        where = own.where if own else f"[[line]] {index + 1}, expression"
        try:
            shape = infer(line.expression, shapes)
        except UnknownNameError as error:
            raise wrong(where, explained(error, lines[index:])) from None
        except ExpressionError as error:
            raise wrong(where, str(error)) from None
        if line.target in scenario.data and sizes(shape) != sizes(shapes[line.target]):
            message = (
                f"the result is {sizes(shape)}, but {line.target} must stay "
                f"{sizes(shapes[line.target])}, as the next iteration starts from it; give it "
                "another name"
            )
            raise wrong(where, message)
        shapes[line.target] = shape
    return shapes


def _cost(scenario: Scenario, lines: Sequence[Assignment]) -> str:
    """Name the cost; empty where there is none."""
    declared = [line.target for line in lines if line.phase is Phase.LOSS]
    named = [line.target for line in lines if line.target == scenario.names.cost]
    return next(iter(declared or named), "")


def _with_gradients(program: Program, tables: Sequence[LineTable]) -> Program:
    """Mark the lines that are declared as gradients, and what follows from them as backward."""
    lines, behind = list[Line](), set[str]()
    for index, table in enumerate(tables):
        line = _declared(program, table, index)
        if not (program.cost or table.phase) and line.phase is Phase.FORWARD:
            follows = bool(behind & {*names(line.expression)})
            line = replace(line, phase=Phase.BACKWARD if follows else Phase.FORWARD)
        if line.phase is Phase.BACKWARD:
            behind.add(line.target)
        lines.append(line)
    return replace(program, lines=tuple(lines))


def _declared(program: Program, table: LineTable, index: int) -> Line:
    """Give a line with the variable that it differentiates by, where its table says so.

    That is what an iteration starts from, or what the last line before made of the name.
    """
    line, name = program.lines[index], table.gradient_of
    if not name:
        return line
    of = name if name in program.start else variable(program, name, index)
    if not of:
        known = dict.fromkeys(program.spelled(id_) for id_ in program.variables)
        message = f"`{name}` is not a value of this program{did_you_mean(name, known)}"
        raise wrong(f"[[line]] {index + 1}, gradient_of", message)
    return replace(line, gradient_of=of, evidence=Evidence.DECLARED)


def _notes(program: Program, scenario: Scenario) -> Notes:
    differentiated = {line.gradient_of for line in program.lines}
    trained = tuple(name for name in program.carried if name in differentiated)
    return Notes(
        data=tuple(name for name in scenario.data if name not in program.carried),
        parameters=trained,
        stops=stop_notes(scenario.stops),
        memory=scenario.memory,
    )
