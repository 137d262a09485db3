import io
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nnscope.limits import CSV_BYTES
from nnscope.scenario.errors import ScenarioError
from nnscope.scenario.load import load

Array = NDArray[np.float64]
COUNT = np.arange(6).reshape(2, 3)
PICKLE = "holds Python objects (a pickle), which nnscope never opens; save plain numbers"

SEPARATED = "stand between its numbers; put commas there, and a point into a number: 0.5"


def read(folder: Path, entry: str) -> Array:
    path = folder / "mine.toml"
    path.write_text(
        f"[data]\nX = [[1], [2]]\nV = {entry}\n[[layer]]\nunits = 1\n", encoding="utf-8"
    )
    return load(path).data["V"]


def refusal(folder: Path, entry: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        read(folder, entry)
    return str(caught.value).removeprefix(f"{folder / 'mine.toml'}: [data], V: ")


@pytest.mark.parametrize(
    ("text", "columns", "wanted"),
    [
        ("1,2\n3,4\n", "", [[1, 2], [3, 4]]),
        ("1,2\r\n3,4", "", [[1, 2], [3, 4]]),
        ("1,2\n\n3,4\n\n", "", [[1, 2], [3, 4]]),
        ("a,b\n1,2\n3,4\n", "", [[1, 2], [3, 4]]),
        ("\ufeffa,b\n1,2\n", ", columns = ['a']", [[1]]),
        ("a,b\n1,2\n3,4\n", ", columns = ['b']", [[2], [4]]),
        ("a,b\n1,2\n3,4\n", ", columns = [1, 'a']", [[2, 1], [4, 3]]),
        ("1,2,3\n4,5,6\n", ", columns = [2]", [[3], [6]]),
        ("a, b\n1, 2\n", ", columns = ['b']", [[2]]),
        ('"1","2e-1"\n', "", [[1, 0.2]]),
        ("a,kind\n1,setosa\n2,virginica\n", ", columns = ['a']", [[1], [2]]),
        ("1,setosa\n2,virginica\n", ", columns = [0]", [[1], [2]]),
        ("7\n8\n9\n", ", transpose = true", [[7, 8, 9]]),
    ],
)
def test_csv(tmp_path: Path, text: str, columns: str, wanted: list[list[float]]) -> None:
    (tmp_path / "points.csv").write_text(text, encoding="utf-8", newline="")
    array = read(tmp_path, f'{{ file = "points.csv"{columns} }}')
    np.testing.assert_array_equal(array, np.array(wanted, dtype=np.float64), strict=True)


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("", "", "`points.csv` is empty"),
        ("\n\n", "", "`points.csv` is empty"),
        ("1,2\n3,4,5\n", "", "`points.csv`, row 2: 3 cells, the first row has 2"),
        ("a,b\n1,2\n3,x\n", "", "`points.csv`, row 3: 'x' is not a number"),
        ("1,2\n\n\n3,x\n", "", "`points.csv`, row 4: 'x' is not a number"),
        ("1,2\n3\n", "", "`points.csv`, row 2: 1 cell, the first row has 2"),
        ("a,b\n", "", "`points.csv` has a heading but no rows"),
        (
            "1,2,O\n3,4,5\n",
            "",
            "`points.csv`, row 1: 'O' is not a number, and others in this row are",
        ),
        ("1,2\n3,4\n", ", columns = ['c']", "`points.csv` has no column 'c'; it has 0 to 1"),
        ("x" * 140000, "", "`points.csv`, row 1: field larger than field limit (131072)"),
        ("1,2\n3,\n", "", "`points.csv`, row 2: '' is not a number"),
        ("x;y\n1;2\n", "", f"`points.csv`: semicolons {SEPARATED}"),
        ("1,5;2,5\n3;4\n", "", f"`points.csv`: semicolons {SEPARATED}"),
        ("1;2\n", ", columns = [1]", f"`points.csv`: semicolons {SEPARATED}"),
        ("x\ty\n1\t2\n", ", columns = ['y']", f"`points.csv`: tabs {SEPARATED}"),
        ("a;b,c\n1,x\n", "", "`points.csv`, row 2: 'x' is not a number"),
        ("1,2\n3,1_0\n", "", "`points.csv`, row 2: '1_0' is not a number"),
        ("1,2\n3,１\n", "", "`points.csv`, row 2: '１' is not a number"),
        ("1,2\n3,4\n", ", columns = [2]", "`points.csv` has no column 2; it has 0 to 1"),
        ("1,2\n3,4\n", ", columns = [-1]", "`points.csv` has no column -1; it has 0 to 1"),
        ("a,b\n1,2\n", ", columns = ['c']", "`points.csv` has no column 'c'; it has a, b"),
    ],
)
def test_a_wrong_csv(tmp_path: Path, text: str, columns: str, message: str) -> None:
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    assert refusal(tmp_path, f'{{ file = "points.csv"{columns} }}') == message


def test_a_csv_in_another_encoding_and_one_that_is_far_too_large(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_bytes("größe\n1\n".encode("latin-1"))
    assert refusal(tmp_path, '{ file = "points.csv" }') == "`points.csv` is not text in UTF-8"
    with (tmp_path / "points.csv").open("wb") as file:
        file.truncate(CSV_BYTES + 1)
    assert refusal(tmp_path, '{ file = "points.csv" }') == (
        "`points.csv` is larger than 8 MB; save it as a .npy file"
    )


@pytest.mark.parametrize("suffix", [".csv", ".npy", ".npz"])
def test_a_pipe_and_a_device_are_not_waited_for(tmp_path: Path, suffix: str) -> None:
    os.mkfifo(tmp_path / f"pipe{suffix}")
    (tmp_path / f"zero{suffix}").symlink_to("/dev/zero")
    for name in (f"pipe{suffix}", f"zero{suffix}"):
        assert refusal(tmp_path, f'{{ file = "{name}" }}') == (
            f"`{tmp_path / name}` can't be read: it is not a plain file"
        )


@pytest.mark.parametrize(
    "array", [COUNT, COUNT > 2, COUNT.astype(np.float32), np.asfortranarray(COUNT), COUNT[:, ::-1]]
)
def test_npy_is_read_as_floats_in_rows(tmp_path: Path, array: Array) -> None:
    np.save(tmp_path / "a.npy", array)
    found = read(tmp_path, '{ file = "a.npy" }')
    np.testing.assert_array_equal(found, array.astype(np.float64), strict=True)
    assert found.flags.c_contiguous


def test_npz_gives_its_only_array_or_the_one_that_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "one.npz", inputs=COUNT)
    np.savez_compressed(tmp_path / "two.npz", inputs=COUNT, labels=np.array([[0.0, 1.0]]))
    np.testing.assert_array_equal(read(tmp_path, '{ file = "one.npz" }'), COUNT)
    labels = read(tmp_path, '{ file = "two.npz", name = "labels" }')
    np.testing.assert_array_equal(labels, [[0.0, 1.0]])
    assert refusal(tmp_path, '{ file = "two.npz" }') == (
        '`two.npz` holds inputs, labels; say which with name = "..."'
    )
    for name in ("one", "two"):
        found = refusal(tmp_path, f'{{ file = "{name}.npz", name = "Z" }}')
        assert found.startswith(f"`{name}.npz` has no array `Z`; it has inputs")


def test_what_is_no_array_in_an_npz_is_passed_over(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", a=COUNT)
    with zipfile.ZipFile(tmp_path / "a.npz", "a") as archive:
        archive.writestr("notes.txt", "hello")
    np.testing.assert_array_equal(read(tmp_path, '{ file = "a.npz" }'), COUNT)
    with zipfile.ZipFile(tmp_path / "b.npz", "w") as archive:
        archive.writestr("notes.txt", "hello")
    assert refusal(tmp_path, '{ file = "b.npz" }') == "`b.npz` holds no arrays"


def test_a_file_is_looked_for_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    np.save(tmp_path / "data" / "a.npy", COUNT)
    np.testing.assert_array_equal(read(tmp_path, '{ file = "data/a.npy" }'), COUNT)


@pytest.mark.parametrize("name", ["none.csv", "none.npy", "none.npz"])
def test_a_missing_file(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path, f'{{ file = "{name}" }}') == f"there is no file `{tmp_path / name}`"


@pytest.mark.parametrize("name", ["a.csv", "a.npy", "a.npz"])
def test_a_folder_in_place_of_a_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    found = refusal(tmp_path, f'{{ file = "{name}" }}')
    assert found.startswith(f"`{tmp_path / name}` can't be read: ")


@pytest.mark.parametrize(
    ("array", "kind"), [(np.array([1j]), "complex128"), (np.array(["a"]), "<U1")]
)
def test_what_is_no_number_is_refused(tmp_path: Path, array: Array, kind: str) -> None:
    np.save(tmp_path / "a.npy", array)
    assert (
        refusal(tmp_path, '{ file = "a.npy" }') == f"`a.npy` holds {kind} values, not real numbers"
    )


@pytest.mark.parametrize("cut", [8, 60, 127])
def test_a_cut_npy_is_refused(tmp_path: Path, cut: int) -> None:
    np.save(tmp_path / "a.npy", COUNT)
    whole = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(whole[:-cut])
    message = "`a.npy` is not a .npy file that NumPy reads"
    assert refusal(tmp_path, '{ file = "a.npy" }') == message


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", b"words"])
def test_a_broken_npz_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    message = "`a.npz` is not a .npz file that NumPy reads"
    assert refusal(tmp_path, '{ file = "a.npz" }') == message


def npy(header: bytes, data: bytes = b"") -> bytes:
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data


HEADER = "{{'descr': '{}', 'fortran_order': False, 'shape': {}}}\n"
BROKEN = "`a.{0}` is not a .{0} file that NumPy reads"
HOSTILE = {
    npy(b"(" * 400 + b"\n"): BROKEN,
    npy(b"'" + b"\n"): BROKEN,
    npy(b"-" * 9000 + b"1\n"): BROKEN,
    npy(b"{'descr': [[[[]]]], 'fortran_order': 1, 'shape': 'x'}\n"): BROKEN,
    npy(HEADER.format("<f8", "(-1,)").encode()): BROKEN,
    npy(HEADER.format("<f8", [1] * 70).replace("[", "(").replace("]", ")").encode()): BROKEN,
    npy(HEADER.format("<f8", "(1000, 1000)").encode(), b"1234567"): BROKEN,
    npy(HEADER.format("|O", "(1,)").encode(), b"x"): f"`a.{{0}}` {PICKLE}",
    npy(HEADER.format("<U3", "(1,)").encode(), b"x"): "`a.{0}` holds <U3 values, not real numbers",
    b"\x93NUMPY\x09\x00": BROKEN,
    b"1, 2, 3\n": "`a.{0}` holds no array of NumPy; write it with np.save",
    b"": "`a.{0}` holds no array of NumPy; write it with np.save",
}


@pytest.mark.parametrize(("content", "message"), HOSTILE.items(), ids=range(len(HOSTILE)))
def test_a_hostile_array_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a.npy").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("a.npy", content)
    for suffix in ("npy", "npz"):
        assert refusal(tmp_path, f'{{ file = "a.{suffix}" }}') == message.format(suffix)


def test_an_array_that_claims_to_be_huge_is_refused_before_it_is_made(tmp_path: Path) -> None:
    content = npy(HEADER.format("<f8", "(1000000, 1000000)").encode())
    (tmp_path / "a.npy").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("a.npy", content)
    for name in ("a.npy", "a.npz"):
        found = refusal(tmp_path, f'{{ file = "{name}" }}')
        assert found == f"`{name}` has 1,000,000,000,000 cells; the most is 20,000,000"


def test_damaged_compression_is_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", a=np.random.default_rng(0).random(1000))
    whole = bytearray((tmp_path / "a.npz").read_bytes())
    whole[200:2000] = b"\xff" * 1800
    (tmp_path / "a.npz").write_bytes(whole)
    assert refusal(tmp_path, '{ file = "a.npz" }') == BROKEN.format("npz")


def test_keys_of_another_kind_of_file_are_mistakes(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", COUNT)
    (tmp_path / "a.csv").write_text("1,2\n", encoding="utf-8")
    there_is_none = "{}: belongs to {}; there is none here"
    for entry, key, owner in (
        ('{ file = "a.npy", columns = [0] }', "columns", "a .csv file"),
        ('{ file = "a.npy", name = "a" }', "name", "a .npz file"),
        ('{ file = "a.csv", name = "a" }', "name", "a .npz file"),
        ('{ file = "a.csv", take = "labels" }', "take", "a data set"),
    ):
        assert refusal(tmp_path, entry).endswith(f"V, {there_is_none.format(key, owner)}")


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.path),)


def test_a_pickle_is_refused_and_never_run(tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    objects = np.array([Trap(sprung)], dtype=object)
    np.save(tmp_path / "objects.npy", objects, allow_pickle=True)
    np.savez(tmp_path / "objects.npz", a=objects)
    for name in ("plain.npy", "plain.npz", "plain.csv"):
        (tmp_path / name).write_bytes(pickle.dumps(Trap(sprung)))
    with zipfile.ZipFile(tmp_path / "inside.npz", "w") as archive:
        stream = io.BytesIO()
        np.save(stream, objects, allow_pickle=True)
        archive.writestr("a.npy", stream.getvalue())

    assert refusal(tmp_path, '{ file = "objects.npz" }') == f"`objects.npz` {PICKLE}"
    assert refusal(tmp_path, '{ file = "inside.npz" }') == f"`inside.npz` {PICKLE}"
    assert refusal(tmp_path, '{ file = "plain.npy" }') == f"`plain.npy` {PICKLE}"
    for name in ("objects.npy", "plain.npz", "plain.csv"):
        refusal(tmp_path, f'{{ file = "{name}" }}')
    assert not sprung.exists()

    np.load(tmp_path / "objects.npy", allow_pickle=True)  # the trap does work
    assert sprung.exists()
