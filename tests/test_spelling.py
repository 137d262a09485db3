"""Real misspellings are found, other words are not."""

import pytest

from nnscope.spelling import distance, nearest

KNOWN = ("np.where", "np.isfinite", "np.tanh", "np.exp", "np.sqrt", "np.sum", "uniform", "randn")


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [("", "", 0), ("a", "", 1), ("tanh", "tahn", 1), ("power", "where", 4), ("ca", "abc", 3)],
)
def test_the_distance_of_two_words(first: str, second: str, wanted: int) -> None:
    assert distance(first, second) == distance(second, first) == wanted


@pytest.mark.parametrize(
    ("word", "wanted"),
    [("np.tahn", "np.tanh"), ("np.wher", "np.where"), ("NP.SUM", "np.sum"), ("rndn", "randn")],
)
def test_a_misspelt_word_has_a_nearest(word: str, wanted: str) -> None:
    assert nearest(word, KNOWN) == wanted


@pytest.mark.parametrize("word", ["normal", "q", "", "x" * 1000, "begin"])
def test_another_word_has_none(word: str) -> None:
    assert nearest(word, (*KNOWN, "end", "m")) == ""


def test_what_begins_a_word_is_nearly_that_word() -> None:
    assert nearest("chain", ("combined", "chained")) == "chained"
