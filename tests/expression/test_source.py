import pytest
from hypothesis import given

from nnscope.expression.parse import parse
from nnscope.expression.source import source
from nnscope.expression.syntax import Binary, Expression, Name, Number, Unary
from tests.examples import examples
from tests.expression.strategies import expressions

A, B, C = Name("A"), Name("B"), Name("C")


@examples(200)
@given(tree=expressions())
def test_reading_the_written_text_gives_the_same_tree(tree: Expression) -> None:
    assert parse(source(tree)) == tree


@examples(80)
@given(tree=expressions(("A", "B")))
def test_text_is_stable_once_written(tree: Expression) -> None:
    assert source(parse(source(tree))) == source(tree)


@pytest.mark.parametrize(
    "text",
    [
        "W1 @ X + b1",
        "-np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m",
        "dZ2 @ A1.T / m",
        "np.sum(dZ2, axis=1, keepdims=True) / m",
        "W2.T @ dZ2 * (1 - A1 ** 2)",
        "(W2.T @ dZ2) * (1 - A1 ** 2)",
        "np.where(Z1 > 0, Z1, 0)",
        "A[0, 1:3]",
        "A[:, ::-1]",
        "A[-1, 2:, :4:2]",
        "softmax(Z, axis=0)",
        "not (a and b) or c != d",
        "x ** -1",
        "(-x) ** 2",
        "-x ** 2",
        "a - (b - c)",
        "a / (b * c)",
        "(a < b) == c",
    ],
)
def test_a_line_as_people_write_it_keeps_its_meaning(text: str) -> None:
    written = source(parse(text))
    assert parse(written) == parse(text)
    assert written.replace("(", "").replace(")", "") == text.replace("(", "").replace(")", "")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("((A))+((B))", "A + B"),
        ("A@B*C", "(A @ B) * C"),
        ("(A@B)/C", "A @ B / C"),
        ("A*(B*C)", "A * (B * C)"),
        ("A-(B-C)", "A - (B - C)"),
        ("(A-B)-C", "A - B - C"),
        ("(A+B).T", "(A + B).T"),
        ("(A@B)[0]", "(A @ B)[0]"),
        ("-(A*B)", "-(A * B)"),
        ("(-A)*B", "-A * B"),
        ("not(A==B)", "not A == B"),
        ("(not A)==B", "(not A) == B"),
        ("(A<B)<C", "(A < B) < C"),
        ("A and(B and C)", "A and (B and C)"),
        ("(A**2)**3", "(A ** 2) ** 3"),
        ("np.sum( A,axis = 1 )", "np.sum(A, axis=1)"),
        ("A[0:2:1,:]", "A[0:2:1, :]"),
        ("0.10", "0.1"),
        ("1e20", "1e+20"),
    ],
)
def test_brackets_and_blanks_are_put_where_they_help(text: str, written: str) -> None:
    assert source(parse(text)) == written


def test_brackets_follow_the_tree_and_not_the_order_of_writing() -> None:
    assert source(Binary("*", Binary("+", A, B), C)) == "(A + B) * C"
    assert source(Binary("+", A, Binary("*", B, C))) == "A + B * C"
    assert source(Binary("**", Unary("-", A), Number(2))) == "(-A) ** 2"
    assert source(Unary("-", Binary("**", A, Number(2)))) == "-A ** 2"
