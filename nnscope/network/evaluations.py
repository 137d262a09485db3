"""The `[[evaluate]]` tables of a scenario: its program's forward pass on other data."""

from msgspec.structs import replace

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import held
from nnscope.program.evaluations import Evaluation, evaluation
from nnscope.program.model import Program
from nnscope.scenario.errors import Problem, ScenarioError
from nnscope.scenario.model import OtherData, Scenario


def with_evaluations(program: Program, scenario: Scenario) -> Program:
    """Give the program with every table; raises `ScenarioError` for data that do not fit it."""
    found, problems = list[Evaluation](), list[Problem]()
    for table in scenario.evaluations:
        try:
            found.append(_evaluation(program, scenario, table))
        except ExpressionError as error:
            problems.append(Problem(table.where, str(error)))
    if problems:
        raise ScenarioError(problems)
    return replace(program, notes=replace(program.notes, evaluations=tuple(found)))


def _evaluation(program: Program, scenario: Scenario, table: OtherData) -> Evaluation:
    """Prepare one: what it does not give is that of `[data]`, whole, and not of a batch.

    Inputs without targets of their own have none.
    """
    names = scenario.names
    has_targets = names.input not in table.data or names.target in table.data
    without = set[str]() if has_targets else {names.target}
    arrays = {**scenario.data, **table.data}
    data = {name: held(array) for name, array in arrays.items() if name not in without}
    return evaluation(program, table.name, data, table.values, without)
