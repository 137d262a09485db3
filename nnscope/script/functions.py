"""Which call of a script is which function of the language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.number_types import DOUBLE, SINGLE
from nnscope.expression.operation import Kind, Operation
from nnscope.expression.rows.operators import BINARY, UNARY
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Name,
    Number,
    Option,
    Unary,
)

Template = tuple[Expression, tuple[Any, ...]]
"""An operation whose operands are named by their numbers, and the operands."""

_BY_NAME = {"greater": ">", "less": "<", "equal": "==", "greater_equal": ">=",
            "less_equal": "<=", "true_divide": "/"}  # fmt: skip

_COPIES = {"copy", "array", "asarray", "astype", "asanyarray", "ascontiguousarray"}
_MOST_TERMS = 64

CHANGING = {"sort", "fill", "put", "itemset", "resize", "partition", "setflags", "setfield",
            "byteswap", "copyto", "place", "putmask", "fill_diagonal", "shuffle"}  # fmt: skip
"""The functions of NumPy, and methods of arrays, that change what they are given."""


def outputs(
    function: Callable[..., Any], arguments: Sequence[Any], options: Mapping[str, Any]
) -> list[np.ndarray[Any, Any]]:
    """List the arrays that a call is told to write its results to."""
    told = options.get("out")
    given = [*(told if isinstance(told, tuple) else (told,))]
    if isinstance(function, np.ufunc):
        given += arguments[function.nin :]
    if function is np.dot:
        given += arguments[2:]
    return [each for each in given if isinstance(each, np.ndarray)]


def operand(number: int) -> Name:
    """Name an operand of a template."""
    return Name(f"_{number}")


def called(
    function: Callable[..., Any], arguments: Sequence[Any], options: Mapping[str, Any]
) -> Template | None:
    """Give a call in the language, or None where that does not have it."""
    if function is sum and len(arguments) == 1 and not options:
        return _total(arguments[0])
    if len(arguments) == 1 and function is float and isinstance(arguments[0], np.number | float):
        is_rounded = isinstance(arguments[0], np.float32)
        return Call("float", (operand(0),)) if is_rounded else operand(0), tuple(arguments)
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ndarray | np.generic):
        return _named(getattr(function, "__name__", ""), (owner, *arguments), options)
    name = _name_in_numpy(function)
    return _named(name, tuple(arguments), options) if name else None


def _total(values: Any) -> Template | None:
    """Write Python's own sum, which begins with 0."""
    if not isinstance(values, list | tuple) or not 0 < len(values) <= _MOST_TERMS:
        return None
    total: Expression = Number(0)
    for number in range(len(values)):
        total = Binary("+", total, operand(number))
    return total, tuple(values)


def _copied(name: str, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> Template | None:
    """Write what makes an array of an array: a copy, or another type of number."""
    if not arguments or not isinstance(arguments[0], np.ndarray):
        return None
    array, *rest = arguments
    wanted = np.dtype(options.get("dtype", rest[0] if name == "astype" and rest else array.dtype))
    if (
        {*options} - {"dtype"}
        or len(rest) > (name == "astype")
        or wanted not in (array.dtype, SINGLE, DOUBLE)
    ):
        return None
    return operand(0) if wanted == array.dtype else Call(f"np.{wanted}", (operand(0),)), (array,)


def stored(template: Expression, array: np.ndarray[Any, Any], value: Any) -> Expression:
    """Write what becomes of an array that is changed in place: of float32, it stays so."""
    is_rounded = array.dtype == SINGLE != np.result_type(array, value)
    return Call("np.float32", (template,)) if is_rounded else template


def _name_in_numpy(function: object) -> str:
    """Give the name that the language has for a function of NumPy, empty for any other function."""
    name = getattr(function, "__name__", "")
    name = "abs" if function is np.absolute else name  # NumPy has both names for it
    return name if any(vars(module).get(name) is function for module in (np, np.linalg)) else ""


def _named(name: str, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> Template | None:
    if name in _COPIES:
        return _copied(name, arguments, options)
    if name == "concatenate" and isinstance(arguments[0], list | tuple):
        arguments = (*arguments[0], *arguments[1:])
    if name == "reshape":
        return _reshaped(arguments, options)
    if name == "negative" and len(arguments) == 1 and not options:
        return Unary("-", operand(0)), arguments
    if name in _BY_NAME and len(arguments) == 2 and not options:
        return Binary(_BY_NAME[name], operand(0), operand(1)), arguments
    row = FUNCTIONS.get(f"np.{name}") or FUNCTIONS.get(f"np.linalg.{name}")
    return None if row is None else _call(row, arguments, options)


def _reshaped(arguments: tuple[Any, ...], options: Mapping[str, Any]) -> Template | None:
    """Write a reshape: its shape stands in one tuple, or as several arguments."""
    array, *rest = arguments
    sizes = rest[0] if len(rest) == 1 and isinstance(rest[0], tuple | list) else rest
    if options or not all(isinstance(each, int | np.integer) for each in sizes):
        return None
    shape = tuple(int(each) for each in sizes)
    return Call("np.reshape", (operand(0),), (("shape", shape),)), (array,)


def _call(
    row: Operation, arguments: tuple[Any, ...], options: Mapping[str, Any]
) -> Template | None:
    """Write a call of a listed function, its axis as an option wherever the script has it."""
    given = dict(options)
    if row.kind in _ALONG and len(arguments) == row.operands + 1:
        given["axis"], arguments = arguments[-1], arguments[:-1]
    if len(arguments) != row.operands or not {*given} <= {*row.options}:
        return None
    told: list[tuple[str, Option]] = []
    for name, value in given.items():
        if not isinstance(value, int | np.integer | None):
            return None
        told.append((name, value if isinstance(value, bool) or value is None else int(value)))
    operands = tuple(operand(number) for number in range(len(arguments)))
    return Call(row.name, operands, tuple(told)), arguments


_ALONG = (Kind.REDUCTION, Kind.ALONG_AXIS, Kind.JOINED)

SIGNS = {*BINARY, *UNARY}
"""The operators that the language has."""
