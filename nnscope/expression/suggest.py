"""What to write in place of a name, or of a function, that is not there."""

from collections.abc import Iterable

import numpy as np

from nnscope.expression.functions import FUNCTIONS
from nnscope.spelling import nearest

_LENGTH = "lengths have names here, such as `m` for the number of examples; or write the number"
_NEW = "write a new array under [data], or np.zeros_like(x), np.ones_like(x)"
_DRAWN = "no line draws; an array can be drawn under [data]"
_INSTEAD = {
    "len": _LENGTH, "shape": _LENGTH, "size": _LENGTH, "ndim": _LENGTH,
    "zeros": _NEW, "ones": _NEW, "array": _NEW, "full": _NEW, "eye": _NEW, "arange": _NEW,
    "randn": _DRAWN, "rand": _DRAWN, "normal": _DRAWN, "uniform": _DRAWN, "choice": _DRAWN,
    "einsum": "write it with `@`, `*`, `.T` and np.sum", "tensordot": "write `a @ b`",
    "vdot": "write `np.sum(a * b)`", "inner": "write `a @ b.T`",
    "vstack": "write np.concatenate((a, b), axis=0)",
    "hstack": "write np.concatenate((a, b), axis=1)",
    "expand_dims": "write np.reshape(x, (-1, 1)), with the lengths that it is to have",
    "ravel": "write np.reshape(x, -1)", "flatten": "write np.reshape(x, -1)",
    "swapaxes": "write `x.T`", "atleast_2d": "write np.reshape(x, (1, -1))",
    "tile": "arrays are stretched by themselves (broadcast) where an axis has the length 1",
    "repeat": "arrays are stretched by themselves (broadcast) where an axis has the length 1",
    "argmin": "write np.argmax(-x)", "amax": "write np.max(x)", "amin": "write np.min(x)",
    "average": "write np.mean(x), or np.sum(weights * x)", "nanmax": "write np.max(x)",
    "negative": "write `-x`", "reciprocal": "write `1 / x`", "true_divide": "write `a / b`",
    "float_power": "write `a ** b`", "pow": "write `a ** b`", "exp2": "write `2.0 ** x`",
    "absolute": "write np.abs(x)", "fabs": "write np.abs(x)",
    "log2": "write `np.log(x) / np.log(2)`", "log10": "write `np.log(x) / np.log(10)`",
    "expm1": "write `np.exp(x) - 1`", "cosh": "write `(np.exp(x) + np.exp(-x)) / 2`",
    "sinh": "write `(np.exp(x) - np.exp(-x)) / 2`", "tan": "write `np.sin(x) / np.cos(x)`",
    "greater": "write `a > b`", "greater_equal": "write `a >= b`", "less": "write `a < b`",
    "less_equal": "write `a <= b`", "equal": "write `a == b`", "not_equal": "write `a != b`",
    "logical_and": "write `a * b`, of truth values", "logical_or": "write `a + b`, of truth values",
    "logical_not": "write `x == 0`", "astype": "write `1 * x` for truth values",
    "pi": "write 3.141592653589793", "e": "write np.exp(1)",
    "newaxis": "write np.reshape(x, (-1, 1)), with the lengths that it is to have",
    "copy": "a line never changes what it reads",
}  # fmt: skip


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Write `: did you mean ...?` for a known name that this one nearly is, or nothing."""
    near = nearest(name, known)
    return f": did you mean `{near}`?" if near else ""


def not_there(name: str) -> str:
    """Say what is meant by a function that is not there, or how to write what it does."""
    module, _, word = name.rpartition(".")
    here = _by_word().get(word)
    if here and (module != "np" or here == name):
        return f": did you mean `{here}`?"
    if word in _INSTEAD:
        return instead(word)
    is_of_numpy = module == "np" and word in dir(np)
    near = "" if is_of_numpy else nearest(word, _by_word())
    if near:
        return f": did you mean `{_by_word()[near]}`?"
    why = ", though NumPy has it" if is_of_numpy else ""
    return f"{why}. It has {', '.join(FUNCTIONS)}"


def instead(word: str) -> str:
    """Say how to write what a word of NumPy or Python does; nothing for other words."""
    return f": {_INSTEAD[word]}" if word in _INSTEAD else ""


def _by_word() -> dict[str, str]:
    return {row.word: row.name for row in reversed(FUNCTIONS.values())}
