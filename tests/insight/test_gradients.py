"""The gradient check: right where all is right, and for each slip the number that names it."""

import numpy as np
import pytest
from hypothesis import given

from nnscope.engine.keep.history import Interrupted
from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError, UnknownNameError
from nnscope.insight.check.blind_spots import blind_spots
from nnscope.insight.check.comparison import GradientCheck
from nnscope.insight.check.gradients import (
    cells_of,
    check_all,
    check_cell,
    check_gradient,
    parameter_gradients,
)
from nnscope.insight.check.iteration import Iteration, iteration_at, iteration_of
from nnscope.insight.check.step_sizes import v_curve
from nnscope.insight.check.verdicts import Verdict, customary, relative_errors
from nnscope.program.model import Program
from tests.examples import examples
from tests.samples import NEURON, PAIR, Sample, library, program, samples

TRAINED = ("deep_network", "deep_network_he", "single_neuron", "single_neuron_relu", "two_layer")
XOR = """\
[data]
X = [[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]]
Y = [[0.0, 1.0, 1.0, 0.0]]
[[layer]]
units = 3
activation = "{}"
weights = {{ draw = "{}" }}
[[layer]]
units = 1
activation = "sigmoid"
weights = {{ draw = "randn" }}
[loss]
name = "binary_cross_entropy"
[training]
learning_rate = 0.5
iterations = 20
"""


EXACT = "dAN * np.exp(-ZN) / (1 + np.exp(-ZN)) ** 2"
SATURATED = "seed = 0\n" + "".join([
    '[data]\nX = { draw = "randn", shape = [3, 5] }\nY = { draw = "rand", shape = [4, 5] }\n',
    *['[[layer]]\nunits = 4\nactivation = "sigmoid"\nweights = { draw = "randn", scale = 8 }\n']
    * 2,
    '[loss]\nname = "mean_squared_error"\n[training]\nlearning_rate = 0.1\n',
    *[f'[[override]]\ntarget = "dZ{n}"\nexpression = "{EXACT.replace("N", n)}"\n' for n in "12"],
])  # fmt: skip


def override(target: str, expression: str, text: str = PAIR) -> Program:
    return program(f'{text}[[override]]\ntarget = "{target}"\nexpression = "{expression}"\n')


def everything(ground: Iteration) -> list[GradientCheck]:
    return list(check_all(ground, names=[line.target for line in ground.gradients]))


@pytest.mark.parametrize("name", TRAINED)
@pytest.mark.parametrize("last", [False, True])
def test_the_library_is_right(name: str, last: bool) -> None:
    built = library(name)
    ground = iteration_at(built, built.iterations - 1 if last else 0)
    for check in everything(ground):
        assert check.verdict is Verdict.RIGHT, check.name
        assert check.checked.all()
        assert check.error < 1e-9
        assert check.centred_verdict is not Verdict.WRONG


def test_the_slip_of_the_library_is_a_stale_m() -> None:
    checks = {
        check.name: check for check in everything(iteration_at(library("two_layer_as_printed"), 0))
    }
    assert {name for name, check in checks.items() if check.verdict is Verdict.WRONG} == {
        "dW2", "db2", "dW1", "db1"
    }  # fmt: skip
    for name in ("dW2", "db2", "dW1", "db1"):
        ratio = checks[name].ratio
        assert ratio is not None
        assert ratio.value == pytest.approx(3 / 400, rel=1e-12)
        assert ratio.meanings == ("m/400 = 3/400",)
    assert checks["dZ1"].verdict is Verdict.RIGHT
    assert checks["dZ1"].postponed is not None
    assert checks["dZ1"].postponed.value == 3


@examples(25)
@given(sample=samples())
def test_every_network_without_a_slip_is_right(sample: Sample) -> None:
    for check in everything(iteration_at(sample.program(), 0)):
        assert check.verdict in (Verdict.RIGHT, Verdict.KINK), (check.name, check.error)


@pytest.mark.parametrize(
    ("target", "expression", "meaning"),
    [
        ("dW2", "dZ2 @ A1.T", "m = 3"),
        ("dW2", "dZ2 @ A1.T / m / m", "1/m = 1/3"),
        ("dW2", "2 * (dZ2 @ A1.T) / m", "2"),
        ("dW2", "dZ2 @ A1.T / m / 2", "1/2"),
        ("dW2", "-(dZ2 @ A1.T) / m", "-1"),
        ("dW1", "dZ1 @ X.T / 400", "m/400 = 3/400"),
        ("db1", "-2 * np.sum(dZ1, axis=1, keepdims=True) / m", "-2"),
        ("db2", "np.mean(dZ2, axis=1, keepdims=True) / m", "1/m = 1/3"),
        ("dZ2", "Y - A2", "-1"),
        ("dZ2", "2 * (A2 - Y)", "2"),
    ],
)
def test_a_slip_of_scale_is_named(target: str, expression: str, meaning: str) -> None:
    check = check_gradient(iteration_at(override(target, expression), 0), target)
    assert check.verdict is Verdict.WRONG
    assert check.centred_verdict is Verdict.WRONG
    assert check.ratio is not None
    assert meaning in check.ratio.meanings
    assert check.wrong.all()


def test_both_are_said_where_two_names_fit() -> None:
    two = PAIR.replace("X = [[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]]", "X = [[1.0, 2.0], [0.5, 3.0]]")
    built = override("dW2", "dZ2 @ A1.T", two.replace("Y = [[1.0, 0.0, 1.0]]", "Y = [[1.0, 0.0]]"))
    check = check_gradient(iteration_at(built, 0), "dW2")
    assert check.ratio is not None
    assert check.ratio.meanings[:2] == ("2", "m = 2")
    assert "2 or m = 2" in check.ratio.text


@pytest.mark.parametrize(
    ("target", "expression"),
    [
        ("dZ1", "W2.T @ dZ2 * (1 - Z1 ** 2)"),
        ("dZ1", "W2.T @ dZ2"),
        ("dZ1", "dW2.T @ dZ2 * (1 - A1 ** 2)"),
        ("dZ2", "(A2 - Y) * A2 * (1 - A2)"),
        ("dW1", "dZ1.T[:2] @ X.T[:2] / m"),
        ("dW1", "(dZ1 @ X.T / m).T"),
    ],
)
def test_other_slips_have_no_constant_ratio(target: str, expression: str) -> None:
    check = check_gradient(iteration_at(override(target, expression), 0), target)
    assert check.verdict is Verdict.WRONG
    assert check.ratio is None
    assert check.worst.verdict is Verdict.WRONG


def test_the_cost_decides_and_not_the_other_lines() -> None:
    built = override("J", "np.sum((A2 - Y) ** 2) / m")
    assert check_gradient(iteration_at(built, 0), "dW2").verdict is Verdict.WRONG


def test_a_wrong_derivative_at_a_tiny_start() -> None:
    # |Z1| is about 0.03: the centred difference passes it, the complex step does not
    text = PAIR.replace("[[0.5, -0.25], [0.125, 1.0]]", "[[0.01, -0.02], [0.01, 0.005]]")
    built = override("dZ1", "W2.T @ dZ2 * (1 - Z1 ** 2)", text.replace("bias = 0.1", "bias = 0.0"))
    ground = iteration_at(built, 0)
    check = check_gradient(ground, "dW1")
    assert check.verdict is Verdict.WRONG
    assert check.centred_verdict in (Verdict.RIGHT, Verdict.FAIR)
    (spot,) = blind_spots(ground)
    assert (spot.activation, spot.slip) == ("A1", "1 - Z1 ** 2")
    assert spot.change < 1e-4
    assert "could miss a mistake" in spot.text


def test_an_ordinary_start_is_not_blind() -> None:
    assert list(blind_spots(iteration_at(program(PAIR), 0))) == []
    assert list(blind_spots(iteration_at(library("deep_network"), 0))) == []  # relu is not bent


@pytest.mark.parametrize("activation", ["relu", "tanh", "leaky_relu"])
@pytest.mark.parametrize("draw", ["zeros", "ones", "randn"])
def test_cancelled_and_kinked_gradients_are_excused(activation: str, draw: str) -> None:
    # the inputs 0, 0 put every sum on the kink; equal weights make sums that cancel
    for check in everything(iteration_at(program(XOR.format(activation, draw)), 0)):
        assert check.verdict in (Verdict.RIGHT, Verdict.KINK), check.name
        assert check.centred_verdict is not Verdict.WRONG


def test_cells_at_a_kink_are_named() -> None:
    check = check_gradient(iteration_at(program(XOR.format("relu", "randn")), 0), "db1")
    assert check.verdict is Verdict.RIGHT  # reverse mode decides as the program does
    assert check.worst.kink  # the first example puts every unit at 0
    assert check.centred_verdict is Verdict.KINK


def test_the_other_slope_at_a_kink_is_excused() -> None:
    built = override("dZ1", "W2.T @ dZ2 * (Z1 >= 0)", XOR.format("relu", "randn"))
    check = check_gradient(iteration_at(built, 0), "db1")
    assert check.verdict is Verdict.KINK
    assert check.kinks.any()
    assert not check.wrong.any()
    wrong = override("dZ1", "W2.T @ dZ2 * (A1 >= 0)", XOR.format("relu", "randn"))
    assert check_gradient(iteration_at(wrong, 0), "dZ1").verdict is Verdict.WRONG


def test_saturated_units_lose_digits_but_are_right() -> None:
    text = PAIR.replace("weights = [[0.75, -1.0]]", "weights = [[9.0, -9.0]]").replace("0.2", "8.0")
    for check in everything(iteration_at(program(text), 0)):
        assert check.verdict is Verdict.RIGHT, (check.name, check.error)


@pytest.mark.parametrize("seed", range(6))
def test_another_right_form_of_a_saturated_slope_is_excused(seed: int) -> None:
    """Where 1 - A has lost its digits, A (1 - A) and e^-Z / (1 + e^-Z)² differ by rounding."""
    built = program(SATURATED.replace("seed = 0", f"seed = {seed}"))
    checks = everything(iteration_at(built, 0))
    assert {check.verdict for check in checks} == {Verdict.RIGHT}
    assert sum(int(check.excused.sum()) for check in checks) > 0
    off = built.edited("dZ2", f"{EXACT} * 1.001".replace("N", "2"))
    assert check_gradient(iteration_at(off, 0), "dZ2").verdict is Verdict.WRONG


def test_a_cost_that_is_not_finite_has_no_slope() -> None:
    text = PAIR.replace("weights = [[0.75, -1.0]]", "weights = [[0.75, 900.0]]")
    ground = iteration_at(program(text), 0)
    assert not np.isfinite(ground.cost)
    assert check_gradient(ground, "dW2").verdict is Verdict.UNTOLD


def test_a_gradient_that_is_nan_is_wrong() -> None:
    built = override("dW2", "dZ2 @ A1.T / (m - 3)")
    check = check_gradient(iteration_at(built, 0), "dW2")
    assert check.verdict is Verdict.WRONG
    assert check.ratio is None


def test_a_gradient_of_another_shape() -> None:
    built = override("db1", "np.sum(dZ1) / m")
    check = check_gradient(iteration_at(built, 0), "db1")
    assert (check.verdict, check.own_shape) == (Verdict.WRONG, ())
    assert check.analytic.shape == (2, 1)
    constant = override(
        "J", "np.sum(b1)", PAIR + '[[override]]\ntarget = "db1"\nexpression = "1"\n'
    )
    assert check_gradient(iteration_at(constant, 0), "db1").verdict is Verdict.RIGHT
    no_training = PAIR.partition("[training]")[0]
    ground = iteration_at(override("dW1", "dZ1", no_training), 0)
    with pytest.raises(ExpressionError, match=r"dW1 has the shape \(2, 3\), W1 has \(2, 2\)"):
        check_gradient(ground, "dW1")


def test_one_cell() -> None:
    ground = iteration_at(program(PAIR), 3)
    whole = check_gradient(ground, "dW1")
    one = check_cell(ground, "W1", (1, 0))
    assert (one.name, one.of, one.cell) == ("dW1", "W1", (1, 0))
    assert one.analytic == whole.analytic[1, 0]
    assert one.expected == pytest.approx(whole.expected[1, 0], rel=1e-12)
    assert one.verdict is one.centred_verdict is Verdict.RIGHT
    assert not one.kink
    in_between = check_cell(ground, "dZ1", (0, 2))
    assert in_between.postponed is not None
    assert in_between.postponed.text("dZ1", "Z1", "J").startswith("dZ1 is m = 3 times dJ/dZ1")


def test_a_single_neuron_by_hand() -> None:
    # w x + b = 0, a = 1/2: da = 2 (a - y) = -1, dz = -1/4, dw = -1/2, db = -1/4
    found = {check.name: check.worst for check in everything(iteration_at(program(NEURON), 0))}
    assert {name: worst.expected for name, worst in found.items()} == pytest.approx(
        {"da": -1, "dz": -0.25, "dw": -0.5, "db": -0.25}, rel=1e-14
    )
    assert {worst.cell for worst in found.values()} == {()}


def test_the_v_curve_falls_and_rises() -> None:
    curve = v_curve(iteration_at(program(PAIR), 0), "dW1", (0, 1))
    assert curve.steps.tolist() == pytest.approx([10.0**-k for k in range(1, 13)])
    bottom = int(np.argmin(curve.errors))
    assert 3 <= bottom <= 7  # between 1e-4 and 1e-8
    assert curve.errors[0] > 1e3 * curve.errors[bottom]
    assert curve.errors[-1] > 1e3 * curve.errors[bottom]
    wrong = v_curve(iteration_at(override("dW1", "dZ1 @ X.T"), 0), "dW1", (0, 1))
    assert np.all(wrong.errors > 0.5)


def test_a_sample_is_stated_and_the_same_every_time() -> None:
    ground = iteration_at(program(PAIR), 0)
    first, second = (check_gradient(ground, "dW1", sample=2) for _ in range(2))
    assert first.checked.sum() == 2
    assert np.array_equal(first.checked, second.checked)
    assert np.isnan(first.errors[~first.checked]).all()
    assert not np.isnan(first.errors[first.checked]).any()
    assert check_gradient(ground, "dW1", sample=99).checked.all()


def test_all_parameters_with_progress() -> None:
    ground = iteration_at(program(PAIR), 0)
    asked: list[int] = []
    names = parameter_gradients(ground.program)

    def keep_going(done: int) -> bool:
        asked.append(done)
        return True

    checks = check_all(ground, keep_going)
    assert [check.name for check in checks] == list(names) == ["dW2", "db2", "dW1", "db1"]
    assert asked == [0, 2, 3, 7]
    assert cells_of(ground, names) == 9
    assert cells_of(ground, names, 2) == 7


def test_a_check_can_be_interrupted() -> None:
    checks = check_all(iteration_at(program(PAIR), 0), lambda done: done < 3)
    assert [next(checks).name, next(checks).name] == ["dW2", "db2"]
    with pytest.raises(Interrupted):
        next(checks)


def test_any_moment_of_an_iteration_has_the_same_ground() -> None:
    built = program(PAIR)
    timeline = Timeline(built)
    wanted = check_gradient(iteration_at(built, 2), "dW1")
    for time in (2 * len(built.lines) + 1, 2 * len(built.lines) + 6, 3 * len(built.lines)):
        timeline.seek(time)
        found = check_gradient(iteration_of(timeline.frame()), "dW1")
        assert np.array_equal(found.analytic, wanted.analytic)
        assert np.array_equal(found.expected, wanted.expected)


def test_names_that_are_no_gradient() -> None:
    ground = iteration_at(program(PAIR), 0)
    with pytest.raises(UnknownNameError, match="`dW3` is not a gradient: did you mean"):
        check_gradient(ground, "dW3")
    forward = iteration_at(library("three_layer_forward"), 0)
    with pytest.raises(UnknownNameError, match="only runs forwards"):
        check_gradient(forward, "dW1")
    assert list(check_all(forward)) == []


@pytest.mark.parametrize("iteration", [-1, 12])
def test_iterations_that_are_not_run(iteration: int) -> None:
    with pytest.raises(ExpressionError, match=f"iteration {iteration} is not run: .* 0 to 11"):
        iteration_at(program(PAIR), iteration)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [(0.0, Verdict.RIGHT), (9e-8, Verdict.RIGHT), (1e-7, Verdict.FAIR), (9e-5, Verdict.FAIR),
     (1e-4, Verdict.DOUBTFUL), (9e-3, Verdict.DOUBTFUL), (0.02, Verdict.WRONG),
     (float("inf"), Verdict.WRONG), (float("nan"), Verdict.UNTOLD)],
)  # fmt: skip
def test_the_customary_bounds(error: float, verdict: Verdict) -> None:
    assert customary(error) is verdict


def test_relative_errors() -> None:
    found = relative_errors(np.array([0.0, 1.0, 0.0, 2.0, np.nan]), np.array([0.0, 2, 1, -2, 1]))
    np.testing.assert_array_equal(found, [0.0, 0.5, 1.0, 2.0, np.nan])


def test_truth_values_are_no_obstacle() -> None:
    built = program(PAIR).edited("A1", "Z1 > 0")
    names = [check.name for check in check_all(iteration_at(built, 0))]
    assert "dW1" in names
