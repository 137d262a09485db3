"""A random walk through time, mixed from every way of moving, against a plain record of the run."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from nnscope.engine.changes import Begins, By, Change, Sign
from nnscope.engine.find.stops import Stop, condition, line_stop
from nnscope.engine.keep.history import Interrupted
from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.program.model import Program
from tests.examples import examples
from tests.forms import with_forms
from tests.samples import program as built

TEXT = """
seed = {seed}
[data]
X = {{ draw = "randn", shape = [2, 6] }}
Y = {{ draw = "rand", shape = [1, 6], above = 0.5 }}
[[layer]]
units = 3
activation = "tanh"
weights = {{ draw = "randn" }}
[[layer]]
units = 1
activation = "sigmoid"
weights = {{ draw = "randn" }}
[loss]
name = "binary_cross_entropy"
[training]
learning_rate = 0.7
iterations = 40
{batches}
"""
BATCHES = (
    "",
    "batch_size = 3",
    "batch_size = 3\nshuffle = true",
    "batch_size = 4\nshuffle = true",
    'batch_size = 4\nshuffle = true\nshuffle_seed = "stream"',
    "batch_size = 3\nreplacement = true",
    "batches = [[2, 0], [1, 1], [3]]",
)
FORMS = (
    [0, 1, 1, 0, 1, 0, 0, 0, 1],
    [0, 2, 1, 1, 2, 2, 0],
    [0] * 9 + [2] * 12 + [1] * 19,
)
"""Instead of batches: which form each iteration has, until they begin anew."""

# with batches, and with forms: np.log makes a nan, and hinge is computed by one form only
CONDITIONS = (
    ("J < 0.5", "J < 1.5"), ("np.max(np.abs(dW1)) > 0.2", "np.max(np.abs(dw)) > 0.02"),
    ("W1[0, 1] > 0 and J < 1", "w[1] > 0 and J < 1"), ("np.any(np.isnan(A2))", "hinge[0] > 0.5"),
    ("dW2[0, 0] > 0", "b > 0"),
)  # fmt: skip
CHANGES = (
    (("dW1[0, 0]", "f"), Sign()), (("W1[0, 0]", "w[0]"), By(0.05)), (("J", "J"), By(0.02)),
    (("J < 0.69", "J < 1"), Begins()), (("dW2[0, 0] > 0", "hinge[1] > 0"), Begins()),
    (("np.log(dW1[0, 0])", "np.log(dw[0])"), Sign()),
)  # fmt: skip


def recorded(program: Program) -> list[dict[str, Value]]:
    """Run every line in a plain loop and keep the names after each."""
    values: dict[str, Value] = {**program.start, **program.fed(0)}
    record = [dict(values)]
    for iteration in range(program.iterations):
        form = program.during(iteration)
        values = {name: value for name, value in values.items() if name in form.variables}
        values |= form.fed(iteration)
        for line in form.lines:
            values[line.target] = evaluate(line.expression, values)
            record.append(dict(values))
        values |= {name: values[end] for name, end in form.carried.items()}
    return record


Texts = tuple[str, str]


class Walk(RuleBasedStateMachine):
    """Moves a timeline about; the record says what must hold wherever it stands."""

    @initialize(
        seed=st.integers(0, 3),
        batches=st.sampled_from([*BATCHES, *range(len(FORMS))]),
        memory=st.sampled_from([1, 3000, 2**20, 2**28]),
    )
    def begin(self, seed: int, batches: str | int, memory: int) -> None:
        self.kind = int(isinstance(batches, int))
        if isinstance(batches, int):
            self.program = with_forms(FORMS[batches])
        else:
            self.program = built(TEXT.format(seed=seed, batches=batches))
        self.record = recorded(self.program)
        self.timeline = Timeline(self.program, memory)
        self.places = [(0, -1)]
        self.costs = list[float]()
        for iteration in range(40):
            form = self.program.during(iteration)
            self.places += [(iteration, index) for index in range(len(form.lines))]
            if "J" in form.line_of:
                self.costs.append(float(np.asarray(self.record[len(self.places) - 1]["J"])))
            else:  # one without a cost has that of the iteration before
                self.costs.append(self.costs[-1])

    @rule(count=st.integers(1, 40))
    def step(self, count: int) -> None:
        for event in self.timeline.events(count):
            assert same(event.value, self.record[self.timeline.time][event.line.target])

    @rule(count=st.integers(1, 40))
    def back(self, count: int) -> None:
        for _ in range(count):
            self.timeline.back()

    @rule(time=st.integers(-5, 700))
    def seek(self, time: int) -> None:
        self.timeline.seek(time)
        assert self.timeline.time == min(max(time, 0), self.timeline.length)

    @rule(count=st.integers(-8, 8))
    def iterations(self, count: int) -> None:
        self.timeline.seek(self.timeline.clock.iterations_later(self.timeline.time, count))

    @rule(forwards=st.booleans())
    def phase(self, forwards: bool) -> None:
        clock = self.timeline.clock
        move = clock.end_of_phase if forwards else clock.start_of_phase
        self.timeline.seek(move(self.timeline.time))

    @rule(memory=st.sampled_from([1, 5000, 2**20, 2**26]))
    def resize(self, memory: int) -> None:
        self.timeline.history.resize(memory)

    @rule(time=st.integers(0, 600), patience=st.integers(0, 2))
    def interrupted_seek(self, time: int, patience: int) -> None:
        asked = iter([True] * patience + [False] * 1000)
        before = self.timeline.time
        try:
            self.timeline.seek(time, lambda _iteration: next(asked))
        except Interrupted:
            assert self.timeline.time == before

    @rule(texts=st.sampled_from(CONDITIONS), forwards=st.booleans(), hits=st.integers(1, 3))
    def stop_on_a_condition(self, texts: Texts, forwards: bool, hits: int) -> None:
        self.search([condition(self.program, texts[self.kind], hits=hits)], forwards)

    @rule(change=st.sampled_from(CHANGES), forwards=st.booleans())
    def stop_on_a_change(self, change: tuple[Texts, Change], forwards: bool) -> None:
        self.search([condition(self.program, change[0][self.kind], change=change[1])], forwards)

    @rule(index=st.integers(0, 14), forwards=st.booleans(), hits=st.integers(1, 50))
    def stop_on_a_line(self, index: int, forwards: bool, hits: int) -> None:
        self.search([line_stop(self.line(index), hits)], forwards)

    def line(self, number: int) -> str:
        """Choose one of the lines that any form has."""
        lines = [*dict.fromkeys(line.target for form in self.program.forms for line in form.lines)]
        return lines[number % len(lines)]

    @rule(texts=st.sampled_from(CONDITIONS), behind=st.integers(0, 14), forwards=st.booleans())
    def stop_on_a_condition_elsewhere(self, texts: Texts, behind: int, forwards: bool) -> None:
        try:
            stop = condition(self.program, texts[self.kind], behind=self.line(behind))
        except ExpressionError as error:
            assert "is computed by line" in str(error) or "is in no iteration" in str(error)
        else:
            self.search([stop], forwards)

    @rule(texts=st.sampled_from(CONDITIONS), patience=st.integers(0, 3), forwards=st.booleans())
    def interrupted_search(self, texts: Texts, patience: int, forwards: bool) -> None:
        asked = iter([True] * patience + [False] * 1000)
        before = self.timeline.time
        search = self.timeline.search_forwards if forwards else self.timeline.search_backwards
        try:
            search([condition(self.program, texts[self.kind])], lambda _iteration: next(asked))
        except Interrupted:
            assert self.timeline.time == before

    @rule(
        texts=st.sampled_from(CONDITIONS),
        change=st.sampled_from(CHANGES),
        index=st.none() | st.integers(0, 14),
        forwards=st.booleans(),
    )
    def several_stops(
        self, texts: Texts, change: tuple[Texts, Change], index: int | None, forwards: bool
    ) -> None:
        stops = [condition(self.program, texts[self.kind], hits=2),
                 condition(self.program, change[0][self.kind], change=change[1])]  # fmt: skip
        if index is not None:
            stops.append(line_stop(self.line(index), hits=3))
        self.search(stops, forwards)

    def search(self, stops: list[Stop], forwards: bool) -> None:
        """Search with the timeline, and with a plain look at every moment of the record."""
        start, end = self.timeline.time, self.timeline.length
        way = range(start + 1, end + 1) if forwards else range(start - 1, 0, -1)
        places = []
        for stop in stops:
            holds = [time for time in way if self.holds(stop, time)]
            places += holds[stop.hits - 1 : stop.hits]
        nearest = min if forwards else max
        expected = nearest(places) if places else end if forwards else 0
        search = self.timeline.search_forwards if forwards else self.timeline.search_backwards
        found = search(stops)
        assert (found.time, self.timeline.time) == (expected, expected)
        assert (found.stop in stops) == bool(places)

    def holds(self, stop: Stop, time: int) -> bool:
        iteration, index = self.places[time]
        if index < 0 or index != stop.place_in(self.program.during(iteration)):
            return False
        if stop.expression is None:
            return True
        now = evaluate(stop.expression, self.record[time])
        if stop.change is None:
            return bool(now)
        before = iteration - 1, stop.place_in(self.program.during(max(iteration - 1, 0)))
        if before not in self.places[1:]:  # nothing to compare with
            return isinstance(stop.change, Begins) and bool(now)
        then = evaluate(stop.expression, self.record[self.places.index(before)])
        if isinstance(stop.change, Begins):
            return bool(now) and not bool(then)
        if isinstance(stop.change, By):
            return abs(float(now) - float(then)) > stop.change.least
        both = np.sign([float(then), float(now)])
        return not np.isnan(both).any() and both[0] != both[1]

    @invariant()
    def the_moment_is_as_it_was(self) -> None:
        if not hasattr(self, "timeline"):
            return
        frame, wanted = self.timeline.frame(), self.record[self.timeline.time]
        assert set(frame.values) == set(wanted)
        for name in wanted:
            assert same(frame.values[name], wanted[name]), name
        assert frame.costs.tolist() == self.costs[: len(frame.costs)]
        passed = frame.iteration + (frame.index >= frame.program.line_of.get("J", 99))
        assert len(frame.costs) >= passed


def same(one: Value, other: Value) -> bool:
    return bool(np.array_equal(one, other, equal_nan=True)) and np.shape(one) == np.shape(other)


def test_a_stop_that_cannot_be_tested_is_told_and_ends_nothing() -> None:
    program = built(TEXT.format(seed=1, batches=""))
    for text in ("A2 > 1", "Q < 1", "W1[9, 9] > 0", "J", "J <"):
        try:
            condition(program, text)
        except ExpressionError as error:
            assert str(error)
        else:
            raise AssertionError(text)
    timeline = Timeline(program)
    timeline.search_forwards([condition(program, "J < 0.6")])
    assert timeline.time > 0


Walk.TestCase.settings = examples(25, steps=15)
TestWalk = Walk.TestCase
