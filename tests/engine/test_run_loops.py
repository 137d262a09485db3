"""Run mode: both loops give the bits of step mode, and the fast one is really used."""

import numpy as np
import pytest
from hypothesis import given

from nnscope.engine.keep.history import History
from nnscope.engine.run.buffered import Buffered
from nnscope.engine.run.flat_state import Flat, StateLayout
from nnscope.engine.run.listed import plain_loop, plain_source
from nnscope.engine.run.loop import Notes, RunLoop
from nnscope.engine.run.statements import _dot_is_matmul
from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import freeze
from nnscope.program.model import Program
from tests.engine.histories import Plain
from tests.examples import examples
from tests.hand_built import HandBuilt
from tests.samples import LIBRARY, NEURON, PAIR, Sample, library, program, same, samples

MANY = 10**9  # no checkpoint is due


def never(_iteration: int, _state: Flat) -> int:
    raise AssertionError("no state is due")


def run(loop: RunLoop, built: Program) -> tuple[Flat, Flat]:
    """Run a whole program and give its costs and its last state."""
    costs = np.full(built.iterations, np.nan)
    start = StateLayout(built).pack(built.start)
    with np.errstate(all="ignore"):
        _, _, state = loop(0, built.iterations, start, costs, MANY, never, Notes())
    return costs, state.copy()


@examples(80)
@given(sample=samples(iterations=6))
def test_both_loops_give_the_bits_of_step_mode(sample: Sample) -> None:
    built = sample.program()
    plain, layout = Plain(built), StateLayout(built)
    loops = [plain_loop(built)]
    fast = History(built, 2**20).loops.choose(0, 100)
    after = plain.values[built.iterations * len(built.lines)]
    for loop in [*loops, fast]:
        costs, state = run(loop, built)
        for name, value in layout.unpack(state).items():
            assert same(value, after[built.carried[name]]), name
        if built.cost:
            assert np.array_equal(costs, plain.costs, equal_nan=True)


@pytest.mark.parametrize("name", ["two_layer", "deep_network", "deep_network_he"])
def test_the_fast_loop_is_used_where_there_are_matrices(name: str) -> None:
    built = library(name)
    loops = History(built, 2**20).loops
    plain = loops.choose(0, 1)
    assert loops.choose(0, 1000) is not plain


def test_a_single_neuron_has_no_buffers_to_reuse() -> None:
    loops = History(program(NEURON), 2**20).loops
    plain = loops.choose(0, 1)
    assert loops.choose(0, 1000) is plain


def test_the_lowered_source_updates_all_parameters_at_once() -> None:
    built = program(PAIR)
    text = Buffered(built, Plain(built).values[len(built.lines)]).source
    assert [row for row in text.splitlines() if "_subtract(_flat" in row] == [
        "        _subtract(_flat_W1, _buffer3, _flat_W1)"
    ]
    assert "_A1_T = " not in text
    assert "_A1_T" in text


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.toml")), ids=lambda path: path.stem)
def test_every_line_of_the_library_is_in_its_plain_loop(path: object) -> None:
    built = library(getattr(path, "stem", ""))
    body = [line.strip() for line in plain_source(built).splitlines()]
    places = [body.index(line.statement) for line in built.lines]
    assert places == sorted(places)


def test_names_that_python_or_the_loop_might_use_are_free() -> None:
    text = PAIR.replace("[data]", "[data]\nstate = 1.0\nk = 2.0\ncosts = 3.0\nrange = 4.0")
    text += '\n[[override]]\ntarget = "dZ2"\nexpression = "(A2 - Y) * state * k * costs * range"\n'
    built = program(text)
    costs, _ = run(plain_loop(built), built)
    assert np.array_equal(costs, Plain(built).costs)


def test_the_loop_does_not_change_what_it_is_given() -> None:
    built = program(PAIR)
    start = StateLayout(built).pack(built.start)
    before = start.copy()
    costs = np.empty(built.iterations)
    for loop in (plain_loop(built), History(built, 2**20).loops.choose(0, 100)):
        loop(0, 3, start, costs, MANY, never, Notes())
        assert np.array_equal(start, before)


GROWING = HandBuilt(
    "growing", "P = W @ x\nJ = np.sum(P ** 2)\nW = W * grow\nV = V * 0.5",
    {"W": freeze(np.ones((2, 1))), "V": freeze(np.ones((1, 1))),
     "x": freeze(np.zeros((1, 1))), "grow": np.float64(1e200)},
    "J", 6,
)  # fmt: skip
_WIDE = np.random.default_rng(3).normal(size=(5, 16))
GAPS = HandBuilt(
    "gaps", "P = W[:, ::2] @ W[:, 1::2].T\nJ = np.sum(P ** 2)\nW = W * 0.99",
    {"W": freeze(_WIDE)}, "J", 20,
)  # fmt: skip


@pytest.mark.parametrize("built", [GROWING.program(), GAPS.program()], ids=["growing", "gaps"])
def test_dot_stands_for_a_product_only_where_it_has_its_bits(built: Program) -> None:
    assert History(built, 2**20).loops.buffered() is not None
    plain, timeline = Plain(built), Timeline(built)
    timeline.seek(timeline.length)
    assert plain.agrees(timeline.frame())
    for iteration in range(built.iterations):
        timeline.seek(timeline.clock.end(iteration))
        assert plain.agrees(timeline.frame())


def test_dot_is_no_product_of_a_single_column() -> None:
    one, row = np.ones((1, 1)), np.ones((1, 3))
    assert not _dot_is_matmul(one, one)  # a sum of nothing but -0.0
    assert not _dot_is_matmul(one, row)  # 0 times nan
    assert not _dot_is_matmul(row.T, one)  # inf times 0
    assert not _dot_is_matmul(np.ones((3, 8))[:, ::2], np.ones((4, 3)))
    assert _dot_is_matmul(np.ones((3, 4)), np.ones((4, 3)))


ODD = """\
notation = "row"
seed = 21
[data]
X = { draw = "randn", shape = [1, 1] }
Y = { draw = "randn", shape = [1, 1] }
[[layer]]
units = 3
activation = "identity"
weights = { draw = "randn", scale = 0.5 }
[[layer]]
units = 1
activation = "identity"
weights = { draw = "randn", scale = 0.5 }
[loss]
name = "mean_squared_error"
[training]
learning_rate = 0.1
iterations = 7
"""


@pytest.mark.parametrize("text", [ODD, NEURON, PAIR])
def test_every_array_starts_where_one_of_numpy_does(text: str) -> None:
    """Where an operand starts decides bits of some kernels of OpenBLAS: at 16 bytes it is fixed."""
    built = program(text)
    arrays = {**Buffered(built, Plain(built).values[len(built.lines)]).scope}
    layout = StateLayout(built)
    packed = np.stack([layout.pack(built.start)] * 2)  # as the checkpoints lie: copied when used
    arrays |= {f"kept {at} {name}": value for at, state in enumerate(packed)
               for name, value in layout.frozen(state).items()}  # fmt: skip
    starts = {name: each.ctypes.data % 16 for name, each in arrays.items()
              if isinstance(each, np.ndarray) and each.ndim}  # fmt: skip
    assert starts
    assert not any(starts.values()), starts
