"""Programs that no scenario was compiled to: all that is said of them holds, or nothing is."""

import numpy as np
import pytest

from nnscope.engine.find.stops import condition
from nnscope.engine.timeline import Timeline
from nnscope.engine.watch import probe
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import evaluate
from nnscope.insight.chain.factors import factors, gradient_name, literal_product, local_value, uses
from nnscope.insight.check.gradients import check_all, check_cell
from nnscope.insight.check.iteration import Iteration, iteration_at
from nnscope.insight.check.report import gradient_text, notes
from nnscope.insight.check.step_sizes import v_curve
from nnscope.insight.check.verdicts import Verdict
from nnscope.insight.health.iteration_values import Moment
from nnscope.insight.health.norms import layer_norms, sampled_norms, squares
from nnscope.insight.health.rules import RULES, examine
from nnscope.insight.line.sentence import sentence
from nnscope.insight.line.shape_sheet import dimensions, render
from nnscope.insight.stop_text import read_stop
from nnscope.program.model import Program
from tests.hand_built import (
    ADDING,
    FORWARD,
    HAND_BUILT,
    LOGISTIC,
    NO_COST,
    NO_LAYERS,
    TWICE,
    HandBuilt,
)

EVERY = pytest.mark.parametrize("origin", HAND_BUILT.values(), ids=HAND_BUILT)


def said(built: Program, target: str) -> str:
    return sentence(built, built.line_of[target])


def gradients(iteration: Iteration) -> list[str]:
    return [line.target for line in iteration.gradients]


@EVERY
def test_every_moment_can_be_looked_at(origin: HandBuilt) -> None:
    built = origin.program()
    timeline = Timeline(built, sampled=squares(built))
    for _ in timeline.events(3 * len(built.lines)):
        frame = timeline.frame()
        examine(frame)
        layer_norms(Moment(frame))
        sampled_norms(built, frame.samples)
        for mathematics in (False, True):
            assert sentence(built, frame.index, mathematics).endswith(".")
        for factor in factors(built, gradient_name(built, frame.line)):
            local_value(frame, factor)
        literal_product(frame, factors(built, gradient_name(built, frame.line)))
    assert render(dimensions(built))
    for line in built.lines:
        uses(built, line.target)
        probe(built, f"np.sum({line.spelled})")
        condition(built, f"np.max({line.spelled}) > 1e9")
        assert read_stop(built, f"line {line.spelled}").is_breakpoint
    for rule in RULES:
        read_stop(built, f"health {rule.name}")


@EVERY
def test_every_gradient_is_right_at_every_iteration(origin: HandBuilt) -> None:
    built = origin.program()
    for at in (0, 1, built.iterations - 1) if built.cost else ():
        iteration = iteration_at(built, at)
        checks = list(check_all(iteration, names=gradients(iteration)))
        assert all(check.verdict is Verdict.RIGHT for check in checks)
        assert all(gradient_text(check) for check in checks)
        for kind, text in notes(iteration, checks):
            assert "confirmed" not in text, (kind, text)
        for line in iteration.gradients:
            cell = (0,) * np.ndim(iteration.values[line.target])
            assert check_cell(iteration, line.target, cell).verdict is Verdict.RIGHT
            assert len(v_curve(iteration, line.target, cell).errors)


@pytest.mark.parametrize(
    ("origin", "target", "expression", "ratio"),
    [
        (LOGISTIC, "g", "error @ examples.T * 6", 6),
        (TWICE, "dW1", "d @ X.T / m", 1 / 6),
        (NO_LAYERS, "dx", "x - 3", 0.5),
    ],
)
def test_a_wrong_scale_is_found(
    origin: HandBuilt, target: str, expression: str, ratio: float
) -> None:
    built = origin.program().edited(target, expression)
    iteration = iteration_at(built, 1)
    (wrong,) = [each for each in check_all(iteration, names=gradients(iteration))
                if each.verdict is Verdict.WRONG]  # fmt: skip
    assert wrong.name == target
    assert wrong.worst.analytic / wrong.worst.expected == pytest.approx(ratio)


def test_the_chain_rule_of_names_that_are_assigned_twice() -> None:
    built = TWICE.program()
    steps = [(each.link.above, each.link.below) for each in factors(built, "W1")]
    assert steps == [("J", "out"), ("out", "z_2"), ("z_2", "a"), ("a", "z"), ("z", "W1")]
    assert [each.backward for each in factors(built, "W1")] == [5, 6, 8, 8, 9]
    timeline = Timeline(built)
    timeline.seek(len(built.lines))
    frame = timeline.frame()
    local = local_value(frame, factors(built, "W1")[1])
    out = np.asarray(frame.values["out"])
    assert local is not None
    np.testing.assert_allclose(np.asarray(local), out * (1 - out))


def test_the_product_of_the_factors_is_the_gradient() -> None:
    built = NO_LAYERS.program()
    timeline = Timeline(built)
    timeline.seek(3)
    product = literal_product(timeline.frame(), factors(built, "x"))
    assert product is not None
    assert product[1] == pytest.approx(2 * (0.5 - 3))


def test_where_no_chain_can_be_told_there_is_none() -> None:
    for origin in (ADDING, NO_COST, FORWARD):
        built = origin.program()
        for name in built.start:
            assert factors(built, name) == ()


@EVERY
def test_no_sentence_names_what_is_not_there(origin: HandBuilt) -> None:
    built = origin.program()
    text = " ".join(sentence(built, index) for index in range(len(built.lines)))
    for word in ("descent", "Cauchy", "layer", "cross entropy", "m times", "scenario"):
        assert word not in text, (word, text)


def test_sentences_of_a_program_without_a_scenario() -> None:
    built = LOGISTIC.program()
    assert said(built, "g").startswith(
        "g, the gradient of penalty with respect to theta, is the matrix product"
    )
    assert said(built, "theta_next") == "theta becomes theta minus (pace * speed)."
    wrong = LOGISTIC.program().edited("h", "np.sum(error, axis=1, keepdims=True) + 1")
    assert said(wrong, "h").startswith(
        "h, meant to be the gradient of penalty with respect to offset, is "
    )
    guessed = HandBuilt("guessed", "J = w ** 2\ndw = 3 * w * w\nw = w - rate * dw",
                        {"w": np.float64(2), "rate": np.float64(0.1)}, "J").program()  # fmt: skip
    assert said(guessed, "dw").startswith(
        "dw, meant to be the gradient of J with respect to w, is "
    )


@EVERY
def test_an_edit_goes_on_and_is_checked_for_its_shape(origin: HandBuilt) -> None:
    built = origin.program()
    line = built.lines[0]
    edited = built.edited(line.target, f"({line.text.partition(' = ')[2]}) * 1.5")
    assert edited.lines[0].is_edited
    timeline = Timeline(edited)
    timeline.seek(timeline.length)
    frame = timeline.frame()
    assert np.isfinite(np.asarray(frame.values[line.target])).all()
    with pytest.raises(ExpressionError):
        built.edited(line.target, "nothing_of_this_name")


def test_health_is_silent_about_what_a_program_does_not_have() -> None:
    for origin in (NO_LAYERS, FORWARD, NO_COST):
        built = origin.program()
        timeline = Timeline(built)
        timeline.seek(timeline.length)
        assert examine(timeline.frame()) == ()


def test_a_value_of_before_and_after_in_one_condition() -> None:
    built = LOGISTIC.program()
    stop = condition(built, "np.max(np.abs(speed)) > 0 and penalty < 0.6")
    timeline = Timeline(built)
    timeline.search_forwards([stop])
    assert stop.expression is not None
    assert bool(evaluate(stop.expression, timeline.frame().values))
