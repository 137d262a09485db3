"""How a script ended, in a sentence for its reader."""

import sys
import tokenize
import traceback
from collections.abc import Callable, Container
from io import StringIO
from itertools import pairwise
from types import FrameType

from nnscope.script.errors import ScriptError

Place = Callable[[str, int], str]
"""Writes a file and a row for the reader."""

_PYTHON_2 = {"xrange", "raw_input", "unicode", "unichr", "basestring", "long", "reduce", "execfile"}
_PYTHON_2_MODULES = {"cPickle", "Queue", "urllib2", "ConfigParser", "StringIO", "Tkinter"}


class NoInputError(EOFError):
    """The script asks for input."""


def no_input(_prompt: object = "", /) -> str:
    """Stand in for `input` where nobody can answer."""
    raise NoInputError("there is nobody to answer input()")


def told(error: BaseException, name: str, own: Container[str], place: Place) -> str:
    """Say what an exception of the script called `name` was, and where in it it was raised."""
    if isinstance(error, ScriptError):
        return str(error)
    return f"{_where(error, own, place) or name}: {_what(error)}"


def _where(error: BaseException, own: Container[str], place: Place) -> str:
    if isinstance(error, SyntaxError) and error.filename in own:
        return place(error.filename or "", error.lineno or 0)
    rows = [place(each.filename, each.lineno or 0)
            for each in traceback.extract_tb(error.__traceback__)
            if each.filename in own]  # fmt: skip
    return rows[-1] if rows else ""


def _what(error: BaseException) -> str:
    old = _of_python_2(error)
    if old:
        return f"{old} is Python 2; scripts are run by Python 3"
    match error:
        case ModuleNotFoundError(name=str(name)):
            return f"the module `{name}` is not installed for the Python that runs nnscope, " \
                   f"{sys.executable}"  # fmt: skip
        case NoInputError():
            return "the script asks for input(), and here nobody can answer: write the value in, " \
                   "or give it as an argument"  # fmt: skip
        case SystemExit():
            return f"the script ended itself: sys.exit({error.code!r})"
        case RecursionError():
            return "RecursionError: the calls of functions inside each other have no end"
        case MemoryError():
            return "the script may not have more memory (--script-memory sets how much)"
    text = error.msg if isinstance(error, SyntaxError) else str(error).partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _of_python_2(error: BaseException) -> str:
    """Name what only Python 2 has, where that is what went wrong."""
    match error:
        case SyntaxError() if _is_python_2(error.text or ""):
            return f"`{(error.text or '').strip()}`"
        case ModuleNotFoundError(name=str(name)) if name in _PYTHON_2_MODULES:
            return f"the module `{name}`"
        case NameError(name=str(name)) if name in _PYTHON_2:
            return f"`{name}`"
    return ""


def _is_python_2(row: str) -> bool:
    """Tell whether a row has a statement that only Python 2 has."""
    try:
        tokens = list(tokenize.generate_tokens(StringIO(row.strip() + "\n").readline))
    except (tokenize.TokenError, SyntaxError):
        return "`" in row
    for first, second in pairwise(tokens):
        is_operand = second.type in (tokenize.NAME, tokenize.STRING, tokenize.NUMBER)
        if first.string == "print" and (is_operand or second.string in (">>", "-")):
            return True
        if (first.string, second.string) == ("<", ">") or first.string == "<>":
            return True
        if first.string == "exec" and is_operand:
            return True
    return tokens[0].string in ("except", "raise") and any(each.string == "," for each in tokens)


def standing(frame: FrameType | None, own: Container[str], place: Place) -> str:
    """Say which row of the script is running in a frame, or in one that called it."""
    while frame is not None:
        if frame.f_code.co_filename in own:
            return place(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return ""
