"""Hypothesis strategies for expressions, shared by the tests that need arbitrary ones."""

import keyword
from collections.abc import Sequence

from hypothesis import strategies as st

from nnscope.expression.constants import largest_whole, of_python
from nnscope.expression.errors import ParseError
from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.operation import Operation
from nnscope.expression.rows.operators import BINARY
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Items,
    Name,
    Number,
    Option,
    Slice,
    Transpose,
    Unary,
    names,
    walk,
)
from nnscope.limits import EXPONENT

ARITHMETIC = ("+", "-", "*", "/", "**", "@")

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,5}", fullmatch=True).filter(
    lambda word: word != "np" and word not in FUNCTIONS and not keyword.iskeyword(word)
)
NUMBERS = st.one_of(
    st.integers(0, 9), st.floats(min_value=0, allow_nan=False, allow_infinity=False)
).map(Number)
_INTEGERS = st.integers(-5, 5)
_ENDS = st.none() | _INTEGERS
_ITEMS = _INTEGERS | st.builds(Slice, _ENDS, _ENDS, st.none() | _INTEGERS.filter(bool))


def expressions(known: Sequence[str] = ()) -> st.SearchStrategy[Expression]:
    """Build any tree of the language, over the `known` names or over any names."""
    leaves = NUMBERS | (st.sampled_from(known) if known else NAMES).map(Name)
    return st.recursive(leaves, _larger, max_leaves=12).filter(_is_small)


def arithmetic(known: Sequence[str]) -> st.SearchStrategy[Expression]:
    """Build trees of real arithmetic alone: no comparison, no truth value, no indexing."""
    leaves: st.SearchStrategy[Expression] = st.sampled_from(known).map(Name)
    return st.recursive(leaves | st.integers(1, 3).map(Number), _computed, max_leaves=6)


def _larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    plain = [sign for sign in BINARY if sign != "**"]
    holders = inner.filter(_holds_more_than_numbers)  # `2.T` means nothing
    return st.one_of(
        st.builds(Unary, st.sampled_from(["-", "not"]), inner),
        st.builds(Binary, st.sampled_from(plain), inner, inner),
        st.builds(Binary, st.just("**"), inner.filter(_is_base), _exponents(_FRACTIONS)),
        st.builds(Binary, st.just("**"), inner, _exponents(st.integers(0, EXPONENT))),
        st.builds(Transpose, holders),
        st.builds(Index, holders, st.lists(_ITEMS, min_size=1, max_size=3).map(tuple)),
        st.sampled_from(list(FUNCTIONS.values())).flatmap(lambda row: _calls(row, inner)),
    )


def _computed(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    signs = [sign for sign in ARITHMETIC if sign != "**"]
    holders = inner.filter(lambda tree: bool(names(tree)))
    rows = [FUNCTIONS[name] for name in ("np.sum", "np.max", "np.tanh", "np.maximum", "relu")]
    return st.one_of(
        st.builds(Unary, st.just("-"), inner),
        st.builds(Binary, st.sampled_from(signs), inner, holders),
        st.builds(Binary, st.sampled_from(signs), holders, inner),
        st.builds(Transpose, holders),
        st.sampled_from(rows).flatmap(lambda row: _calls(row, holders)),
    )


def _holds_more_than_numbers(tree: Expression) -> bool:
    return any(isinstance(node, Name | Call) for node in walk(tree))


def _is_base(tree: Expression) -> bool:
    return isinstance(tree, Number) or not of_python(tree)


def _is_small(tree: Expression) -> bool:
    try:
        largest_whole(tree)
    except ParseError:
        return False
    return True


_FRACTIONS = st.floats(0, EXPONENT)


def _exponents(sizes: st.SearchStrategy[float]) -> st.SearchStrategy[Expression]:
    positive = sizes.map(Number)
    return positive | st.builds(Unary, st.just("-"), positive)


def _calls(row: Operation, inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    arguments = st.lists(inner, min_size=row.operands, max_size=row.operands).map(tuple)
    if row.takes_tuple:  # an array that is joined itself with other options stays as it is
        arguments = arguments.filter(lambda found: not isinstance(found[-1], Call))
    return st.builds(Call, st.just(row.name), arguments, _options(row))


def _options(row: Operation) -> st.SearchStrategy[tuple[tuple[str, Option | Items], ...]]:
    values: dict[str, st.SearchStrategy[Option | Items]] = {
        "axis": st.integers(-2, 2), "keepdims": st.booleans(), "ddof": st.integers(0, 2),
        "shape": st.lists(st.integers(-1, 3), max_size=3).map(tuple),
    }  # fmt: skip
    free = [name for name in row.options if name not in row.needed]
    written = st.lists(st.sampled_from(free), unique=True) if free else st.just([])
    return written.flatmap(
        lambda chosen: st.tuples(
            *(st.tuples(st.just(name), values[name]) for name in (*row.needed, *chosen))
        )
    )
