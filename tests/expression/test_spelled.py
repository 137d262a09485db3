"""Names that are more than one word, as scripts have them."""

import pytest

from nnscope.expression.errors import ParseError
from nnscope.expression.parse import parse
from nnscope.expression.source import source
from nnscope.expression.syntax import Binary, Index, Name, Transpose

NAMES = ['params["W1"]', "self.W1", "weights[0]", "layers[1].b", "np.dot(X, W)", "x y"]


@pytest.mark.parametrize("text", ['params["W1"]', "self.W1", "weights[0]", "layers[1].b"])
def test_a_name_of_several_words(text: str) -> None:
    assert parse(text, NAMES) == Name(text)
    assert (
        source(parse(f"{text}.T * 2 - np.sum({text})", NAMES)) == f"{text}.T * 2 - np.sum({text})"
    )


def test_quotes_do_not_matter() -> None:
    assert parse("params['W1']", NAMES) == Name('params["W1"]')


def test_a_cell_and_a_transpose_of_one() -> None:
    assert parse("self.W1[0, 2]", NAMES) == Index(Name("self.W1"), (0, 2))
    assert parse("weights[0].T", NAMES) == Transpose(Name("weights[0]"))
    assert parse("weights[1]", NAMES) == Index(Name("weights"), (1,))


def test_a_word_of_the_text_is_never_taken_for_a_name() -> None:
    assert parse("spelled0 + self.W1", NAMES) == Binary("+", Name("spelled0"), Name("self.W1"))


@pytest.mark.parametrize("text", ['params["W2"]', "self.W2", "self.W1.real", "self"])
def test_other_attributes_stay_refused(text: str) -> None:
    if text == "self":
        assert parse(text, NAMES) == Name("self")
        return
    with pytest.raises(ParseError):
        parse(text, NAMES)
