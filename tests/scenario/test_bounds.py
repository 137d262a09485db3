"""Whatever a file holds, opening it takes little time and memory, or is refused with the reason."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from nnscope.commands.loading import load_program
from nnscope.limits import (
    ARRAYS_OF_A_FILE,
    CELLS,
    ENTRIES,
    EXPRESSION_LENGTH,
    KEY_PARTS,
    LAYERS,
    MESSAGE_LINES,
    TEXT_LENGTH,
)
from nnscope.network import updates
from nnscope.scenario import csv_file
from nnscope.scenario.errors import ScenarioError

DATA = "[data]\nX = [[1.0, 2.0], [3.0, 4.0]]\nY = [[1.0, 0.0]]\n"
LAYER = "[[layer]]\nunits = 2\n"
END = '[[layer]]\nunits = 1\nactivation = "sigmoid"\n[loss]\nname = "binary_cross_entropy"\n'
MODEL = DATA + END
TRAINING = "[training]\nlearning_rate = 0.1\n"


def load(folder: Path, text: str) -> None:
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    load_program(str(folder / "mine.toml"))


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(folder, text)
    return str(caught.value).replace(f"{folder / 'mine.toml'}: ", "")


def stop(condition: str) -> str:
    return f'{MODEL}[[stop]]\ncondition = "{condition}"\n'


LARGE = f"{{ draw = 'zeros', shape = [1, {CELLS // 2}] }}"
ROWS = "{ draw = 'zeros', shape = [2, 50000] }"
REFUSED = {
    "a dotted key": (
        MODEL + "[names]\n" + "a." * 20000 + "b = 1\n",
        f"line 10: a dotted key may have {KEY_PARTS} parts",
    ),
    "a dotted table": (
        f"[{'a . ' * KEY_PARTS}b]\n", f"line 1: a dotted key may have {KEY_PARTS} parts"
    ),
    "a quoted key": (
        f"x = {{ {KEY_PARTS * (chr(34) + 'a b' + chr(34) + '.')}'c' = 1 }}\n",
        f"line 1: a dotted key may have {KEY_PARTS} parts",
    ),
    "keys": (
        "[data]\n" + "".join(f"a{number} = 1\n" for number in range(ENTRIES + 1)),
        f"[data]: more than {ENTRIES} entries are too many for one table, or tables of one kind",
    ),
    "keys at the top": (
        "".join(f"a{number} = 1\n" for number in range(ENTRIES + 1)),
        f"more than {ENTRIES} entries are too many for one table, or tables of one kind",
    ),
    "tables": (
        MODEL + "[[stop]]\n" * (ENTRIES + 1),
        f"`stop`: more than {ENTRIES} entries are too many for one table, or tables of one kind",
    ),
    "a table in a table": (
        "[training]\nschedule = {"
        + ", ".join(f"a{number} = 1" for number in range(ENTRIES + 1)) + "}\n",
        f"[training]: more than {ENTRIES} entries are too many for one table, or tables of one "
        "kind",
    ),
    "layers": (
        DATA + LAYER * LAYERS + END, f"[[layer]]: {LAYERS + 1} layers; the most is {LAYERS}"
    ),
    "sizes": (
        f"{DATA}[network]\nsizes = {[2] * (LAYERS + 2)}\n",
        f"[network], sizes: {LAYERS + 1} layers; the most is {LAYERS}",
    ),
    "a title": (
        f'title = "{"x" * (TEXT_LENGTH + 1)}"\n{MODEL}',
        f"`title`: may have {TEXT_LENGTH} characters, this has {TEXT_LENGTH + 1:,}",
    ),
    "a name": (
        f'[names]\nweight = "{"W" * 100}"\n{MODEL}',
        f"[names]: `d{'W' * 18}...{'W' * 17}1`: a name may have 100 characters, this has 102",
    ),
    "a stop of spaces": (
        stop(f"J{' ' * 20000}< 1"),
        f"[[stop]] 1: a stop may have {EXPRESSION_LENGTH} characters, this has 20,004",
    ),
    "cells together": (
        f"[data]\nV = {LARGE}\nU = {LARGE}\nY = [[1.0]]\n{END}",
        f"[data], Y: 1 cells, and the arrays before it have {CELLS:,}; the most is {CELLS:,} "
        "together\n[data]: the array `X` is missing",
    ),
    "cells of a mask": (
        f"[data]\nX = {ROWS}\nY = {{ draw = 'zeros', shape = [1, 50000] }}\n"
        "[[layer]]\nunits = 1000000\ndropout = 0.5\n" + END,
        "one iteration has values of 50,000,000,000 cells together; the most is 20,000,000: take "
        "fewer examples or units",
    ),
    "cells of an iteration": (
        f"[data]\nX = {ROWS}\nY = {{ draw = 'zeros', shape = [1, 50000] }}\n"
        + "[[layer]]\nunits = 50\n" * 10 + END,
        "one iteration has values of 75,346,304 cells together; the most is 20,000,000: take fewer "
        "examples or units",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_too_much_is_refused(tmp_path: Path, text: str, told: str) -> None:
    assert refusal(tmp_path, text) == told


@pytest.mark.parametrize(
    "text",
    [
        MODEL + "[names]\n" + "a." * (KEY_PARTS - 1) + "b = 1\n",
        f'title = "{"1." * (KEY_PARTS - 1)}1"\n[[layer]]\nunits = "{"x" * 10**5}"\n',
    ],
)
def test_what_is_just_not_too_much_is_read(tmp_path: Path, text: str) -> None:
    assert "dotted" not in refusal(tmp_path, text)


def test_as_much_as_is_allowed_is_read(tmp_path: Path) -> None:
    load(tmp_path, f'title = "{"x" * TEXT_LENGTH}"\n{DATA}' + LAYER * 20 + END)
    load(tmp_path, stop(f"J{' ' * (EXPRESSION_LENGTH - 4)}< 1"))
    load(tmp_path, f"[data]\nV = {LARGE}\nU = {{ draw = 'zeros', shape = [1, 9000000] }}\n"
                   + MODEL.removeprefix("[data]\n"))  # fmt: skip


def test_many_mistakes_are_counted(tmp_path: Path) -> None:
    told = refusal(tmp_path, "".join(f"a{number} = 1\n" for number in range(100)) + MODEL)
    lines = told.split("\n")
    assert len(lines) == MESSAGE_LINES
    assert lines[0].startswith("`a0`: `a0` is not a key or table of a scenario: it may be title")
    assert lines[-1] == "... and 81 more"


def test_a_long_key_is_told_by_its_ends(tmp_path: Path) -> None:
    told = refusal(tmp_path, f"first{'x' * 10**5}last = 1\n{MODEL}")
    assert told.startswith("`firstxxxxxxxxxxxxxx...xxxxxxxxxxxxxxlast`: `first")
    assert len(told) < 400


@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
def test_the_work_grows_with_the_layers_and_not_faster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, optimizer: str
) -> None:
    calls, pair = 0, updates._pair

    def counting(*given: object) -> object:
        nonlocal calls
        calls += 1
        return pair(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(updates, "_pair", counting)
    found = []
    for depth in (10, 20):
        calls = 0
        load(tmp_path, f'{DATA}{LAYER * depth}{END}{TRAINING}optimizer = "{optimizer}"\n')
        found.append(calls)
    assert found[1] < 2 * found[0]


def with_file(name: str, more: str = "") -> str:
    return MODEL.replace("X = ", f'V = {{ file = "{name}"{more} }}\nX = ')


def test_a_csv_of_very_many_rows_or_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "ROWS", 10)
    monkeypatch.setattr(csv_file, "COLUMNS", 4)
    path = tmp_path / "a.csv"
    path.write_text("1\n" * 10, encoding="utf-8")
    load(tmp_path, with_file("a.csv"))
    path.write_text("1\n" * 11, encoding="utf-8")
    told = "[data], V: `a.csv` has more than 10 rows; save it as a .npy file"
    assert refusal(tmp_path, with_file("a.csv")) == told
    path.write_text("1,2,3,4\n", encoding="utf-8")
    load(tmp_path, with_file("a.csv"))
    asked = refusal(tmp_path, with_file("a.csv", ", columns = [0, 1, 2, 3, 0]"))
    path.write_text("1,2,3,4,5\n", encoding="utf-8")
    assert asked == refusal(tmp_path, with_file("a.csv"))
    assert asked.endswith("has too many columns, or is asked for too many: the most is 4")
    path.write_text("1,2\n", encoding="utf-8")
    assert refusal(tmp_path, with_file("a.csv", ", columns = [0, 1, 0]")).endswith(
        "`a.csv` has 2 columns, and 3 are asked for"
    )


def test_an_archive_of_very_many_arrays_is_not_even_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        for number in range(ARRAYS_OF_A_FILE + 1):
            archive.writestr(f"{number}.npy", b"")
    monkeypatch.setattr(zipfile, "ZipFile", None)
    told = f"[data], V: `a.npz` holds more than {ARRAYS_OF_A_FILE:,} arrays"
    assert refusal(tmp_path, with_file("a.npz")) == told


def test_a_header_of_any_length_is_not_read(tmp_path: Path) -> None:
    content = b"\x93NUMPY\x02\x00" + (2**31).to_bytes(4, "little")
    with (tmp_path / "a.npy").open("wb") as file:
        file.write(content)
        file.truncate(2**31 + 100)  # takes no room on the disk
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("a.npy", content + b"{" * 10**5)
    for name in ("a.npy", "a.npz"):
        told = f"[data], V: `{name}` is not a {Path(name).suffix} file that NumPy reads"
        assert refusal(tmp_path, with_file(name)) == told


def test_arrays_of_files_count_with_the_others(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros(CELLS // 4, np.uint8))
    rest = f"U = {LARGE}\nT = {{ draw = 'zeros', shape = [1, {CELLS // 4 + 1}] }}\n"
    told = refusal(tmp_path, MODEL.replace("X = ", rest + 'V = { file = "a.npy" }\nX = '))
    assert told.startswith("[data], V: `a.npy` has 5,000,000 cells, and the arrays before it have")
