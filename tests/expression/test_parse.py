import pytest

from nnscope.expression.errors import ParseError
from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.parse import check_name, parse
from nnscope.expression.source import source
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Number,
    Slice,
    Transpose,
    Unary,
)
from nnscope.limits import EXPRESSION_DEPTH, EXPRESSION_LENGTH, NAME_LENGTH

A, B, C = Name("A"), Name("B"), Name("C")

ACCEPTED: dict[str, Expression] = {
    "A": A,
    "  A\n": A,
    "2": Number(2),
    "0.5": Number(0.5),
    "1e-8": Number(1e-8),
    "9223372036854775807": Number(2**63 - 1),
    "-A": Unary("-", A),
    "not A": Unary("not", A),
    "A + B": Binary("+", A, B),
    "A - B - C": Binary("-", Binary("-", A, B), C),
    "A + B * C": Binary("+", A, Binary("*", B, C)),
    "A @ B / C": Binary("/", Binary("@", A, B), C),
    "A ** 2": Binary("**", A, Number(2)),
    "A ** -64": Binary("**", A, Unary("-", Number(64))),
    "2 ** 62": Binary("**", Number(2), Number(62)),
    "2.0 ** 64": Binary("**", Number(2.0), Number(64)),
    "(-2) ** 2": Binary("**", Unary("-", Number(2)), Number(2)),
    "(2 + 3) ** -1": Binary("**", Binary("+", Number(2), Number(3)), Unary("-", Number(1))),
    "2 ** 0.5": Binary("**", Number(2), Number(0.5)),
    "-A ** 2": Unary("-", Binary("**", A, Number(2))),
    "A <= B": Binary("<=", A, B),
    "A != B": Binary("!=", A, B),
    "A and B and C": Binary("and", Binary("and", A, B), C),
    "A and B or C": Binary("or", Binary("and", A, B), C),
    "A.T": Transpose(A),
    "A.T.T": Transpose(Transpose(A)),
    "(A @ B).T": Transpose(Binary("@", A, B)),
    "A[0]": Index(A, (0,)),
    "A[-1, 1:3]": Index(A, (-1, Slice(1, 3, None))),
    "A[::-1, :]": Index(A, (Slice(None, None, -1), Slice(None, None, None))),
    "sigmoid(A)": Call("sigmoid", (A,)),
    "leaky_relu(A, 0.1)": Call("leaky_relu", (A, Number(0.1))),
    "softmax(A, axis=-1)": Call("softmax", (A,), (("axis", -1),)),
    "np.sum(A)": Call("np.sum", (A,)),
    "np.sum(A, axis=None)": Call("np.sum", (A,), (("axis", None),)),
    "np.max(A, axis=1, keepdims=True)": Call("np.max", (A,), (("axis", 1), ("keepdims", True))),
    "np.linalg.norm(A)": Call("np.linalg.norm", (A,)),
    "np.where(A > 0, A, 0)": Call("np.where", (Binary(">", A, Number(0)), A, Number(0))),
}


@pytest.mark.parametrize(("text", "tree"), ACCEPTED.items(), ids=list(ACCEPTED))
def test_the_grammar_gives_the_tree(text: str, tree: Expression) -> None:
    assert parse(text) == tree


def test_every_operand_of_and_and_or_is_a_level() -> None:
    deepest = "x or " * (EXPRESSION_DEPTH - 1) + "x"
    assert source(parse(deepest)) == deepest
    with pytest.raises(ParseError, match="nested deeper"):
        parse("x or " + deepest)


def test_the_bounds_are_where_they_are_said_to_be() -> None:
    assert parse("A" * NAME_LENGTH) == Name("A" * NAME_LENGTH)
    with pytest.raises(ParseError, match="a name may have 100 characters, this has 101"):
        parse("A" * (NAME_LENGTH + 1))
    assert parse("A" + " " * (EXPRESSION_LENGTH - 1)) == Name("A")
    deepest = "-" * (EXPRESSION_DEPTH - 1) + "A"
    parse(deepest)
    with pytest.raises(ParseError):
        parse("-" + deepest)


@pytest.mark.parametrize("name", ["W1", "learning_rate", "dZ2", "T", "x_", "e", "match"])
def test_a_plain_word_is_a_name(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name",
    ["", "1x", "a b", "a.b", "_x", "__x__", "for", "None", "α", "x²", "a-b", "x\n"],
)
def test_a_word_that_could_not_be_read_back_is_no_name(name: str) -> None:
    with pytest.raises(ParseError) as caught:
        check_name(name)
    written = name.replace("\n", "\\n")
    assert str(caught.value) == (
        f"`{written}` can't be a name: use letters, digits and _, a letter first"
    )


@pytest.mark.parametrize("name", ["np", *(word for word in FUNCTIONS if "." not in word)])
def test_the_name_of_a_function_is_no_name_of_a_value(name: str) -> None:
    with pytest.raises(ParseError) as caught:
        check_name(name)
    assert str(caught.value) == (
        f"`{name}` can't be the name of a value: it is a function of the language"
    )
