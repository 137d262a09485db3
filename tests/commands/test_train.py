import json
from pathlib import Path

import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from tests.commands.shell import Shell
from tests.samples import NEURON, PAIR, program


def costs(text: str, iterations: int = 12) -> list[float]:
    timeline = Timeline(program(text.replace("iterations = 12", f"iterations = {iterations}")))
    return [float(np.asarray(e.value)) for e in timeline.events() if e.line.target == "J"]


@pytest.mark.parametrize(
    ("every", "printed"), [(1, range(12)), (5, [0, 5, 10]), (11, [0, 11]), (12, [0]), (99, [0])]
)
def test_the_cost_every_so_many_iterations(
    shell: Shell, pair: Path, every: int, printed: list[int]
) -> None:
    assert shell.run("train", pair, "--every", str(every)) == 0
    known = costs(PAIR)
    assert shell.out == [f"iteration {at:>2}  J = {known[at]:.6f}" for at in printed]
    assert shell.err == []


def test_json_has_the_costs_in_full(shell: Shell, pair: Path) -> None:
    assert shell.run("train", pair, "--every", "4", "--json") == 0
    known = costs(PAIR)
    assert [json.loads(line) for line in shell.out] == [
        {"iteration": at, "cost": known[at]} for at in (0, 4, 8)
    ]


def test_ten_times_where_nothing_is_said(shell: Shell, pair: Path) -> None:
    assert shell.run("train", pair, "--iterations", "1000", "--json") == 0
    known = costs(PAIR, 1000)
    assert [json.loads(line) for line in shell.out] == [
        {"iteration": at, "cost": known[at]} for at in range(0, 1000, 100)
    ]
    assert shell.run("train", pair, "--iterations", "3") == 0
    assert [line.split("  ")[0] for line in shell.out] == [f"iteration {at}" for at in range(3)]


def test_the_published_costs_of_the_slip(shell: Shell) -> None:
    assert shell.run("train", "two_layer_as_printed", "--every", "1000") == 0
    assert [line.rpartition(" = ")[2] for line in shell.out] == [
        "0.693230", "0.642704", "0.451822", "0.128380", "0.055486",
        "0.033372", "0.023442", "0.017932", "0.014464", "0.012093",
    ]  # fmt: skip


@pytest.mark.parametrize("every", ["1", "5", "1000"])
def test_what_is_saved_is_the_end_of_the_trace(
    shell: Shell, pair: Path, tmp_path: Path, every: str
) -> None:
    saved = tmp_path / "out.npz"
    assert shell.run("train", pair, "--every", every, "--save", saved) == 0
    printed = shell.out
    assert shell.run("trace", pair, "--from", "11", "--json") == 0
    traced = {event["name"]: event["value"] for event in map(json.loads, shell.out)}
    built = program(PAIR)
    with np.load(saved, allow_pickle=False) as arrays:
        assert set(arrays) == {*built.start, *(line.spelled for line in built.lines)}
        for name, value in traced.items():
            assert arrays[name].dtype == np.float64
            assert arrays[name].tolist() == value
        for name in built.start.keys() - built.carried.keys():
            assert np.array_equal(arrays[name], built.start[name])
    assert printed[0].startswith("iteration  0  J = ")


def test_a_shorter_training_saves_its_own_end(shell: Shell, pair: Path, tmp_path: Path) -> None:
    saved = tmp_path / "out.npz"
    assert shell.run("train", pair, "--iterations", "4", "--save", saved) == 0
    timeline = Timeline(program(PAIR))
    timeline.seek(4 * 15)
    with np.load(saved) as arrays:
        for name, value in timeline.frame().by_name.items():
            assert np.array_equal(arrays[name], value)


def test_an_infinite_cost_is_printed_and_is_a_word_in_json(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "infinite.toml"
    line = '[[override]]\ntarget = "J"\nexpression = "-np.log(0 * a)"\n'
    path.write_text(NEURON + line, encoding="utf-8")
    assert shell.run("train", path, "--every", "6", "--json") == 0
    assert [json.loads(line)["cost"] for line in shell.out] == ["inf", "inf"]
    assert shell.run("train", path, "--every", "6") == 0
    assert shell.out == ["iteration  0  J = inf", "iteration  6  J = inf"]


def test_expectations_behind_the_end_of_a_shorter_run_do_no_harm(shell: Shell) -> None:
    assert shell.run("train", "two_layer", "--iterations", "3", "--every", "3") == 0
    assert shell.out == ["iteration 0  J = 0.693230"]


@pytest.mark.parametrize(
    ("keys", "count"),
    [
        ("iteration = [0, 2, 3]\nvalue = [3, 3, 3]", 2),
        ("every = 1\nvalue = [3, 3, 3, 3, 3]", 3),
        ("after = [0, 3, 4]\nvalue = [3, 3, 3]", 2),
        ("iteration = 3\nvalue = 3", 0),
    ],
)
def test_a_shorter_run_keeps_the_numbers_that_it_reaches(keys: str, count: int) -> None:
    whole = program(f'{PAIR}[[expect]]\nname = "m"\n{keys}\n')
    shorter = whole.origin.with_iterations(3)
    assert len(shorter.notes.expectations) == count
