"""Optimizers with state: every way of running agrees bit for bit, and the fast loop is used."""

import re
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnscope.engine.changes import Begins
from nnscope.engine.find.stops import condition
from nnscope.engine.run.buffered import Buffered
from nnscope.engine.run.choose import RunLoops
from nnscope.engine.run.families import families
from nnscope.engine.run.loop import RunLoop
from nnscope.engine.timeline import Timeline
from nnscope.engine.watch import Watched, probe
from nnscope.expression.evaluate import Value, freeze
from nnscope.expression.parse import parse
from nnscope.expression.shapes import sizes
from nnscope.insight.health.norms import squares
from nnscope.program.assemble import assemble
from nnscope.program.assignment import Assignment
from nnscope.program.model import Program
from nnscope.program.resolve import variable
from tests.engine.histories import Plain
from tests.engine.optimizers import ADAM, DECAY, EARLY, MOMENTUM, OPTIMIZERS, PARAMETERS, trained
from tests.examples import examples

EVERY = pytest.mark.parametrize("built", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())


def fast_source(built: Program, sampled: bool = True) -> str:
    """Give the text of the fast loop; fails where there is none."""
    timeline = Timeline(built, sampled=squares(built) if sampled else ())
    buffered = timeline.history.loops.buffered()
    assert buffered is not None
    return buffered.source


def assert_agreement(built: Program) -> None:
    """Hold events, steps and the run against every line evaluated by itself."""
    plain = Plain(built)
    by_events, by_steps, by_run = Timeline(built), Timeline(built), Timeline(built)
    for event in by_events.events():
        by_steps.step()
        assert plain.agrees(by_steps.frame()), event.line.text
        assert plain.agrees(by_events.frame()), event.line.text
    by_run.seek(by_run.length)
    assert plain.agrees(by_run.frame())
    for time in range(by_run.length, -1, -11):
        by_run.seek(time)
        assert plain.agrees(by_run.frame())


@EVERY
def test_steps_events_and_the_run_agree(built: Program) -> None:
    assert_agreement(built)


@EVERY
def test_the_fast_loop_updates_all_parameters_at_once(built: Program) -> None:
    body = fast_source(built).partition("for _k in")[2]
    assert "_flat_W1, " in body
    assert not re.search(r"\s\w?[Wb]\d\[", body)  # nothing is left to be copied one by one


def test_the_moments_of_adam_are_updated_in_place() -> None:
    body = fast_source(ADAM).partition("for _k in")[2]
    for flat in ("_flat_mW1", "_flat_vW1", "_flat_W1"):
        assert sum(row.endswith(f", {flat})") for row in body.splitlines()) == 1
    assert "_flat_mW1_next" not in body


def test_what_plays_the_same_role_lies_together() -> None:
    (family,) = families(MOMENTUM)
    nexts = tuple(f"{name}_next" for name in PARAMETERS)
    assert family.states == (PARAMETERS, tuple(f"v{name}" for name in PARAMETERS))
    assert family.inputs == (tuple(f"d{name}" for name in PARAMETERS),)
    assert family.lines == (tuple(f"v{name}" for name in nexts), nexts)


def test_decay_of_the_weights_alone_leaves_one_update() -> None:
    updates = [f"g{name} = d{name} + 0.1 * {name}" for name in ("W1", "W2")]
    last = [f"{name} = {name} - rate * {'g' if 'W' in name else 'd'}{name}" for name in PARAMETERS]
    built = trained("weights", *updates, *last)
    (family,) = families(built)
    assert family.inputs == (("gW1", "db1", "gW2", "db2"),)
    assert_agreement(built)
    assert "_flat_gW1" in fast_source(built)


def test_two_rules_are_two_families() -> None:
    rules = {"W": "P = P - rate * (dP + 0.1 * P)", "b": "P = P - rate * dP"}
    built = trained("rules", *(rules[name[0]].replace("P", name) for name in PARAMETERS))
    assert {each.states for each in families(built)} == {(("W1", "W2"),), (("b1", "b2"),)}
    assert_agreement(built)


def test_a_number_of_each_parameters_own_fits_no_family() -> None:
    built = trained("clipped", "nP = np.sqrt(np.sum(dP ** 2))", "P = P - rate * dP / (nP + 1)")
    assert not families(built)
    assert_agreement(built)
    body = fast_source(built, sampled=False)
    assert "[...] = " not in body  # each is written over its old value all the same


def test_an_updated_weight_that_the_backward_pass_reads_is_not_put_off() -> None:
    assert_agreement(EARLY)
    assert "_W2_next_T" in fast_source(EARLY)


@EVERY
@pytest.mark.parametrize("forwards", [True, False])
def test_stops_in_and_between_updates(built: Program, forwards: bool) -> None:
    plain, lines = Plain(built), len(built.lines)
    first = min(built.line_of[end] for end in built.carried.values())
    for at in (first - 1, first, first + 1, lines - 2, lines - 1):
        spelled = built.lines[at].spelled if at >= first else "W1"
        id_ = variable(built, spelled, at)
        cells = [float(np.ravel(values[id_])[0]) for values in plain.values[at + 1 :: lines]]
        between = (cells[9] + cells[10]) / 2
        sign = ">" if cells[10] > cells[9] else "<"
        cell = "[0, 0]" if sizes(built.shapes[id_]) else ""
        stop = condition(built, f"{spelled}{cell} {sign} {between!r}", change=Begins(),
                         behind=built.lines[at].target)  # fmt: skip
        timeline = Timeline(built)
        timeline.seek(0 if forwards else timeline.length)
        search = timeline.search_forwards if forwards else timeline.search_backwards
        found = search([stop])
        holds = [cell > between if sign == ">" else cell < between for cell in cells]
        begins = [k for k, now in enumerate(holds) if now and not (k and holds[k - 1])]
        wanted = begins[0] if forwards else begins[-1]
        assert (found.time, found.stop) == (wanted * lines + at + 1, stop)
        assert plain.agrees(timeline.frame())


@EVERY
def test_probes_and_samples_have_the_numbers_of_the_lines(built: Program) -> None:
    plain, lines = Plain(built), len(built.lines)
    sampled = (parse("np.sum(W1 ** 2)"), parse("np.max(W1_next - W1)"), parse("dW1[0, 0]"))
    timeline = Timeline(built, sampled=sampled)
    timeline.seek(timeline.length)
    assert plain.agrees(timeline.frame())
    watched = Watched(timeline.history)
    watched.add(probe(built, "W1[0, 0] * dW1[0, 0]"))
    watched.extend()
    at = plain.values[lines::lines]
    products = [values["W1_next"][0, 0] * values["dW1"][0, 0] for values in at]  # type: ignore[index]
    assert watched.curves[0].values.tolist() == products
    rows = [[k, np.sum(np.square(values["W1"])),
             np.max(values["W1_next"] - values["W1"]), values["dW1"][0, 0]]  # type: ignore[operator, index]
            for k, values in enumerate(at)]  # fmt: skip
    assert np.array_equal(timeline.history.samples.known(), rows)


def test_single_numbers_are_carried_beside_arrays() -> None:
    timeline = Timeline(DECAY)
    timeline.seek(timeline.length)
    assert timeline.frame().values["t_next"] == DECAY.iterations
    assert "t_next = (t + 1)" in fast_source(DECAY)


CELLS = st.sampled_from(["P", "dP", "vP", "sP", "nP", "t", "rate", "0.5", "1.25"])
FORMS = st.sampled_from([
    "{0} + {1}", "{0} - {1}", "{0} * {1}", "{0} / (1 + {1} ** 2)", "np.tanh({0}) * {1}",
    "np.maximum({0}, {1})", "np.where({0} > {1}, {0}, {1})", "np.abs({0}) ** 0.5 - {1}",
    "np.sum(dP) * {0} + {1}", "(0 * P + {0})[0, 0] + {1}",
    "np.sqrt(np.abs({0})) + np.exp(-np.abs({1}))",
])  # fmt: skip


@st.composite
def updates(draw: st.DrawFn) -> tuple[str, ...]:
    """Draw the lines of an update, in any order; each keeps the shape of its parameter."""
    lines = ["t = t + 1"]
    for target in ("nP", *draw(st.permutations(["vP", "sP", "P"]))):
        form = draw(FORMS).format(draw(CELLS), draw(CELLS))
        lines.append(f"{target} = np.tanh({form} + 0 * P)")
    return (lines[0], lines[1].replace("nP", "vP").replace("vP", "nP", 1), *lines[2:])


@examples(25)
@given(lines=updates(), by_line=st.booleans(), odd=st.integers(0, 5))
def test_random_updates_agree(lines: tuple[str, ...], by_line: bool, odd: int) -> None:
    more = ("W2 = W2 * 0.5 - dW2",) if odd == 0 else ()  # one that differs from the others
    built = trained("random", *lines, *more, iterations=6, by_line=by_line, t=0)
    assert_agreement(built)
    loops = Timeline(built).history.loops
    assert loops.buffered() is not None


def test_the_written_loop_is_run() -> None:
    timeline = Timeline(ADAM)
    ran = []
    made = Buffered.loop

    def noted(buffered: Buffered) -> RunLoop:
        ran.append(buffered)
        return made(buffered)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Buffered, "loop", noted)
        timeline.seek(timeline.length)
    assert ran
    loops = timeline.history.loops
    assert isinstance(loops, RunLoops)
    assert loops._fast[()] is not None


class Drawn:
    """Feeds each iteration a mask and its number, both drawn or counted by its number alone."""

    names = ("mask", "number")
    is_even = True
    count = 1

    def at(self, iteration: int) -> Mapping[str, Value]:
        mask = np.random.default_rng(iteration).random((4, 6)) < 0.8
        return {"mask": freeze(mask), "number": np.float64(iteration)}

    def place(self, iteration: int) -> tuple[int, int]:
        return iteration, 0


def test_masks_and_numbers_that_are_fed_take_the_fast_loop() -> None:
    lines = []
    for line in MOMENTUM.lines:
        text = line.text.replace("np.tanh(Z1)", "np.tanh(Z1) * mask / 0.8")
        text = text.replace("rate * ", "rate / (1 + number) * ")
        target, _, expression = text.partition(" = ")
        lines.append(Assignment(target, parse(expression)))
    feed = Drawn()
    start = {**MOMENTUM.start, **feed.at(0)}
    built = assemble(MOMENTUM.origin, lines, start, cost="J", iterations=20, feed=feed)
    assert "number = _now['number']" in fast_source(built)
    assert "_flat_vW1" in fast_source(built)
    assert_agreement(built)
