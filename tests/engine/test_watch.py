"""The history of any value: the same bits as step mode, extended, and interrupted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnscope.engine.keep.history import Interrupted
from nnscope.engine.run.flat_state import Flat
from nnscope.engine.timeline import Timeline
from nnscope.engine.watch import Watched, probe
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import evaluate
from nnscope.program.model import Program
from tests.engine.histories import Plain
from tests.examples import examples
from tests.samples import NEURON, PAIR, Sample, program, same, samples

LONG = PAIR.replace("iterations = 12", "iterations = 4000")
TEXTS = [
    "W1[0, 0]",
    "np.linalg.norm(dW1)",
    "np.max(np.abs(dZ2))",
    "J",
    "np.sum(W2 - dW2)",
    "X[1, 2]",
    "np.any(A2 > 0.9)",
    "m",
    "dW1[1, 0] / W1[1, 0]",
]


def plainly(built: Program, text: str) -> Flat:
    """Evaluate an expression behind its line in every iteration of a plain record."""
    plain, found = Plain(built), probe(built, text)
    moments = [k * len(built.lines) + found.place_in(built) + 1 for k in range(built.iterations)]
    return np.array([float(evaluate(found.expression, plain.values[at])) for at in moments])


def watched(timeline: Timeline, *texts: str) -> Watched:
    following = Watched(timeline.history)
    for text in texts:
        following.add(probe(timeline.program, text))
    return following


@examples(25)
@given(sample=samples(iterations=6), memory=st.sampled_from([1, 1000, 10**8]), data=st.data())
def test_a_curve_has_the_bits_of_step_mode(
    sample: Sample, memory: int, data: st.DataObject
) -> None:
    built = sample.program()
    names = data.draw(st.lists(st.sampled_from([line.target for line in built.lines]), min_size=1))
    texts = [
        name if not built.shapes[name] else f"np.max({name}) - np.sum({name})" for name in names
    ]
    timeline = Timeline(built, memory)
    timeline.seek(data.draw(st.integers(0, timeline.length), label="to"))
    following = watched(timeline, *texts)
    following.extend()
    known = len(timeline.frame().costs)
    for text, curve in zip(dict.fromkeys(texts), following.curves, strict=True):
        assert same(curve.values, plainly(built, text)[:known])


@pytest.mark.parametrize("memory", [1, 10**8])
def test_all_kinds_of_expressions(memory: int) -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 60"))
    timeline = Timeline(built, memory)
    timeline.seek(timeline.length)
    following = watched(timeline, *TEXTS)
    following.extend()
    assert [curve.text for curve in following.curves] == TEXTS
    for curve in following.curves:
        assert same(curve.values, plainly(built, curve.text)), curve.text


def test_single_numbers_take_the_plain_loop() -> None:
    timeline = Timeline(program(NEURON))
    timeline.seek(timeline.length)
    following = watched(timeline, "w", "dw * 2")
    following.extend()
    for curve in following.curves:
        assert same(curve.values, plainly(timeline.program, curve.text))


def test_mini_batches() -> None:
    text = PAIR.replace("iterations = 12", "iterations = 30\nbatch_size = 2\nshuffle = true")
    timeline = Timeline(program(text))
    timeline.seek(timeline.length)
    following = watched(timeline, "W1[0, 0]", "np.sum(dW1)")
    following.extend()
    for curve in following.curves:
        moment = Timeline(timeline.program)
        for iteration in (0, 1, 7, 29):
            moment.seek((iteration + 1) * len(timeline.program.lines))
            expected = float(evaluate(curve.expression, moment.frame().values))
            assert curve.values[iteration] == expected


def test_it_is_extended_from_where_it_ended() -> None:
    timeline = Timeline(program(LONG), 1000)
    following = watched(timeline, "W1[0, 0]")
    timeline.seek(15 * 1000)
    following.extend()
    before = following.curves[0]
    asked: list[int] = []
    timeline.seek(15 * 3000)
    assert (len(before.values), following.behind) == (1000, 2000)
    following.extend(lambda at: bool(asked.append(at) or True))  # type: ignore[func-returns-value]
    assert asked[0] == 1000  # nothing is run twice
    assert (len(before.values), len(following.curves[0].values)) == (1000, 3000)
    assert following.behind == 0
    whole = watched(timeline, "W1[0, 0]")
    whole.extend()
    assert same(following.curves[0].values, whole.curves[0].values)


def test_a_second_curve_does_not_run_the_first_again() -> None:
    timeline = Timeline(program(LONG))
    timeline.seek(timeline.length)
    following = watched(timeline, "W1[0, 0]")
    following.extend()
    first = following.curves[0].values
    following.add(probe(timeline.program, "J"))
    following.extend()
    assert np.shares_memory(first, following.curves[0].values)
    assert same(following.curves[1].values, timeline.frame().costs)
    following.remove(0)
    assert [curve.text for curve in following.curves] == ["J"]


def test_an_interruption_keeps_what_was_found() -> None:
    timeline = Timeline(program(LONG))
    timeline.seek(timeline.length)
    following = watched(timeline, "np.sum(dW2)")
    with pytest.raises(Interrupted):
        following.extend(lambda at: at < 1000)
    assert 1000 <= len(following.curves[0].values) < 1100
    following.extend()
    whole = watched(timeline, "np.sum(dW2)")
    whole.extend()
    assert same(following.curves[0].values, whole.curves[0].values)


def test_it_costs_eight_bytes_an_iteration_and_leaves_the_timeline_alone() -> None:
    timeline = Timeline(program(LONG))
    timeline.seek(15 * 2048 + 4)
    before = timeline.frame()
    following = watched(timeline, "J", "W2[0, 1]")
    following.extend()
    assert following.bytes <= 2 * 8 * 2 * 2048 + 100
    assert timeline.frame().time == before.time
    timeline.step()
    other = Timeline(timeline.program)
    other.seek(15 * 2048 + 5)
    assert same(timeline.frame().values["J"], other.frame().values["J"])


def test_nothing_that_is_not_finite_is_lost() -> None:
    text = LONG.replace('"tanh"', '"identity"').replace("rate = 0.5", "rate = 1e9")
    timeline = Timeline(program(text.replace("iterations = 4000", "iterations = 40")))
    timeline.seek(timeline.length)
    following = watched(timeline, "np.sum(W1)")
    following.extend()
    assert same(following.curves[0].values, plainly(timeline.program, "np.sum(W1)"))


def test_a_program_without_a_loss_has_no_curve() -> None:
    text = PAIR[: PAIR.index("[loss]")]
    timeline = Timeline(program(text))
    following = watched(timeline, "Z1[0, 0]")
    timeline.seek(timeline.length)
    following.extend()
    assert following.curves[0].values.shape == (0,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dW1", r"`dW1` has the shape \(2, 2\), but only one number can be followed"),
        ("Q", r"`Q` has no value"),
        ("W1[9, 0]", "9"),
        ("J +", "is not an expression"),
    ],
)
def test_what_can_not_be_followed(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        probe(program(PAIR), text)


def test_what_can_not_be_computed_is_told_and_dropped() -> None:
    timeline = Timeline(program(PAIR))
    timeline.seek(timeline.length)
    following = watched(timeline, "J", "1 / (2 - 2)")
    with pytest.raises(ExpressionError, match=r"no longer followed: `1 / \(2 - 2\)` can't"):
        following.extend()
    assert [(curve.text, len(curve.values)) for curve in following.curves] == [("J", 12)]
