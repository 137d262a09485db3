from pathlib import Path

import pytest

from nnscope.scenario.errors import ScenarioError
from nnscope.scenario.load import parse

KEY = "is not a key of this table: did you mean"
LABELS = "V, one_hot: the labels must be whole numbers from 0 to 1"
SOURCES = "V: needs one of value, draw, file, dataset, found"

MISTAKES = {
    # draws
    '{ draw = "rndn", shape = [2] }': (
        "V, draw: `rndn` is not a kind of draw: did you mean `randn`?"
    ),
    '{ draw = "cauchy", shape = [2] }': "V, draw: `cauchy` is not a kind of draw: "
    "it may be randn, rand, uniform, integers, linspace, zeros, ones",
    '{ draw = "randn" }': "V: needs a shape, such as shape = [2, 3]",
    '{ draw = "randn", shape = "2x3" }': "V, shape: expected a list [...], found '2x3'",
    '{ draw = "randn", shape = [1000000, 1000000] }': (
        "V, shape: 1,000,000,000,000 cells; the most is 20,000,000"
    ),
    '{ draw = "zeros", shape = [20000001] }': (
        "V, shape: 20,000,001 cells; the most is 20,000,000"
    ),
    '{ draw = "integers", low = 0.2, high = 0.8, shape = [2] }': (
        "V, low: must be a whole number, found 0.2"
    ),
    '{ draw = "integers", high = 1e30, shape = [2] }': (
        "V, high: must be at most 2**53, found 1e+30"
    ),
    '{ draw = "integers", high = nan, shape = [2] }': "V, high: must be a whole number, found nan",
    '{ draw = "integers", high = inf, shape = [2] }': "V, high: must be a whole number, found inf",
    '{ draw = "uniform", low = -inf, shape = [2] }': "V, low: must be a finite number, found -inf",
    '{ draw = "linspace", stop = nan, shape = [2] }': "V, stop: must be a finite number, found nan",
    '{ draw = "randn", shape = [0, 9223372036854775807] }': (
        "V, shape: 9,223,372,036,854,775,807 cells; the most is 20,000,000"
    ),
    '{ draw = "randn", shape = [0, 99999999999999999999] }': (
        "V, shape[1]: a whole number must be below 2**63; write a larger one as 1e20"
    ),
    f'{{ draw = "randn", shape = {[1] * 70} }}': (
        "V: has 70 axes; give it rows and columns with shape = [...]"
    ),
    f"{{ value = 1, shape = {[1] * 70} }}": (
        "V: has 70 axes; give it rows and columns with shape = [...]"
    ),
    "{ value = 1, shape = [9223372036854775807, 2] }": (
        "V, shape: [9223372036854775807, 2] does not have the 1 cell of []"
    ),
    '{ draw = "randn", shape = [2, "3"] }': "V, shape[1]: expected a whole number, found '3'",
    '{ draw = "randn", shape = [2, 3, 4] }': (
        "V: has 3 axes; give it rows and columns with shape = [...]"
    ),
    '{ draw = "integers", low = 3, high = 3, shape = [2] }': "V, high: must be above low = 3",
    '{ draw = "randn", shape = [2], seed = -1 }': "V, seed: must be at least 0, found -1",
    '{ draw = "randn", shape = [2], seed = 4294967296 }': (
        "V, seed: a legacy seed must be below 2**32"
    ),
    "{ draw = 3 }": "V, draw: expected text in quotes, found 3",
    # the table itself
    "{}": f"{SOURCES} none",
    "{ shape = [2, 3] }": f"{SOURCES} none",
    '{ draw = "randn", value = 3, shape = [2] }': f"{SOURCES} value and draw",
    '{ drawn = "randn", value = 3 }': f"V, drawn: `drawn` {KEY} `draw`?",
    '{ draw = "randn", shap = [2, 3] }': f"V, shap: `shap` {KEY} `shape`?",
    # keys of another source
    '{ draw = "randn", shape = [2], low = 1, take = "labels" }': (
        "V, low: belongs to the draws uniform and integers; there is none here\n"
        "[data], V, take: belongs to a data set; there is none here"
    ),
    '{ draw = "uniform", shape = [2], stop = 1 }': (
        "V, stop: belongs to the draw linspace; there is none here"
    ),
    "{ value = 1, seed = 3 }": "V, seed: belongs to a draw; there is none here",
    '{ dataset = "xor", columns = [1] }': "V, columns: belongs to a .csv file; there is none here",
    # adjustments
    "{ value = [0, 1], one_hot = 10000000000000 }": (
        "V, one_hot: 20,000,000,000,000 cells; the most is 20,000,000"
    ),
    "{ value = [0, 1, 2], one_hot = 2 }": LABELS,
    "{ value = [0.5, 1], one_hot = 2 }": LABELS,
    "{ value = [-1, 1], one_hot = 2 }": LABELS,
    "{ value = [nan, 1], one_hot = 2 }": LABELS,
    "{ value = [0, 1], one_hot = 1 }": "V, one_hot: must be at least 2, found 1",
    "{ value = [1, 2, 3], shape = [2, 2] }": "V, shape: [2, 2] does not have the 3 cells of [3]",
    '{ value = 1, above = "0" }': "V, above: expected a number, found '0'",
    "{ value = 1, transpose = 1 }": "V, transpose: expected true or false, found 1",
    "{ value = 1, scale = true }": "V, scale: expected a number or text in quotes, found true",
    '{ draw = "normal", shape = [2] }': "V, draw: `normal` is not a kind of draw: write `randn`",
    '{ value = 1, scale = "hee" }': "V, scale: `hee` is not a scale: did you mean `he`?",
    '{ value = 1, scale = "kaiming" }': (
        "V, scale: `kaiming` is not a scale: it may be he, lecun, glorot"
    ),
    "{ value = [1], divide = 0 }": "V, divide: nothing can be divided by 0",
    '{ value = [1], divide = "sqrt(input)" }': (
        "V, divide: `sqrt(input)` is not a divisor: did you mean `sqrt(inputs)`?"
    ),
    '{ value = [1], divide = "sqrt(units)" }': (
        "V, divide: `sqrt(units)` is for the weights of a layer; give a number here"
    ),
    '{ value = [1], scale = "he" }': (
        "V, scale: `he` is for the weights of a layer; give a number here"
    ),
    # data sets
    '{ dataset = "flowr" }': "V, dataset: `flowr` is not a data set: did you mean `flower`?",
    '{ dataset = "iris" }': "V, dataset: `iris` is not a data set: it may be xor, flower, spiral, "
    "digits",
    '{ dataset = "xor", take = "label" }': (
        "V, take: `label` is not one of the choices: did you mean `labels`?"
    ),
    # files
    '{ file = "points.txt" }': "V: `points.txt` must end in .csv, .npy or .npz",
    '{ file = "points" }': "V: `points` must end in .csv, .npy or .npz",
    '{ file = "a.csv", columns = "x" }': "V, columns: expected a list [...], found 'x'",
    # not an array
    '"points.csv"': "V: expected a number, a matrix or a table, found 'points.csv'",
    "[]": "V: an empty list is not an array",
}


@pytest.mark.parametrize(("entry", "message"), MISTAKES.items(), ids=list(MISTAKES))
def test_a_wrong_array_is_told_with_its_key(entry: str, message: str, tmp_path: Path) -> None:
    text = f'rng = "legacy"\n[data]\nX = [[1], [2]]\nV = {entry}\n[[layer]]\nunits = 1\n'
    with pytest.raises(ScenarioError) as caught:
        parse(text, tmp_path / "mine.toml")
    assert str(caught.value) == f"[data], {message}"
