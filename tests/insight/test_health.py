"""Each rule of the health table: on what it fires, and on what it just does not."""

import numpy as np
import pytest
from hypothesis import given
from msgspec.structs import replace

from nnscope.engine.frame import Frame
from nnscope.engine.timeline import Timeline
from nnscope.insight.health.rule import Finding, Rule
from nnscope.insight.health.rules import RULES, examine
from tests.examples import examples
from tests.samples import NEURON, PAIR, Sample, library, program, samples

RELU = PAIR.replace('"tanh"', '"relu"')
ROWS = """\
notation = "row"
[data]
X = [[1.0, 0.5], [-0.5, 2.0], [0.25, -1.5]]
Y = [[1.0], [0.0], [1.0]]
[[layer]]
units = 2
activation = "relu"
weights = [[0.5, 0.125], [-0.25, 1.0]]
bias = [0.1, -50.0]
[[layer]]
units = 1
activation = "sigmoid"
weights = [[0.75], [-1.0]]
[loss]
name = "binary_cross_entropy"
[training]
learning_rate = 0.5
iterations = 12
"""
THREE_CLASSES = """\
[data]
X = [[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]]
Y = { value = [0, 1, 2], one_hot = 3 }
[[layer]]
units = 3
activation = "softmax"
weights = [[SIZE, 0.0], [0.0, 1.0], [0.0, 0.0]]
[loss]
name = "softmax_cross_entropy"
[training]
learning_rate = 0.1
iterations = 12
"""


def rule(name: str) -> Rule:
    return next(each for each in RULES if each.name == name)


def after(text: str, iteration: int = 0, lines: int | None = None) -> Frame:
    """Give the frame at the end of an iteration, or after some of its lines."""
    built = program(text)
    timeline = Timeline(built)
    timeline.seek(iteration * len(built.lines) + (len(built.lines) if lines is None else lines))
    return timeline.frame()


def having(frame: Frame, **values: object) -> Frame:
    """Put other values into a frame, to come close to a threshold."""
    arrays = {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}
    return replace(frame, values={**frame.values, **arrays})


def found(name: str, frame: Frame) -> Finding:
    finding = rule(name).look(frame)
    assert finding is not None, f"{name} is silent"
    assert rule(name).holds(frame)
    return finding


def silent(name: str, frame: Frame) -> bool:
    assert rule(name).holds(frame) == (rule(name).look(frame) is not None)
    return not rule(name).holds(frame)


def test_every_rule_is_told_in_full() -> None:
    assert len({each.name for each in RULES}) == len(RULES)
    for each in RULES:
        assert each.measured
        assert each.reference
        assert each.advice.endswith(".")


# dead units


def test_a_unit_that_no_example_switches_on_is_dead() -> None:
    finding = found("dead units", after(RELU.replace("bias = 0.1", "bias = [[0.1], [-50.0]]")))
    assert (finding.where(), finding.value, finding.threshold) == ("A1, unit 1 (1 of 2)", 0, 1)


def test_one_example_is_enough_to_live() -> None:
    frame = after(RELU)
    assert silent("dead units", having(frame, A1=[[0, 0, 5e-324], [1, 0, 0]]))
    assert (
        found("dead units", having(frame, A1=[[0, 0, 0], [1, 0, 0]])).where()
        == "A1, unit 0 (1 of 2)"
    )
    assert silent("dead units", having(frame, A1=[[np.nan] * 3, [1, 0, 0]]))


def test_in_row_notation_a_unit_is_a_column() -> None:
    assert found("dead units", after(ROWS)).where() == "A1, unit 1 (1 of 2)"


@pytest.mark.parametrize("activation", ["tanh", "leaky_relu", "identity", "sigmoid"])
def test_other_activations_do_not_die(activation: str) -> None:
    text = PAIR.replace('"tanh"', f'"{activation}"').replace("bias = 0.1", "bias = -50.0")
    assert silent("dead units", having(after(text), A1=np.zeros((2, 3))))


# saturated units


@pytest.mark.parametrize(("slope", "fires"), [(0.999e-3, True), (1.001e-3, False)])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_saturation_begins_at_a_slope(activation: str, slope: float, fires: bool) -> None:
    frame = after(PAIR.replace('"tanh"', f'"{activation}"'))
    high = np.sqrt(1 - slope) if activation == "tanh" else (1 + np.sqrt(1 - 4 * slope)) / 2
    frame = having(frame, A1=[[high, high, 0.5], [0.5, 0.5, 0.5]])
    assert silent("saturated units", frame) != fires
    if fires:
        finding = found("saturated units", frame)
        assert finding.where() == "A1, unit 0 (1 of 2)"
        assert finding.value == pytest.approx(slope)


def test_a_minority_of_saturated_examples_is_no_finding() -> None:
    assert silent("saturated units", having(after(PAIR), A1=[[1, 0.5, 0.5], [0.5, 0.5, 1]]))


def test_weights_that_are_too_large_saturate() -> None:
    text = PAIR.replace("[[0.5, -0.25], [0.125, 1.0]]", "[[50.0, -25.0], [0.125, 1.0]]")
    assert found("saturated units", after(text)).where() == "A1, unit 0 (1 of 2)"
    assert silent("saturated units", after(PAIR))


def test_a_sure_output_is_no_finding_where_the_loss_cancels_its_slope() -> None:
    assert silent("saturated units", having(after(PAIR), A2=[[1, 1, 1]]))


def test_a_sure_output_is_a_finding_where_it_is_wrong_and_stays_so() -> None:
    frame = after(NEURON)
    assert found("saturated units", having(frame, a=1e-4)).where() == "a, unit 0 (1 of 1)"
    assert silent("saturated units", having(frame, a=1 - 1e-4))  # right: the target is 1


# gradients over the layers


@pytest.mark.parametrize(
    ("name", "ratio", "fires"),
    [
        ("vanishing gradients", 0.999e-3, True), ("vanishing gradients", 1.001e-3, False),
        ("exploding gradients", 1.001e3, True), ("exploding gradients", 0.999e3, False),
    ],
)  # fmt: skip
def test_gradients_from_the_last_layer_to_the_first(name: str, ratio: float, fires: bool) -> None:
    frame = having(after(PAIR), dZ1=np.full((2, 3), -ratio), dZ2=np.ones((1, 3)))
    assert silent(name, frame) != fires
    if fires:
        assert found(name, frame).value == pytest.approx(ratio)
        assert found(name, frame).where() == "dZ1"


def test_one_layer_has_no_ratio_and_no_error_has_none() -> None:
    assert silent("vanishing gradients", after(NEURON))
    assert silent("vanishing gradients", having(after(PAIR), dZ2=np.zeros((1, 3))))


def test_gradients_vanish_in_the_deep_network_and_not_with_a_better_start() -> None:
    for name, fires in (("deep_network", True), ("deep_network_he", False)):
        timeline = Timeline(library(name))
        timeline.seek(len(timeline.program.lines))
        assert silent("vanishing gradients", timeline.frame()) != fires


# steps


@pytest.mark.parametrize(("ratio", "fires"), [(1.001, True), (0.999, False)])
def test_a_step_as_long_as_the_weights_is_long(ratio: float, fires: bool) -> None:
    frame = having(after(PAIR), W1=[[3.0, 0], [0, 4.0]])
    frame = having(frame, W1_next=[[3.0, 5 * ratio], [0, 4.0]])
    assert silent("long steps", frame) != fires
    if fires:
        assert found("long steps", frame).where() == "W1"
        assert found("long steps", frame).value == pytest.approx(ratio)


def test_a_single_weight_may_pass_through_zero() -> None:
    assert silent("long steps", having(after(NEURON), w=0.001, w_next=-1.0))


def test_a_high_learning_rate_makes_long_steps() -> None:
    assert silent("long steps", after(PAIR))
    assert "W2" in found("long steps", after(PAIR.replace("0.5\niter", "100.0\niter"))).where()


@pytest.mark.parametrize(("ratio", "fires"), [(0.999e-6, True), (1.001e-6, False)])
def test_a_short_step_while_nothing_is_learned(ratio: float, fires: bool) -> None:
    frame = having(after(PAIR, iteration=1), W1=[[3.0, 0], [0, 4.0]])
    frame = having(frame, W1_next=[[3.0, 5 * ratio], [0, 4.0]])
    early = replace(frame, costs=np.array([1.0, 0.901]))
    assert silent("short steps", early) != fires
    assert silent("short steps", replace(frame, costs=np.array([1.0, 0.899])))


def test_a_low_learning_rate_makes_short_steps() -> None:
    assert silent("short steps", after(PAIR))
    assert found("short steps", after(PAIR.replace("0.5\niter", "1e-7\niter"))).where() == "W1, W2"


# symmetric units


def test_equal_rows_stay_equal() -> None:
    text = PAIR.replace("[[0.5, -0.25], [0.125, 1.0]]", "[[0.5, -0.25], [0.5, -0.25]]")
    text = text.replace("[[0.75, -1.0]]", "[[0.75, 0.75]]")
    finding = found("symmetric units", after(text, iteration=3))
    assert (finding.where(), finding.value) == ("W1, units 0, 1 (all 2)", 0)


def test_a_start_of_zeros_is_symmetric() -> None:
    text = PAIR.replace("[[0.5, -0.25], [0.125, 1.0]]", "0.0").replace("[[0.75, -1.0]]", "0.0")
    assert found("symmetric units", after(text)).where() == "W1, units 0, 1 (all 2)"


def test_equal_weights_part_where_their_gradients_differ() -> None:
    text = PAIR.replace("[[0.5, -0.25], [0.125, 1.0]]", "[[0.5, -0.25], [0.5, -0.25]]")
    assert silent("symmetric units", after(text))


@pytest.mark.parametrize(("apart", "fires"), [(0.9e-9, True), (1.1e-9, False)])
def test_symmetry_begins_where_float64_rounds(apart: float, fires: bool) -> None:
    frame = having(after(PAIR), W1=[[2.0, 1.0], [2.0 - 2 * apart, 1.0]], b1=[[0.5], [0.5]])
    frame = having(frame, dW1=[[1.0, 1.0], [1.0, 1.0]], db1=[[1.0], [1.0]])
    assert silent("symmetric units", frame) != fires


def test_the_twins_are_found_among_many() -> None:
    weights = np.random.default_rng(1).standard_normal((40, 2))
    weights[31] = weights[7]
    text = PAIR.replace("units = 2", "units = 40").replace("[[0.5, -0.25], [0.125, 1.0]]",
                                                           str(weights.tolist()))  # fmt: skip
    finding = found("symmetric units", after(text.replace("[[0.75, -1.0]]", "0.5")))
    assert finding.where() == "W1, units 7, 31 (2 of 40)"


def test_in_row_notation_twins_are_columns() -> None:
    text = ROWS.replace("[[0.5, 0.125], [-0.25, 1.0]]", "[[0.5, 0.5], [-0.25, -0.25]]")
    text = text.replace("[0.1, -50.0]", "[0.1, 0.1]").replace("[[0.75], [-1.0]]", "[[1.0], [1.0]]")
    assert found("symmetric units", after(text)).where() == "W1, units 0, 1 (all 2)"


# the cost


@pytest.mark.parametrize(
    ("costs", "rises"),
    [
        ([1.0, 2.0, 3.0, 4.0], 3), ([9.0, 2.0, 3.0, 4.0], 0), ([1.0, 2.0, 2.0, 3.0, 4.0], 0),
        ([1.0, 0.5, 2.0, 3.0, 4.0], 3), ([1.0, 2.0, 3.0, 4.0, 3.9], 0), ([1.0], 0),
        ([1.0, 2.0, 3.0, 4.0, 5.0], 4), ([1.0, 2.0, np.nan, 4.0, 5.0, 6.0], 0),
    ],
)  # fmt: skip
def test_three_rises_running(costs: list[float], rises: int) -> None:
    frame = replace(after(PAIR, iteration=len(costs) - 1), costs=np.array(costs))
    assert silent("rising cost", frame) == (rises == 0)
    if rises:
        finding = found("rising cost", frame)
        assert (finding.value, finding.where()) == (rises, "J")


def test_costs_that_lie_ahead_do_not_count() -> None:
    frame = replace(after(PAIR, iteration=1), costs=np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert silent("rising cost", frame)


def test_a_learning_rate_that_diverges() -> None:
    text = NEURON.replace('"sigmoid"', '"identity"')
    assert found("rising cost", after(text, iteration=3)).value == 3
    assert silent("rising cost", after(text.replace("0.5\niter", "0.05\niter"), iteration=3))


@pytest.mark.parametrize(
    ("times", "fires"),
    [(4.01, True), (3.99, False), (1 / 4.01, True), (1 / 3.99, False), (-1, True)],
)
def test_the_first_cost_is_that_of_a_guess(times: float, fires: bool) -> None:
    frame = replace(after(PAIR), costs=np.array([times * np.log(2)]))
    assert silent("cost at the start", frame) != fires


def test_only_the_first_cost_counts_at_the_start() -> None:
    assert silent("cost at the start", replace(after(PAIR, iteration=1), costs=np.ones(2) * 99))


def test_the_guess_among_three_classes() -> None:
    assert silent("cost at the start", after(THREE_CLASSES.replace("SIZE", "0.5")))
    finding = found("cost at the start", after(THREE_CLASSES.replace("SIZE", "-40.0")))
    assert finding.value == pytest.approx(finding_cost(-40.0) / np.log(3))


def finding_cost(size: float) -> float:
    return float(after(THREE_CLASSES.replace("SIZE", str(size))).costs[0])


def test_a_squared_error_has_no_guess() -> None:
    assert silent("cost at the start", replace(after(NEURON), costs=np.array([99.0])))


def test_a_logarithm_wants_probabilities() -> None:
    assert silent("outputs outside 0 to 1", after(PAIR))
    assert silent("outputs outside 0 to 1", having(after(PAIR), A2=[[0.0, 1.0, 0.5]]))
    finding = found("outputs outside 0 to 1", having(after(PAIR), A2=[[0.5, -0.1, 1.5]]))
    assert (finding.where(), finding.value) == ("A2[0, 1]", 2)
    tanh_at_the_end = PAIR.replace('"sigmoid"', '"tanh"')
    assert found("outputs outside 0 to 1", after(tanh_at_the_end))
    assert silent("outputs outside 0 to 1", having(after(NEURON), a=-0.5))  # a squared error


# broken numbers


def test_the_first_name_and_cell_that_broke() -> None:
    frame = having(after(PAIR), A1=[[0, 1, 2], [0, np.inf, np.nan]], Z2=[[np.nan] * 3])
    finding = found("non-finite values", frame)
    assert (finding.where(), finding.value) == ("A1[1, 1]", 2)
    assert silent("non-finite values", after(PAIR))
    assert silent("non-finite values", having(after(PAIR), A1=np.full((2, 3), 1e308)))


def test_a_division_by_zero_is_found_where_it_happens() -> None:
    text = PAIR + '[[override]]\ntarget = "dW2"\nexpression = "dZ2 @ A1.T / (m - 3)"\n'
    assert found("non-finite values", after(text)).where() == "dW2[0, 0]"
    assert found("non-finite values", after(text, iteration=1)).where() == "W2[0, 0]"


def test_data_is_blamed_before_what_was_made_of_it() -> None:
    frame = after(PAIR)
    frame = having(frame, X=np.full((2, 3), np.nan), Z1=[[np.nan] * 3] * 2)
    assert found("non-finite values", frame).where() == "X[0, 0]"


# data


@pytest.mark.parametrize(("largest", "fires"), [(100.1, True), (99.9, False)])
def test_features_of_different_size(largest: float, fires: bool) -> None:
    frame = having(after(PAIR), X=[[0.1, -1.0, 0.5], [largest, 0, -3.0]])
    assert silent("feature scales", frame) != fires


def test_a_feature_that_is_always_zero_and_a_single_example_have_no_scale() -> None:
    assert silent("feature scales", having(after(PAIR), X=[[0, 0, 0], [500, 1, 1]]))
    assert silent("feature scales", having(after(PAIR), X=[[0.001], [500]]))


def test_in_row_notation_a_feature_is_a_column() -> None:
    assert silent("feature scales", having(after(ROWS), X=[[1, 1], [500, 500], [0, 0]]))
    assert found("feature scales", having(after(ROWS), X=[[1, 500], [1, 0]])).value == 500


@pytest.mark.parametrize(("ones", "where"), [(91, "Y, class 1 (1 of 2)"), (90, ""), (10, ""),
                                             (9, "Y, class 0 (1 of 2)")])  # fmt: skip
def test_one_class_has_nearly_all_examples(ones: int, where: str) -> None:
    frame = having(after(PAIR), Y=[[1] * ones + [0] * (100 - ones)])
    assert silent("class imbalance", frame) == (not where)
    if where:
        assert found("class imbalance", frame).where() == where


def test_classes_with_one_output_each() -> None:
    frame = after(THREE_CLASSES.replace("SIZE", "0.5"))
    assert silent("class imbalance", frame)
    targets = np.zeros((3, 20))
    targets[2] = 1
    assert found("class imbalance", having(frame, Y=targets)).where() == "Y, class 2 (1 of 3)"


def test_targets_that_are_no_classes_have_no_balance() -> None:
    assert silent("class imbalance", having(after(PAIR), Y=[[0.5, 1, 1]]))
    assert silent("class imbalance", after(NEURON))


# time


def test_a_rule_waits_for_its_lines_and_looks_back_meanwhile() -> None:
    text, name = RELU.replace("bias = 0.1", "bias = [[0.1], [-50.0]]"), "dead units"
    assert silent(name, after(text, lines=1))
    assert not examine(after(text, lines=1))
    assert not found(name, after(text, lines=2)).is_stale
    next_iteration = after(text, iteration=1, lines=1)
    assert silent(name, next_iteration)  # a stop must not hold for what is over
    stale = next(each for each in examine(next_iteration) if each.rule.name == name)
    assert (stale.is_stale, stale.where()) == (True, "A1, unit 1 (1 of 2)")


def test_a_rule_is_the_same_in_both_directions() -> None:
    timeline = Timeline(program(PAIR.replace("0.5\niter", "60.0\niter")))
    forwards = []
    while timeline.time < timeline.length:
        forwards.append([each.holds(timeline.frame()) for each in RULES])
        timeline.step()
    assert any(any(moment) for moment in forwards)
    for wanted in reversed(forwards):
        timeline.back()
        assert [each.holds(timeline.frame()) for each in RULES] == wanted


@examples(25)
@given(samples(iterations=2))
def test_no_program_upsets_the_rules(sample: Sample) -> None:
    timeline = Timeline(sample.program())
    for _ in timeline.events():
        for finding in examine(timeline.frame()):
            assert finding.where()
            assert finding.comparison


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("single_neuron", set()), ("single_neuron_relu", set()), ("three_layer_forward", set()),
        ("two_layer", set()), ("two_layer_as_printed", set()), ("deep_network_he", {"dead units"}),
        ("deep_network", {"vanishing gradients", "dead units", "short steps"}),
    ],
)  # fmt: skip
def test_what_the_library_shows(name: str, wanted: set[str]) -> None:
    timeline = Timeline(library(name))
    lines, last = len(timeline.program.lines), timeline.program.iterations
    seen = set()
    for iteration in [*range(1, min(last, 20)), *range(20, last, 97), last]:
        timeline.seek(iteration * lines)
        seen |= {finding.rule.name for finding in examine(timeline.frame())}
    assert seen == wanted


def test_a_dead_unit_of_the_library_is_really_dead() -> None:
    timeline = Timeline(library("deep_network_he"))
    timeline.seek(timeline.length)
    assert not np.asarray(timeline.frame().values["A2"])[:2].any()
    assert found("dead units", timeline.frame()).where() == "A2, units 0, 1 (2 of 3)"


def test_a_vector_of_one_example_has_units() -> None:
    text = ROWS.replace("[[1.0, 0.5], [-0.5, 2.0], [0.25, -1.5]]", "[1.0, 0.5]")
    text = text[: text.index("[loss]")]
    assert found("dead units", after(text)).where() == "A1, unit 1 (1 of 2)"


def test_many_units_are_cut_and_names_become_symbols() -> None:
    text = RELU.replace("units = 2", "units = 12").replace("bias = 0.1", "bias = -50.0")
    text = text.replace("[[0.5, -0.25], [0.125, 1.0]]", "0.5").replace("[[0.75, -1.0]]", "0.5")
    finding = found("dead units", after(text))
    assert finding.where() == "A1, units 0, 1, 2, 3, 4, 5, 6, 7 and 4 more (all 12)"
    assert finding.where({"A1": "A₁"}).startswith("A₁, units 0,")
    assert finding.comparison == "0, should be at least 1"


def test_a_batch_is_judged_by_its_own_targets() -> None:
    text = PAIR.replace('"binary_cross_entropy"', '"mean_squared_error"')
    built = program(text.replace("[training]\n", "[training]\nbatch_size = 2\n"))
    timeline = Timeline(built)
    for _ in range(timeline.length):
        timeline.step()
        examine(timeline.frame())


@pytest.mark.parametrize(
    ("target", "expression"),
    [("db1", "np.sum(dZ1, axis=0, keepdims=True)[:, 0:1]"), ("db1", "1"), ("dW1", "1"),
     ("dW1", "dZ1 @ X.T[:, 0:1] / m"), ("dZ1", "A2 - Y")],
)  # fmt: skip
def test_a_gradient_that_broadcasts_upsets_no_rule(target: str, expression: str) -> None:
    own = f'[[override]]\ntarget = "{target}"\nexpression = "{expression}"\n'
    built = program(PAIR + own)
    for lines in range(2 * len(built.lines)):
        examine(after(PAIR + own, 0, lines))


def test_a_gradient_that_broadcasts_belongs_to_every_unit() -> None:
    twins = PAIR.replace("[[0.5, -0.25], [0.125, 1.0]]", "[[0.5, 0.25], [0.5, 0.25]]")
    own = '[[override]]\ntarget = "{}"\nexpression = "1"\n'
    frame = after(twins + own.format("dW1") + own.format("db1"))
    assert found("symmetric units", frame).where() == "W1, units 0, 1 (all 2)"


def test_a_negative_learning_rate_is_told_from_the_start() -> None:
    uphill = PAIR.replace("learning_rate = 0.5", "learning_rate = -0.5")
    finding = found("negative learning rate", after(uphill, lines=0))
    assert (finding.value, finding.where()) == (-0.5, "learning_rate")
    for rate in ("0.0", "0.5"):
        text = PAIR.replace("learning_rate = 0.5", f"learning_rate = {rate}")
        assert silent("negative learning rate", after(text))
    assert silent("negative learning rate", after(NEURON.partition("[training]")[0]))
