"""Stops as they are typed and as they stand in a file."""

import pytest

from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.insight.stop_text import read_stop, stops_of
from nnscope.scenario.errors import ScenarioError
from tests.samples import library, program

PROGRAM = library("two_layer")


@pytest.mark.parametrize(
    ("text", "index", "told"),
    [
        ("J < 0.1", 4, "J < 0.1"),
        ("line dW2", 6, "line 7, dW2"),
        ("line 7", 6, "line 7, dW2"),
        ("W1[0, 1] changes sign", 11, "W1[0, 1] changes sign"),
        ("J changes by 0.5", 4, "J changes by more than 0.5"),
        ("np.max(np.abs(dW1)) > 1", 9, "np.max(np.abs(dW1)) > 1"),
        ("J < 0.1 on backward", 10, "J < 0.1 on db1"),
        ("J < 0.1 on dW2", 6, "J < 0.1 on dW2"),
        ("J < 0.1 on 7 time 2", 6, "J < 0.1 on dW2, time 2"),
        ("W1[0, 0] > 0 on dZ1", 8, "W1[0, 0] > 0 on dZ1"),
        ("health dead units time 2", 14, "health dead units time 2"),
        ("health dead units begins", 14, "health dead units begins"),
        ("health dead units begins time 2", 14, "health dead units begins time 2"),
        ("J < 0.1 time 3", 4, "J < 0.1, time 3"),
        ("line J time 2", 4, "line 5, J, time 2"),
        ("not J < 0.1 and W1[0, 0] > 0", 11, "not J < 0.1 and W1[0, 0] > 0"),
    ],
)
def test_what_can_be_typed(text: str, index: int, told: str) -> None:
    stop = read_stop(PROGRAM, text)
    assert (stop.place_in(PROGRAM), stop.told(PROGRAM), stop.text) == (index, told, text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("J < 1 time １", "`time` needs a whole number from 1 up, found `１`"),
        ("J < 1 time ²", "`time` needs a whole number from 1 up, found `²`"),
        ("J changes by 1_0", "`changes by` needs a number from 0 up, found `1_0`"),
        ("line １", "no line computes `１`; lines are 1 to 15"),
        ("J", "`J` is a number; compare it, as in `J > 1`"),
        ("A2 > 1", "`A2 > 1` has the shape (1, 3), but a stop needs one truth value; wrap it in "
         "np.any(...) or np.all(...)"),
        ("A2 changes sign", "`A2` has the shape (1, 3), but a stop needs one number"),
        ("dW3 > 1", "`dW3` has no value: did you mean `dW2`?"),
        ("W1[9, 9] > 0", "`W1[9, 9]`: index 9 is outside 0 to 3"),
        ("line dW9", "no line computes `dW9`: did you mean `dW2`?"),
        ("line 99", "no line computes `99`; lines are 1 to 15"),
        ("J changes by much", "`changes by` needs a number from 0 up, found `much`"),
        ("J < 1 time 0", "`time` needs a whole number from 1 up, found `0`"),
        ("J changes by -1", "`changes by` needs a number from 0 up, found `-1`"),
        ("J changes by inf", "`changes by` needs a number from 0 up, found `inf`"),
        ("J < 1 on sunday", "no line computes `sunday`; lines are 1 to 15, phases forward, loss, "
         "backward, update"),
        ("line dW2 on update", "leave `on update` out: only a condition can be tested elsewhere"),
        ("line", "write after `line` what it computes, such as `line J`"),
        ("health", "write a rule after `health`: it may be non-finite values, rising cost"),
        ("health dead unit", "`dead unit` is not a rule of health: did you mean `dead units`?"),
        ("health dead units changes sign", "a rule of health is no number: of the changes it has"),
        ("health dead units changes by 1", "a rule of health is no number: of the changes it has"),
        ("health dead unit begins", "`dead unit` is not a rule of health: did you mean"),
        ("dW1[0, 0] > 1 on forward", "`dW1` is computed by line 10, after line 4, A2"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_stop(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as error:
        read_stop(PROGRAM, text)
    assert str(error.value).startswith(message)


FILE = """
[data]
X = [[1.0, 2.0]]
Y = [[1.0, 0.0]]
[[layer]]
units = 1
activation = "sigmoid"
weights = [[0.5]]
[loss]
name = "binary_cross_entropy"
[training]
learning_rate = 0.5
iterations = 100
"""


def test_stops_of_a_file() -> None:
    built = program(
        FILE
        + """
[[stop]]
line = "dW1"
hits = 2
[[stop]]
condition = "J < 0.68"
[[stop]]
condition = "dW1[0, 0]"
changes = "sign"
[[stop]]
condition = "J"
changes = 0.01
phase = "update"
[[stop]]
condition = "J < 0.5"
line = "dW1"
[[stop]]
health = "dead units"
[[stop]]
health = "rising cost"
changes = "begins"
hits = 2
"""
    )
    told = [stop.told(built) for stop in stops_of(built)]
    assert told == [
        "line 5, dW1, time 2",
        "J < 0.68",
        "dW1[0, 0] changes sign",
        "J changes by more than 0.01 on b1",
        "J < 0.5 on dW1",
        "health dead units",
        "health rising cost begins time 2",
    ]
    typed = [read_stop(built, stop.text) for stop in stops_of(built)[1:]]
    assert typed == list(stops_of(built)[1:])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('[[stop]]\nline = "dW7"', "[[stop]] 1: no line computes `dW7`: did you mean `dW1`?"),
        ("[[stop]]", "[[stop]] 1: needs a line, a condition or health"),
        ('[[stop]]\nline = "dW1"\nphase = "update"\ncondition = "J < 1"', "leave one out"),
        ('[[stop]]\nline = "dW1"\nchanges = "sign"', "changes goes with a condition, or with"),
        ('[[stop]]\nhealth = "dead units"\nphase = "update"', "phase goes with a condition"),
        ('[[stop]]\nhealth = "dead units"\nchanges = 1', 'only "begins" goes with health'),
        ('[[stop]]\nhealth = "dead units"\nline = "dW1"', "health stands alone"),
        ('[[stop]]\ncondition = "J"\nchanges = -1', "needs a number from 0 up"),
        ('[[stop]]\ncondition = "J"\nchanges = inf', "needs a number from 0 up"),
        ('[[stop]]\ncondition = "J"', "[[stop]] 1: `J` is a number; compare it, as in `J > 1`"),
    ],
)
def test_a_wrong_stop_in_a_file(table: str, message: str) -> None:
    with pytest.raises((ScenarioError, ExpressionError)) as error:
        stops_of(program(FILE + table))
    assert message in str(error.value)


def test_the_first_bad_number_halts_a_run_once() -> None:
    built = program(FILE.replace("learning_rate = 0.5", "learning_rate = 3e3"))
    timeline = Timeline(built)
    found = timeline.search_forwards([])
    assert found.bad
    frame = timeline.frame()
    assert frame.line is not None
    assert frame.line.target == "J"  # the log of 0: the first line whose value is not finite
    values = [event.value for event in Timeline(built).events(found.time - 1)]
    assert all(abs(float(value.sum())) < float("inf") for value in values if value is not None)  # type: ignore[union-attr]
    assert timeline.search_forwards([]).time == timeline.length


@pytest.mark.parametrize("hits", [1, 3, 9])
def test_a_finding_begins_where_it_was_not_in_the_iteration_before(hits: int) -> None:
    batches = FILE.replace("[[1.0, 2.0]]", "[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]").replace(
        "iterations = 100", "iterations = 11\nbatch_size = 2"
    )
    built = program(batches.replace("[[1.0, 0.0]]", "[[1.0, 1.0, 1.0, 0.0, 0.0, 0.0]]"))
    held = [True, False, True] * 4  # of each batch: are both examples of one class?
    ends = [(at + 1) * len(built.lines) for at in range(11) if held[at] and not held[at - 1]]
    ends = [len(built.lines), *ends]
    stop = read_stop(built, f"health class imbalance begins time {hits}")
    timeline = Timeline(built)
    found = timeline.search_forwards([stop])
    assert found.time == (ends[hits - 1] if hits <= len(ends) else timeline.length)
    timeline.seek(timeline.length)
    found = timeline.search_backwards([stop])
    assert found.time == (ends[-hits] if hits <= len(ends) else 0)
