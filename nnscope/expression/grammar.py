"""From text to the tree of Python's own grammar, and what can be a name. Nothing is executed."""

import ast
import keyword
import re
import warnings

from nnscope.expression.errors import ParseError
from nnscope.expression.functions import FUNCTIONS
from nnscope.limits import NAME_LENGTH
from nnscope.visible import quoted

_STATEMENTS = ("import", "from", "def", "class", "for", "while", "if", "with", "try", "return",
               "del", "raise", "assert", "global", "pass")  # fmt: skip


def python_tree(text: str) -> ast.expr:
    """Read a text as one expression of Python; raises `ParseError` where it is none."""
    _check_letters(text)
    try:
        with warnings.catch_warnings():  # `1 if 1 else 2()` makes Python itself warn
            warnings.simplefilter("ignore")
            return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ParseError(f"`{quoted(text)}` is not an expression{_reason(text, error)}") from None
    except (ValueError, RecursionError, MemoryError):
        raise ParseError(f"`{quoted(text)}` can't be read: too deep, or with a null byte") from None


def check_name(name: str) -> None:
    """Raise `ParseError` unless `name` can be the name of a value."""
    if len(name) > NAME_LENGTH:
        raise ParseError(f"`{quoted(name)}`: a name may have {NAME_LENGTH} characters, "
                         f"this has {len(name):,}")  # fmt: skip
    plain = name.isidentifier() and name.isascii() and not name.startswith("_")
    if not plain or keyword.iskeyword(name):
        raise ParseError(
            f"`{quoted(name)}` can't be a name: use letters, digits and _, a letter first"
        )
    if name in ("np", "math", "builtins") or name in FUNCTIONS:
        raise ParseError(f"`{name}` can't be the name of a value: it is a function of the language")


def _check_letters(text: str) -> None:
    """Refuse what is not ASCII: Python reads a full-width `x` as a plain one, people do not."""
    if text.isascii():
        return
    for word in re.findall(r"\w+|[^\x00-\x7f]", text):
        if not word.isascii() and word.isalnum():
            check_name(word)
        if not word.isascii():
            raise ParseError(f"`{quoted(word)}` is not a sign of the language: write as in NumPy")


def _reason(text: str, error: SyntaxError) -> str:
    if re.match(r"\s*\w+\s*=(?!=)", text):
        return ": write only the right-hand side, what stands behind the `=`"
    first = text.split(maxsplit=1)[0]
    if first in _STATEMENTS:
        return f": `{first}` begins a statement of Python, and only arithmetic can stand here"
    at = f" at character {error.offset}" if error.offset else ""
    return f"{at}: {'too many nested brackets' if 'nested' in error.msg else error.msg}"
