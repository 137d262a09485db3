import builtins
import sys
import tracemalloc
from collections.abc import Callable

import pytest

from nnscope.expression.errors import ParseError
from nnscope.expression.parse import parse

ONLY_T = "the only attribute is `.T`, and functions must be called"
NO_NAME = "can't be a name: use letters, digits and _, a letter first"
FUNCTION = "can't be the name of a value: it is a function of the language"
EXPONENT = "an exponent must be a number from -64 to 64, written as a number, or have a name in it"
DEEP = "the expression is nested deeper than 60 levels"
WHOLE = "a whole number must be below 2**63; write a larger one as 1e20"
INDEX = "an index must be whole numbers or slices, such as [0, 1:3]"
CHAIN = "write a chain such as a < b < c as `a < b and b < c`"
COMPREHENSION = "a comprehension is not part of the language"
AXIS = "axis must be a whole number, such as axis=0"
RIGHT = "write only the right-hand side, what stands behind the `=`"
BIGNUM = "would be a whole number of 2**63 or more: write a number in it with a point, such as 9.0"
BY_NAME = "only listed functions can be called, by their name"

REFUSED: dict[str, str] = {
    # attributes
    "A.shape": f"`.shape`: {ONLY_T}",
    "A.T.real": f"`.real`: {ONLY_T}",
    "np.pi": f"`.pi`: {ONLY_T}",
    "np.exp": f"`.exp`: {ONLY_T}",
    "A.__class__": f"`.__class__`: {ONLY_T}",
    "().__class__.__bases__": f"`.__bases__`: {ONLY_T}",
    "A.T.__array_interface__": f"`.__array_interface__`: {ONLY_T}",
    "2 .T": "`2` is a number: `.T` is for arrays",
    "(1 + 1).T": "`1 + 1` is a number: `.T` is for arrays",
    "(2)[0]": "`2` is a number: `[...]` is for arrays",
    "(not 1.5)[0]": "`not 1.5` is a number: `[...]` is for arrays",
    # names
    "__builtins__": f"`__builtins__` {NO_NAME}",
    "_x": f"`_x` {NO_NAME}",
    "_": f"`_` {NO_NAME}",
    "π": f"`π` {NO_NAME}",
    "é + 1": f"`é` {NO_NAME}",
    "ｘ + 1": f"`ｘ` {NO_NAME}",
    "𝐀 @ B": f"`𝐀` {NO_NAME}",
    "np.ｓum(A)": f"`ｓum` {NO_NAME}",
    "A − B": "`−` is not a sign of the language: write as in NumPy",
    "A\ud800": "`\\ud800` is not a sign of the language: write as in NumPy",
    "np": f"`np` {FUNCTION}",
    "np + 1": f"`np` {FUNCTION}",
    "sigmoid": f"`sigmoid` {FUNCTION}",
    "relu.T": f"`relu` {FUNCTION}",
    # calls
    "__import__('os').system('true')": BY_NAME,
    "__import__('os')": "`__import__` is not a function of the language. It has sigmoid, relu,",
    "eval('1')": "`eval` is not a function of the language",
    "open('f', 'w')": "`open` is not a function of the language",
    "np.load('f')": "`np.load` is not a function of the language",
    "np.fromfile(A)": "`np.fromfile` is not a function of the language",
    "np.tahn(A)": "`np.tahn` is not a function of the language: did you mean `np.tanh`?",
    "log(A)": "`log` is not a function of the language: did you mean `np.log`?",
    "A.sum()": "`A.sum` is not a function of the language: did you mean `np.sum`?",
    "Sigmoid(A)": "`Sigmoid` is not a function of the language: did you mean `sigmoid`?",
    "(A + B).sum()": BY_NAME,
    "A[0](1)": BY_NAME,
    "(lambda: 1)()": BY_NAME,
    "1()": BY_NAME,
    "np.sum()": "np.sum takes 1 argument, this call has 0",
    "np.sum(A, 0)": "np.sum takes 1 argument, this call has 2",
    "np.where(A)": "np.where takes 3 arguments, this call has 1",
    "np.sum(*A)": "a starred argument is not part of the language",
    "np.sum(A, **B)": "np.sum has no option `**` (it has axis and keepdims)",
    "np.sum(A, dtype=1)": "np.sum has no option `dtype` (it has axis and keepdims)",
    "np.tanh(A, out=A)": "np.tanh has no option `out` (it has none)",
    "np.sum(A, keepdims=1)": "keepdims must be True or False",
    "np.sum(A, axis=0, axis=1)": "np.sum has an option twice: axis, axis",
    "np.sum(A, axis=x)": AXIS,
    "np.sum(A, axis=(0, 1))": AXIS,
    "np.sum(A, axis=True)": AXIS,
    "np.sum(A, axis=" + "-" * 1900 + "1)": AXIS,
    "softmax(A)": "softmax needs its axis: softmax(x, axis=0) where an example is a column",
    # constructs
    "lambda: 1": "a lambda is not part of the language",
    "(x := 1)": "an assignment (`:=`) is not part of the language",
    "f'{A}'": "an f-string is not part of the language",
    "[x for x in A]": COMPREHENSION,
    "{x for x in A}": COMPREHENSION,
    "{x: 1 for x in A}": COMPREHENSION,
    "np.sum(x for x in A)": COMPREHENSION,
    "[1, 2]": "a list is not part of the language",
    "(1, 2)": "a tuple is not part of the language",
    "{1}": "a set is not part of the language",
    "{}": "a dictionary is not part of the language",
    "A if B else C": "`if` and `else` (np.where chooses cell by cell) is not part of the language",
    "await A": "await is not part of the language",
    "(yield A)": "yield is not part of the language",
    "+A": "a leading `+` is not part of the language",
    "~A": "`~` is not part of the language",
    "A // 2": "`//` is not part of the language",
    "A % 2": "`%` is not part of the language",
    "A & B": "`&` (write `and`) is not part of the language",
    "A | B": "`|` (write `or`) is not part of the language",
    "A ^ 2": "`^` (a power is `**`) is not part of the language",
    "A << 1": "`<<` is not part of the language",
    "A in B": "`in` is not part of the language",
    "A is not B": "`is not` (write `!=`) is not part of the language",
    "A < B < C": CHAIN,
    "A == B != C": CHAIN,
    # numbers
    "'a'": "'a' is not a number",
    "b'a'": "b'a' is not a number",
    "True": "True is not a number",
    "None": "None is not a number",
    "...": "Ellipsis is not a number",
    "1j": "1j is not a number",
    "1e400": "a number must be below 1.8e308",
    "-1e400": "a number must be below 1.8e308",
    "9223372036854775808": WHOLE,
    "9" * 1999: WHOLE,
    "9**9**9": EXPONENT,
    "A ** (2 and 3)": EXPONENT,
    "A ** 65": EXPONENT,
    "A ** -64.5": EXPONENT,
    "A ** (2 * 3)": EXPONENT,
    "2 ** 2 ** 2": EXPONENT,
    "A ** (not 2)": EXPONENT,
    "2 ** 63": f"`2 ** 63` {BIGNUM}",
    "(9**64)**64": f"`9 ** 64` {BIGNUM}",
    "np.exp(9**64)": f"`9 ** 64` {BIGNUM}",
    "-(3 ** 40) * A": f"`3 ** 40` {BIGNUM}",
    "np.square(9223372036854775807*9223372036854775807)": BIGNUM,
    "np.square(" * 18 + "9**64" + ")" * 18: BIGNUM,
    "((A and 9) ** 19) ** 19": f"`((A and 9) ** 19) ** 19` {BIGNUM}",
    "((not A) + 9) ** 64": f"`((not A) + 9) ** 64` {BIGNUM}",
    "9223372036854775807 + 1": f"`9223372036854775807 + 1` {BIGNUM}",
    "leaky_relu(9223372036854775807, 2)": f"`leaky_relu(9223372036854775807, 2)` {BIGNUM}",
    "(1 - 9) ** 0.5": "`1 - 9` may be negative, and has no real power then",
    "(A and -1) ** 0.5": "`A and -1` may be negative, and has no real power then",
    # indices
    "A[B]": INDEX,
    "A[0.5]": INDEX,
    "A[True]": INDEX,
    "A[None]": INDEX,
    "A[...]": INDEX,
    "A[*B]": INDEX,
    "A['x']": INDEX,
    "A[()]": INDEX,
    "A[--1]": INDEX,
    "A[" + "-" * 1900 + "1]": INDEX,
    "A[::0]": "the step of a slice can't be 0",
    # not Python
    "": "the expression is empty",
    " \t\n": "the expression is empty",
    "import os": "`import os` is not an expression: `import` begins a statement of Python",
    "x = 1": f"`x = 1` is not an expression: {RIGHT}",
    "dW1=A\n": f"`dW1=A\\n` is not an expression: {RIGHT}",
    "A +\nB": "`A +\\nB` is not an expression",
    "A; B": "`A; B` is not an expression at character 2",
    "A +": "`A +` is not an expression",
    "(A": "`(A` is not an expression at character 1: '(' was never closed",
    "A)": "`A)` is not an expression at character 2: unmatched ')'",
    "lambda": "`lambda` is not an expression",
    "5x": "`5x` is not an expression",
    "A\0B": "null byte",
    # long and deep
    "(" * 10_000 + ")" * 10_000: "an expression may have 2000 characters, this has 20000",
    "[" * 10_000: "an expression may have 2000 characters, this has 10000",
    "A" * 2001: "an expression may have 2000 characters, this has 2001",
    "(" * 900 + "1" + ")" * 900: "too many nested brackets",
    "-" * 5000 + "A": "an expression may have 2000 characters, this has 5001",
    "-" * 1900 + "A": DEEP,
    "not " * 400 + "A": DEEP,
    "x or " * 399 + "x": DEEP,
    "np." + "a." * 900 + "b": f"`.b`: {ONLY_T}",
    "A" + ".T" * 900 + ".shape": f"`.shape`: {ONLY_T}",
    "A" + ".T" * 900: DEEP,
    "A" + "[0]" * 600: DEEP,
    "+".join("A" * 900): DEEP,
    "np.exp(" * 200 + "A" + ")" * 200: DEEP,
    "A" + "()" * 900: BY_NAME,
    "1<" * 900 + "1": CHAIN,
}


@pytest.mark.parametrize(
    ("text", "message"), REFUSED.items(), ids=[repr(text)[:40] for text in REFUSED]
)
def test_anything_else_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert message in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600


def refuse_all() -> int:
    refused = 0
    for text in REFUSED:
        try:
            parse(text)
        except ParseError:
            refused += 1
    return refused


def test_refusing_runs_nothing_and_imports_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_all()  # whatever the parser itself needs is loaded after this
    called: list[str] = []
    before = set(sys.modules)
    with monkeypatch.context() as patch:
        for name in ("eval", "exec", "open", "print", "input", "__import__"):
            patch.setattr(builtins, name, _recorded(name, getattr(builtins, name), called))
        refused = refuse_all()
    assert refused == len(REFUSED)
    assert set(called) <= {"__import__ unicodedata"}  # Python's own, for letters beyond ASCII
    assert set(sys.modules) == before


def _recorded(name: str, real: Callable[..., object], called: list[str]) -> Callable[..., object]:
    def call(*arguments: object, **options: object) -> object:
        called.append(f"{name} {arguments[0]}")
        return real(*arguments, **options)

    return call


def test_refusing_takes_little_memory() -> None:
    tracemalloc.start()
    try:
        assert refuse_all() == len(REFUSED)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * 2**20
