"""What is said of a program of float32: its types, gradients, printed numbers and health."""

import json

import numpy as np
import pytest

from nnscope.api import Network
from nnscope.engine.timeline import Timeline
from nnscope.export.run_loop import plain_loop_text, run_loop_text
from nnscope.export.trace import as_json, as_text
from nnscope.insight.check.gradients import check_all
from nnscope.insight.check.iteration import iteration_at
from nnscope.insight.check.printed_numbers import verify
from nnscope.insight.check.report import notes
from nnscope.insight.check.updates import check_updates
from nnscope.insight.check.verdicts import Verdict
from nnscope.insight.health.rules import examine
from nnscope.insight.line.operands import operands
from nnscope.insight.line.shape_sheet import dimensions
from nnscope.program.model import Program
from tests.samples import PAIR, program

TEXT = 'dtype = "float32"\n' + PAIR
HIDDEN = '[[override]]\ntarget = "dW1"\nexpression = "dZ1 @ X.T * 1.000001 / m"\n'
"""Wrong by a millionth, which in float32 is lost among the roundings of a sum."""


@pytest.fixture(scope="module")
def built() -> Program:
    return program(TEXT)


def test_formulas_are_checked_in_64_bits_and_it_is_said(built: Program) -> None:
    iteration = iteration_at(built, 3)
    checks = list(check_all(iteration))
    assert {check.verdict for check in checks} == {Verdict.RIGHT}
    assert max(check.error for check in checks) < 1e-12
    assert {each.verdict for each in check_updates(iteration)} == {Verdict.RIGHT}
    assert any("float32" in text for _, text in notes(iteration, checks))


def test_a_mistake_that_float32_would_hide_is_found() -> None:
    found = {
        check.name: check.verdict for check in check_all(iteration_at(program(TEXT + HIDDEN), 0))
    }
    assert found.pop("dW1") is Verdict.WRONG
    assert {*found.values()} == {Verdict.RIGHT}


@pytest.mark.parametrize(("value", "agrees"), [
    ("0.40250614", True), ("0.402506143", True), ("0.4025062", False), ("0.402506", False),
])  # fmt: skip
def test_a_printed_number_is_the_nearest_of_float32(value: str, agrees: bool) -> None:
    (check,) = verify(program(f'{TEXT}[[expect]]\nname = "J"\niteration = 0\nvalue = {value}\n'))
    assert check.passed is agrees


def test_the_type_stands_where_it_is_not_float64(built: Program) -> None:
    timeline = Timeline(built)
    event = timeline.step()
    assert [each.heading for each in operands(timeline.frame())][-1] == "Z1 (n1=2, m=3) float32"
    assert json.loads(as_json(event))["dtype"] == "float32"
    assert as_text(event).splitlines()[0].endswith("(2, 3) float32")
    assert {row.type for row in dimensions(built).arrays} == {"float32"}
    assert "(2,3) float32" in run_loop_text(built)
    assert "_carried_on(W1_next, _float32)" in plain_loop_text(built)


def test_other_data_are_taken_in_the_same_type(built: Program) -> None:
    (found,) = Network(built).evaluate(after=2, X=[[1.0], [2.0]])
    (output,) = found.results.values()
    assert np.asarray(output).dtype == np.float32


@pytest.mark.parametrize(("head", "is_symmetric"), [('dtype = "float32"\n', True), ("", False)])
def test_units_that_differ_by_rounding_alone_are_symmetric(head: str, is_symmetric: bool) -> None:
    text = head + PAIR.replace("[[0.5, -0.25], [0.125, 1.0]]", "[[0.5, -0.25], [0.500001, -0.25]]")
    timeline = Timeline(program(text.replace("[[0.75, -1.0]]", "[[0.75, 0.75]]")))
    timeline.seek(timeline.clock.begin(1))
    found = {finding.rule.name for finding in examine(timeline.frame())}
    assert ("symmetric units" in found) is is_symmetric
