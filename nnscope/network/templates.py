"""The expressions of the tables, with names put for their letters."""

from functools import lru_cache

from nnscope.expression.parse import parse
from nnscope.expression.syntax import Expression, Name, substitute

_parsed = lru_cache(maxsize=256)(parse)


def fill(template: str, **parts: Expression | str) -> Expression:
    """Read an expression of a table and put expressions, or names, for its letters."""
    return substitute(_parsed(template), {
        letter: Name(part) if isinstance(part, str) else part for letter, part in parts.items()
    })  # fmt: skip
