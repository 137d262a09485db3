"""Programs that are easily run wrong: lines of a user's own, in every way of running."""

import re
from typing import Any

import numpy as np
import pytest

from nnscope.engine.changes import Begins, By, Change, Sign
from nnscope.engine.find.nonfinite import Guard
from nnscope.engine.find.search import Found, Search
from nnscope.engine.find.stops import Stop, condition, line_stop
from nnscope.engine.keep.history import Interrupted, always
from nnscope.engine.run.choose import RunLoops
from nnscope.engine.run.flat_state import Flat
from nnscope.engine.run.loop import Keep
from nnscope.engine.run.machine import Machine, Recording
from nnscope.engine.timeline import Timeline
from nnscope.engine.watch import Watched, probe
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import evaluate, freeze
from nnscope.program.model import Program
from tests.engine.histories import Plain
from tests.hand_built import HandBuilt
from tests.samples import NEURON, PAIR, program, same_moment

FALLING = "np.sum((A2 - Y) ** 2) / (1 + np.sum((A2 - Y) ** 2)) - np.max(A2 - Y)"


def own(target: str, expression: str, text: str = PAIR) -> Program:
    return program(f'{text}\n[[override]]\ntarget = "{target}"\nexpression = "{expression}"\n')


def assert_agreement(built: Program) -> None:
    """Hold step mode, events and run mode against every line evaluated by itself."""
    plain = Plain(built)
    by_events, by_steps, by_run = Timeline(built), Timeline(built), Timeline(built)
    kept = []
    for _ in by_events.events():
        kept.append(by_events.frame())
        by_steps.step()
        assert plain.agrees(by_steps.frame())
    assert all(plain.agrees(frame) for frame in kept)
    by_run.seek(by_run.length)
    assert plain.agrees(by_run.frame())
    for time in range(by_run.length, -1, -7):
        by_run.seek(time)
        assert plain.agrees(by_run.frame())


@pytest.mark.parametrize(("target", "expression"), [
    ("A1", "np.sum(np.tanh(Z1) * 2) / (1 + np.sum(np.tanh(Z1) * 2)) + np.tanh(Z1)"),
    ("A1", "np.tanh(Z1)[::-1]"),
    ("A1", "np.tanh(Z1)[:, ::-1]"),
    ("A1", "np.tanh(Z1.T).T"),
    ("A1", "(np.tanh(Z1).T * 2).T"),
    ("A1", "Z1"),
    ("A1", "np.tanh(Z1) + (Z1 > 0) ** 2.0 * 0.5"),
    ("A1", "-((Z1 > 0) * 1.0)"),
    ("A1", "-((Z1 > 0) * 1) + 0.5 * Z1"),
    ("A1", "softmax(softmax(softmax(Z1, axis=0), axis=0), axis=0)"),
    ("Z1", "np.matmul(W1, X) + b1"),
    ("Z2", "np.dot(W2, A1) + b2[0, 0]"),
    ("dZ1", "(W2.T @ dZ2) * np.where(Z1 > 0, 1, 0.5)"),
    ("dW1", "(X @ dZ1.T).T / m"),
    ("W1", "(W1 - learning_rate * dW1) * (np.abs(W1) > 0.01)"),
    ("W1", "(W1.T - learning_rate * (X @ dZ1.T) / m).T"),
])  # fmt: skip
@pytest.mark.parametrize("training", ["", "batch_size = 2\n"])
def test_a_line_of_ones_own_in_every_way_of_running(
    target: str, expression: str, training: str
) -> None:
    text = PAIR.replace("[training]\n", f"[training]\n{training}")
    built = own(target, expression, text)
    if not training:
        assert_agreement(built)
        return
    by_steps, by_run = Timeline(built), Timeline(built)  # the last batch is smaller
    for _ in range(by_steps.length):
        by_steps.step()
    by_run.seek(by_run.length)
    assert np.array_equal(by_steps.frame().costs, by_run.frame().costs)


def test_a_parameter_of_truth_values_is_carried_as_numbers() -> None:
    built = own("W1", "(W1 - learning_rate * dW1) > 0")
    by_steps, by_run = Timeline(built), Timeline(built)
    for _ in by_steps.events():
        pass
    by_run.seek(by_run.length)
    assert np.array_equal(by_steps.frame().costs, by_run.frame().costs)
    assert np.asarray(by_run.frame().values["W1"]).dtype == np.float64


def test_a_number_that_reads_an_array_twice() -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 300"))
    timeline, lines = Timeline(built), len(built.lines)
    timeline.seek(timeline.length)
    watched = Watched(timeline.history)
    watched.add(probe(built, FALLING))
    watched.extend()
    wanted = []
    for iteration in range(300):
        values = timeline.history.recorded(iteration).values
        error = np.asarray(values[built.line_of["A2"]]) - np.asarray(built.start["Y"])
        wanted.append(np.sum(error**2) / (1 + np.sum(error**2)) - np.max(error))
    assert np.array_equal(watched.curves[0].values, wanted)
    below = float(np.sort(wanted)[150])
    stop = condition(built, f"({FALLING}) < {below!r}")
    places = np.flatnonzero(np.array(wanted) < below)
    assert timeline.search_backwards([stop]).time // lines in places
    timeline.seek(0)
    assert timeline.search_forwards([stop]).time // lines == places[0]


def test_a_search_does_not_spoil_what_was_recorded() -> None:
    built = own("A1", "np.tanh(Z1)[::-1]", PAIR.replace("iterations = 12", "iterations = 200"))
    timeline = Timeline(built)
    timeline.seek(timeline.length)
    costs = timeline.frame().costs.copy()
    timeline.search_backwards([condition(built, "J > 0 and W1[0, 0] > -1e9")])
    timeline.search_backwards([condition(built, "W1[0, 0] > 1e9")])
    assert np.array_equal(timeline.frame().costs, costs)


def test_leaving_in_the_middle_of_an_iteration_loses_no_cost() -> None:
    built = program(PAIR)
    timeline, plain = Timeline(built), Plain(built)
    next(timeline.events())
    timeline.seek(len(built.lines) + 6)
    assert plain.agrees(timeline.frame())
    assert timeline.frame().costs.tolist() == plain.costs[: len(timeline.frame().costs)]


@pytest.mark.parametrize("lines", [1, 3])
def test_events_that_are_given_up_lose_no_cost(lines: int) -> None:
    built = program(PAIR)
    for target in (2 * len(built.lines), 2 * len(built.lines) + 7):
        timeline, plain = Timeline(built), Plain(built)
        events = timeline.events()
        for _ in range(lines):
            next(events)
        timeline.history.costs.room(1)[0] = 1e9  # what lay in the memory before
        timeline.seek(target)
        assert plain.agrees(timeline.frame())


def test_a_search_in_parts_counts_as_one() -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 40"))
    stop = line_stop(built.lines[3].target, hits=5)
    whole = Timeline(built).search_forwards([stop]).time
    timeline = Timeline(built)
    search = Search(timeline.history, [stop])
    for upto in range(10, timeline.length, 10):
        found = timeline.advance(search, upto)
        if found.stop:
            break
    assert found.time == whole


def test_the_first_bad_number_is_told_behind_an_earlier_stop() -> None:
    text = PAIR.replace("iterations = 12", "iterations = 60").replace("0.5\n", "1e160\n")
    built = program(text)
    first = Timeline(built).search_forwards([])
    assert first.bad
    timeline = Timeline(built)
    timeline.seek((first.time - 1) // len(built.lines) * len(built.lines))
    assert not timeline.search_forwards([line_stop(built.lines[0].target)]).bad
    assert timeline.search_forwards([]) == first


@pytest.mark.parametrize(("text", "change"), [("A1[0, 1] > 0.9999", None), ("A1[0, 1]", By(0.5))])
def test_what_the_last_batch_has_not_is_told(text: str, change: Change | None) -> None:
    built = program(PAIR.replace("[training]\n", "[training]\nbatch_size = 2\n"))
    timeline = Timeline(built)
    with pytest.raises(ExpressionError, match=re.escape("`A1[0, 1]")):
        timeline.search_forwards([condition(built, text, change=change)])
    assert timeline.time == 0


def test_a_truth_value_changes_neither_sign_nor_size() -> None:
    for change in (Sign(), By(0.5)):
        with pytest.raises(ExpressionError, match="`J < 1 begins`"):
            condition(program(PAIR), "J < 1", change=change)


@pytest.mark.parametrize("text", ["A1[0, 0]", "np.any(A1)", "(A1 * A1)[0, 0]"])
def test_a_line_of_truth_values_changes_neither_sign_nor_size(text: str) -> None:
    built = own("A1", "Z1 > 0")
    for change in (Sign(), By(0.5)):
        with pytest.raises(ExpressionError, match="is true or false"):
            condition(built, text, change=change)
    found = Timeline(built).search_forwards([condition(built, text, change=Begins())])
    assert found.stop is not None
    assert condition(built, "A1[0, 0] + 1", change=Sign()).place_in(built) == built.line_of["A1"]


def test_a_nan_changes_no_sign() -> None:
    built = program(PAIR)
    stop = condition(built, "np.log(dW1[0, 0] - dW1[0, 0] - 1)", change=Sign())
    timeline = Timeline(built)
    timeline.search_forwards([])
    assert timeline.search_forwards([stop]).stop is None


def test_going_back_on_a_power_of_the_cost_finds_what_going_forwards_did() -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 3000"))
    timeline = Timeline(built)
    timeline.seek(timeline.length)
    costs = timeline.frame().costs
    apart = np.flatnonzero(costs**0.3 != np.array([cost**0.3 for cost in costs]))
    for iteration in map(int, apart[:3]):
        timeline.seek(timeline.length)
        power = float(costs[iteration] ** 0.3)
        found = timeline.search_backwards([condition(built, f"J ** 0.3 == {power!r}")])
        assert found.stop is not None


@pytest.mark.parametrize("forwards", [True, False])
def test_the_hundredth_hit_runs_no_iteration_a_hundred_times(forwards: bool) -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 3000"))
    timeline = Timeline(built, 10_000)
    timeline.seek(0 if forwards else timeline.length)
    asked = 0

    def keep_going(_iteration: int) -> bool:
        nonlocal asked
        asked += 1
        return True

    search = timeline.search_forwards if forwards else timeline.search_backwards
    for stop in (condition(built, "J > 0", hits=100), line_stop(built.lines[3].target, hits=100)):
        begin = timeline.iteration
        search([stop], keep_going)
        assert abs(timeline.iteration - begin) in (99, 100)
    assert asked < 700


def test_a_bad_number_that_was_passed_is_still_the_first() -> None:
    text = PAIR.replace("iterations = 12", "iterations = 60").replace("0.5\n", "1e160\n")
    first = Timeline(program(text)).search_forwards([])
    assert first.bad
    timeline = Timeline(program(text))
    timeline.seek(first.time + 40 * len(timeline.program.lines))
    assert not timeline.search_forwards([]).bad
    assert timeline.history.first_bad == first.time


def test_going_back_over_an_iteration_tells_what_it_replays() -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 3000"))
    timeline, lines = Timeline(built, 1), len(program(PAIR).lines)
    timeline.seek(2000 * lines + 1)
    while timeline.replays(timeline.time - 1) < 100:
        timeline.back()
        assert timeline.iteration > 1990  # nothing is kept, so that it has to come soon
    time = timeline.time
    with pytest.raises(Interrupted):
        timeline.seek(time - 1, lambda _at: False)
    assert timeline.time == time
    timeline.seek(1)
    assert timeline.replays(0) == 0


def test_loops_for_old_conditions_go() -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 50"))
    timeline = Timeline(built)
    for number in range(8):
        timeline.search_forwards([condition(built, f"W1[0, 0] > {100 + number}")])
        timeline.seek(0)
    loops = timeline.history.loops
    assert isinstance(loops, RunLoops)
    assert len(loops._fast) <= 4


def test_an_interrupted_search_leaves_the_moment() -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 5000"))
    timeline = Timeline(built)
    timeline.seek(31)
    with pytest.raises(Interrupted):
        timeline.search_forwards([condition(built, "J < -1")], lambda at: at < 1000)
    assert timeline.time == 31


def test_several_stops_at_once_spoil_no_cost() -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 60"))
    whole, timeline = Timeline(built), Timeline(built)
    whole.seek(whole.length)
    stops = [condition(built, "J > 0"), condition(built, "W1[0, 0]", change=Sign())]
    times = [timeline.search_forwards(stops).time for _ in range(12)]
    assert np.diff(times).tolist() == [len(built.lines)] * 11
    timeline.seek(timeline.length)
    assert np.array_equal(timeline.frame().costs, whole.frame().costs)
    assert np.array_equal(np.asarray(timeline.frame().values["W1"]), whole.frame().values["W1"])


BOOLEAN = """
[data]
X = [[1.0, 2.0, 0.5]]
Y = [[1.0, 0.0, 1.0]]
[[layer]]
units = 1
activation = "sigmoid"
bias = false
weights = [[0.5]]
[loss]
name = "binary_cross_entropy"
[training]
learning_rate = 0.5
iterations = 8
[[override]]
target = "dW1"
expression = "W1 > 1"
[[override]]
target = "W1"
expression = "W1 - learning_rate * (dW1 + dW1) + learning_rate"
"""


def test_truth_values_as_gradients_are_added_as_truth_values() -> None:
    assert_agreement(program(BOOLEAN))


@pytest.mark.parametrize(
    ("target", "expression"),
    [
        ("w", "np.where(w > 0, 1, 2)"),
        ("w", "np.where(dw > 0, w - learning_rate * dw, w - learning_rate * dw)"),
        ("z", "-8"),
        ("z", "0"),
        ("z", "not x > 0"),
        ("a", "1e200"),
    ],
)
def test_single_numbers_are_carried_as_numpy_has_them(target: str, expression: str) -> None:
    text = NEURON.replace("iterations = 12", "iterations = 30")
    assert_agreement(own(target, expression, text))


def test_pythons_own_numbers_make_no_complex_ones() -> None:
    text = f'{NEURON}\n[[override]]\ntarget = "z"\nexpression = "-8"\n'
    built = own("a", "z ** 0.5 + 1 / (z + 8)", text)
    assert_agreement(built)
    assert np.isnan(next(e.value for e in Timeline(built).events() if e.line.target == "a"))


def test_a_run_that_memory_ends_is_taken_up_again() -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 4000"))
    whole, timeline = Timeline(built), Timeline(built)
    whole.seek(whole.length)
    keep_all = timeline.history._checkpoints.keep_all

    def failing(last: int) -> Keep | None:
        real = keep_all(last)

        def keep(iteration: int, state: Flat) -> int:
            if iteration == 1000:
                raise MemoryError
            return real(iteration, state) if real else last

        return keep

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline.history._checkpoints, "keep_all", failing)
        with pytest.raises(MemoryError):
            timeline.seek(timeline.length)
    for iteration in (990, built.iterations):
        timeline.seek(iteration * len(built.lines))
        assert np.array_equal(timeline.frame().costs, whole.frame().costs[:iteration])


def test_a_curve_that_memory_ends_is_taken_up_again() -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 3000"))
    timeline = Timeline(built)
    timeline.seek(timeline.length)
    watched = Watched(timeline.history)
    watched.add(probe(built, "J"))
    run, calls = timeline.history.search_run, iter(range(100))

    def failing(*arguments: Any) -> Any:
        result = run(*arguments)
        if next(calls) == 3:
            raise MemoryError
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline.history, "search_run", failing)
        with pytest.raises(MemoryError):
            watched.extend()
    watched.extend()
    assert np.array_equal(watched.curves[0].values, timeline.frame().costs)


def test_the_first_bad_number_halts_whenever_it_is_come_to() -> None:
    text = PAIR.replace("iterations = 12", "iterations = 60").replace("0.5\n", "1e160\n")
    built = program(text)
    first = Timeline(built).search_forwards([])
    for before in (0, built.iterations // 2 * len(built.lines), first.time + 3):
        timeline = Timeline(built)
        timeline.seek(before)
        timeline.search_forwards([])
        timeline.seek(0)
        assert timeline.search_forwards([]) == first
        assert timeline.search_forwards([]).time == timeline.length


def run_on(timeline: Timeline, chunk: int) -> Found:
    """Run to the end in parts, as the screen does."""
    found = Found(0)
    while timeline.time < timeline.length and not found.bad:
        found = timeline.run(timeline.time + chunk)
    return found


@pytest.mark.parametrize("chunk", [1, 7, 60, 10**6])
def test_a_run_halts_at_the_first_bad_number_once(chunk: int) -> None:
    text = PAIR.replace("iterations = 12", "iterations = 60").replace("0.5\n", "1e160\n")
    built = program(text)
    plain, first = Plain(built), Timeline(built).search_forwards([])
    assert first.bad
    for before in (0, 30 * len(built.lines), first.time + 3):
        timeline = Timeline(built)
        timeline.seek(before)
        assert run_on(timeline, chunk).bad is (before < first.time)
        timeline.seek(0)
        assert run_on(timeline, chunk) == first
        assert plain.agrees(timeline.frame())
        assert run_on(timeline, chunk) == Found(timeline.length)
        assert plain.agrees(timeline.frame())


def test_a_run_is_interrupted_where_it_was() -> None:
    timeline = Timeline(program(PAIR.replace("iterations = 12", "iterations = 5000")))
    timeline.seek(31)
    with pytest.raises(Interrupted):
        timeline.run(timeline.length, lambda at: at < 1000)
    assert timeline.time == 31
    assert timeline.run(3) == Found(31)  # a run does not go back


def test_a_stop_in_front_of_the_update_hides_no_bad_number() -> None:
    text = PAIR.replace("iterations = 12", "iterations = 30\nbatch_size = 2")
    built = own("W1", "np.where(J < 0.25, np.sqrt(-1 - W1 ** 2), W1 - learning_rate * dW1)", text)
    first = Timeline(built).search_forwards([])
    stop = condition(built, "np.any(np.isnan(Z1))")
    assert first.bad
    assert Timeline(built).search_forwards([stop]) == first


def test_a_line_that_fails_first_leaves_the_moment_whole() -> None:
    built = program(PAIR)
    timeline = Timeline(built)
    timeline.seek(len(built.lines))
    frame = timeline.frame()
    failing = Machine.run_next

    def refuse(machine: Machine, recording: Recording) -> None:
        if recording.iteration:
            raise ExpressionError("no")
        failing(machine, recording)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Machine, "run_next", refuse)
        with pytest.raises(ExpressionError):
            timeline.step()
        again = timeline.frame()
    assert (again.time, again.index) == (frame.time, frame.index)
    assert all(np.array_equal(again.values[name], frame.values[name], equal_nan=True)
               for name in frame.values)  # fmt: skip


def test_between_two_updates_one_parameter_is_new_and_the_other_old() -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 60"))
    timeline = Timeline(built)
    starts = [timeline.history.start(at)[6] for at in range(60)]
    between = float(starts[30] + starts[31]) / 2  # passed in iteration 30
    sign = ">" if starts[31] > starts[30] else "<"
    stop = condition(
        built, f"W2[0, 0] {sign} {between!r}", change=Begins(), behind=built.lines[11].target
    )
    found = Timeline(built).search_forwards([stop])
    assert divmod(found.time - 1, len(built.lines)) == (31, 11)
    timeline.seek(timeline.length)
    assert timeline.search_backwards([stop]).time == found.time


ABSORBED = (("z", "np.exp(20 * w)"), ("a", "np.minimum(z, 5)"), ("J", "np.exp(w) + a"),
            ("w", "w + 1"))  # fmt: skip


@pytest.mark.parametrize("before", [0, 900])
def test_a_bad_number_that_was_absorbed_halts_a_search_that_ran_over_it(before: int) -> None:
    built = program(NEURON.replace("iterations = 12", "iterations = 900"))
    for target, expression in ABSORBED:
        built = built.edited(target, expression)
    timeline, lines = Timeline(built), len(built.lines)
    timeline.seek(before * lines)
    if before:
        timeline.search_forwards([])
        timeline.seek(0)
    found = timeline.search_forwards([])
    assert found.bad
    frame = timeline.frame()
    assert frame.line is not None
    assert (frame.iteration, frame.line.target) == (35, "z")
    assert timeline.search_forwards([]).time == timeline.length


@pytest.mark.parametrize("text", ["J < -1", "J > 1e9", "J == 0"])
def test_a_bad_number_that_never_reaches_the_cost_halts_a_search_on_costs(text: str) -> None:
    built = program(NEURON.replace("iterations = 12", "iterations = 900"))
    for target, expression in (("J", "w * 1"), ("dw", "np.log(20.25 - w) + b"),
                               ("b", "b + 0 * dw"), ("w", "w + 1"), ("z", "x * w")):  # fmt: skip
        built = built.edited(target, expression)
    stop = condition(built, text)
    first = Timeline(built).search_forwards([stop])
    assert first.bad
    timeline = Timeline(built)
    timeline.seek(timeline.length)
    timeline.seek(0)
    assert timeline.search_forwards([stop]) == first


def by_looking(built: Program, plain: Plain, stop: Stop, bad: int, start: int) -> tuple[int, bool]:
    """Find the next hit of a condition, or the first bad number, by looking at every moment."""
    lines, left = len(built.lines), stop.hits
    assert stop.expression is not None
    for time in range(start + 1, plain.length + 1):
        if time == bad:
            return time, True
        if (time - 1) % lines == stop.place_in(built) and bool(
            evaluate(stop.expression, plain.values[time])
        ):
            left -= 1
            if not left:
                return time, False
    return plain.length, False


@pytest.mark.parametrize("before", ["nothing", "found", "run over", "run"])
def test_stops_around_the_first_bad_number(before: str) -> None:
    neuron = program(NEURON.replace("iterations = 12", "iterations = 60"))
    for target, expression in (("dw", "np.log(30 - w)"), ("w", "w + 1"), ("b", "b + 0 * dw")):
        neuron = neuron.edited(target, expression)
    plain, lines = Plain(neuron), len(neuron.lines)
    first = Timeline(neuron).search_forwards([])
    iteration, bad = divmod(first.time - 1, lines)
    assert (first.bad, neuron.lines[bad].target) == (True, "dw")
    for index in range(lines):
        for hits, text in ((1, f"w == {iteration + 0.5}"), (iteration + 1, "w > -1"),
                           (iteration, "J > -1"), (iteration + 1, "J > -1")):  # fmt: skip
            for begin in (0, (iteration - 1) * lines, iteration * lines, first.time - 2):
                if "J" in text and index < neuron.line_of["J"]:
                    continue
                stop = condition(neuron, text, behind=neuron.lines[index].target, hits=hits)
                timeline = Timeline(neuron)
                if before != "nothing":
                    timeline.seek(timeline.length) if before == "run" else None
                    timeline.search_forwards([])
                if before == "run over":
                    timeline.search_forwards([])
                timeline.seek(begin)
                found = timeline.search_forwards([stop])
                wanted = by_looking(neuron, plain, stop, first.time, begin)
                assert (found.time, found.bad) == wanted, (stop.told(neuron), begin)


def test_a_bad_number_at_the_end_of_a_part_halts() -> None:
    built = program(NEURON)
    for target, expression in (("J", "np.log(7 - w) + a"), ("w", "w + 1")):
        built = built.edited(target, expression)
    first = Timeline(built).search_forwards([])
    assert first.bad
    timeline, lines = Timeline(built), len(built.lines)
    timeline.search_forwards([])
    timeline.seek(first.time - lines)
    search = Search(timeline.history, [])
    assert timeline.advance(search, first.time) == first


def test_what_numpy_writes_over_on_the_way_keeps_its_layout() -> None:
    text = (
        PAIR[: PAIR.index("[[layer]]")].split("X = ")[0]
        + """
X = { draw = "randn", shape = [3, 182] }
Y = { draw = "randn", shape = [182, 182] }
[[layer]]
units = 182
activation = "identity"
weights = { draw = "randn", scale = 0.05 }
[loss]
name = "mean_squared_error"
[training]
learning_rate = 0.01
iterations = 6
"""
    )
    built = program(text).edited("dA1", "Y * np.sum(A1.T * 3 - Y)")
    by_run, by_steps = Timeline(built), Timeline(built)
    by_run.seek(by_run.length)
    for _ in range(by_steps.length):
        by_steps.step()
    assert same_moment(by_run.frame(), by_steps.frame())


def test_a_line_that_breaks_off_is_run_with_its_own_names_next() -> None:
    timeline = Timeline(program(PAIR))
    timeline.seek(3)
    machine, other = timeline.history.machine, Recording(1, timeline.history.recorded(1).start)
    machine.run_next(other)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nnscope.engine.run.machine.values_of", _no_memory)
        with pytest.raises(MemoryError):
            timeline.step()
    wanted = Timeline(timeline.program)
    wanted.seek(4)
    timeline.step()
    assert same_moment(timeline.frame(), wanted.frame())


def _no_memory(*_arguments: object) -> None:
    raise MemoryError


ONCE = HandBuilt(
    "once", "n = n + 1\nP = 1 / (n - 8)\nJ = P ** 2\nW = W * 0.5",
    {"n": np.float64(0), "W": freeze(np.ones((1, 1)))}, "J", 60,
)  # fmt: skip
"""A cost that is inf in one iteration, and in no other."""


def test_a_bad_cost_that_was_run_over_is_the_first_for_good() -> None:
    timeline = Timeline(ONCE.program())
    lines = len(timeline.program.lines)
    timeline.seek(20 * lines)
    assert not timeline.search_forwards([]).bad
    assert timeline.history.first_bad == 7 * lines + timeline.program.line_of["P"] + 1


def test_a_bad_number_is_not_known_before_the_line_that_makes_it() -> None:
    timeline = Timeline(ONCE.program())
    lines = len(timeline.program.lines)
    timeline.seek(20 * lines)
    timeline.seek(7 * lines + 1)  # its cost is known, from before
    Guard(timeline.history, always).look_back(timeline.time)
    assert timeline.history.first_bad is None
    assert timeline.search_forwards([]).bad


def test_an_absorbed_number_is_met_in_the_iteration_that_a_search_begins_in() -> None:
    absorbed = HandBuilt(
        "absorbed", "H = 1 / x\nA = np.minimum(H, 1)\nJ = np.sum(A * W)\nW = W - 0.1 * A",
        {"x": freeze(np.array([[0.0, 2.0]])), "W": freeze(np.ones((1, 2)))}, "J", 60,
    )  # fmt: skip
    found = Timeline(absorbed.program()).search_forwards([])
    assert (found.bad, found.time) == (True, 1)
    timeline = Timeline(absorbed.program())
    found = timeline.run(timeline.length)
    assert (found.bad, found.time) == (True, 1)


def test_a_search_that_ends_before_the_bad_line_does_not_know_of_it() -> None:
    timeline = Timeline(ONCE.program())
    begin = 7 * len(timeline.program.lines)
    guard = Guard(timeline.history, always)
    assert guard.first_after(begin, begin + 1) is None
    assert timeline.history.first_bad is None
    assert guard.first_after(begin, begin + 2) == begin + 2


def test_going_back_nothing_that_begins_is_missed_between_two_stretches() -> None:
    counting = HandBuilt(
        "counting", "n = n + 1\nP = W * n\nJ = np.sum(P)\nW = W * 1",
        {"n": np.float64(0), "W": freeze(np.ones((1, 2)))}, "J", 6000,
    )  # fmt: skip
    built = counting.program()
    timeline, lines = Timeline(built), len(built.lines)
    timeline.seek(timeline.length)
    begin = timeline.history.kept_before(built.iterations)[0]
    for iteration in (begin + 1, begin, begin - 1, 10):  # the last began stretches ago
        timeline.seek(timeline.length)
        stop = condition(built, f"P[0, 0] > {iteration + 0.5!r}", change=Begins())
        found = timeline.search_backwards([stop])
        assert (found.stop, (found.time - 1) // lines) == (stop, iteration)


def test_recorded_costs_hide_no_number_that_never_reaches_them() -> None:
    apart = HandBuilt(
        "apart", "P = W * 2\nJ = np.sum(P)\nV = V * 1e100\nW = W * 0.9",
        {"W": freeze(np.ones((1, 2))), "V": freeze(np.ones((1, 1)))}, "J", 60,
    )  # fmt: skip
    built = apart.program()
    timeline, lines = Timeline(built), len(built.lines)
    timeline.seek(timeline.length)
    timeline.seek(0)
    found = timeline.search_forwards([condition(built, "J < 0.1")])
    assert (found.bad, (found.time - 1) // lines) == (True, 3)
