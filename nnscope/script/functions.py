"""Which call of a script is which function of the language."""

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from types import BuiltinFunctionType, GeneratorType
from typing import Any

import numpy as np

from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.number_types import DOUBLE, SINGLE
from nnscope.expression.operation import Kind, Operation
from nnscope.expression.rows.of_scipy import OF_SCIPY
from nnscope.expression.rows.operators import BINARY, UNARY
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Name,
    Number,
    Option,
    Transpose,
    Unary,
)
from nnscope.script import arranged
from nnscope.script.arranged import Template

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


def unrolled(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Put a list for a generator that a sum goes over, which it does to its end in any case."""
    is_sum = function is sum
    if is_sum and arguments and isinstance(arguments[0], GeneratorType):
        return ([*arguments[0]], *arguments[1:])
    return arguments


def without_outputs(
    function: Callable[..., Any], arguments: Sequence[Any], options: Mapping[str, Any]
) -> tuple[Sequence[Any], Mapping[str, Any]]:
    """Give what a call reads, without the arrays that it is told to write to."""
    count = function.nin if isinstance(function, np.ufunc) else len(arguments)
    count = 2 if function is np.dot else count
    return arguments[:count], {name: each for name, each in options.items() if name != "out"}


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
    if function in (np.float64, np.int64) and len(arguments) == 1 and not options:
        return _copied("astype", (*arguments, function), {})
    if isinstance(function, BuiltinFunctionType) and function in _OF_PYTHON:
        return None if options or len(arguments) != 1 else _of_python(function, arguments[0])
    if _is_of_scipy(function):
        return _call(FUNCTIONS[function.__name__], tuple(arguments), options)
    name = _name_in_numpy(function)
    return _named(name, tuple(arguments), options) if name else None


def _is_of_scipy(function: Any) -> bool:
    """Tell whether a function is one of SciPy's that the language has."""
    name = getattr(function, "__name__", "")
    module = sys.modules.get("scipy.special")
    return name in _OF_SCIPY and getattr(module, name, None) is function


_OF_SCIPY = {row.name for row in OF_SCIPY}


_OF_PYTHON: dict[Callable[..., Any], str] = {
    math.exp: "math.exp", math.log: "math.log", math.tanh: "math.tanh", math.sin: "math.sin",
    math.cos: "math.cos", math.sqrt: "np.sqrt", math.fabs: "np.abs", abs: "np.abs",
}  # fmt: skip


def _of_python(function: Any, value: Any) -> Template | None:
    """Write a function of Python; `math` takes an array too, of one number, and gives no array."""
    is_known = isinstance(value, np.ndarray | np.number | float)
    if not is_known or (function is not abs and np.ndim(value)):
        return None
    return Call(_OF_PYTHON[function], (operand(0),)), (value,)


def _total(values: Any) -> Template | None:
    """Write Python's own sum, which begins with 0."""
    if isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype == np.float64:
        return Call("builtins.sum", (operand(0),)), (values,)
    if isinstance(values, np.ndarray) and values.ndim > 1:
        return Call("np.sum", (operand(0),), (("axis", 0),)), (values,)
    if not isinstance(values, list | tuple) or not 0 < len(values) <= _MOST_TERMS:
        return None
    total: Expression = Number(0)
    for number in range(len(values)):
        total = Binary("+", total, operand(number))
    return total, tuple(values)


def _copied(name: str, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> Template | None:
    """Write what makes an array of an array: a copy, or another type of number."""
    if name == "array" and len(arguments) == 1 and not options:
        found = arranged.of_list(arguments[0])
        if found is not None:
            return found
    if not arguments or not isinstance(arguments[0], np.ndarray | np.number):
        return None
    array, *rest = arguments
    wanted = np.dtype(options.get("dtype", rest[0] if name == "astype" and rest else array.dtype))
    if (
        {*options} - {"dtype", "copy", "ndmin"}
        or len(rest) > (name == "astype")
        or not _is_exact(array.dtype, wanted)
    ):
        return None
    same = _converted(array.dtype, wanted)
    missing = options.get("ndmin", 0) - np.ndim(array)
    if missing > 0:
        same = Call("np.reshape", (same,), (("shape", (1,) * missing + np.shape(array)),))
    return same, (array,)


def _converted(kind: np.dtype[Any], wanted: np.dtype[Any]) -> Expression:
    if kind == wanted:
        return operand(0)
    if wanted == np.int64:
        return Binary("*", operand(0), Number(1))
    return Call(f"np.{wanted}", (operand(0),))


def stored(template: Expression, array: np.ndarray[Any, Any], value: Any) -> Expression:
    """Write what becomes of an array that is changed in place: of float32, it stays so."""
    is_rounded = array.dtype == SINGLE != np.result_type(array, value)
    return Call("np.float32", (template,)) if is_rounded else template


def _is_exact(kind: np.dtype[Any], wanted: np.dtype[Any]) -> bool:
    """Tell whether numbers stay what they are as others, and times 1 gives them so."""
    return wanted in (kind, SINGLE, DOUBLE) or (wanted == np.int64 and kind.kind == "b")


def _name_in_numpy(function: object) -> str:
    """Give the name that the language has for a function of NumPy, empty for any other function."""
    name = getattr(function, "__name__", "")
    is_known = any(vars(module).get(name) is function for module in (np, np.linalg))
    return _SAME.get(name, name) if is_known else ""


_SAME = {"absolute": "abs", "fabs": "abs", "amax": "max", "amin": "min"}
"""Functions for which NumPy has two names."""


def _named(name: str, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> Template | None:
    if name in _COPIES:
        return _copied(name, arguments, options)
    if name in arranged.JOINING and arguments:
        return arranged.joined(name, arguments, options)
    if name in arranged.RESHAPING and arguments:
        return arranged.reshaped(name, arguments, options)
    if name in _PRODUCTS and len(arguments) == 2 and not options:
        return _product(name, *arguments)
    if name == "reshape":
        return _reshaped(arguments, options)
    if name == "negative" and len(arguments) == 1 and not options:
        return Unary("-", operand(0)), arguments
    if name == "clip":
        arguments, options = _with_bounds(arguments, options)
    if name in _BY_NAME and len(arguments) == 2 and not options:
        return Binary(_BY_NAME[name], operand(0), operand(1)), arguments
    row = FUNCTIONS.get(f"np.{name}") or FUNCTIONS.get(f"np.linalg.{name}")
    return None if row is None else _call(row, arguments, options)


_PRODUCTS = ("dot", "inner")


def _product(name: str, left: Any, right: Any) -> Template | None:
    """Write a product, which multiplies by the number where one of its operands is one."""
    given = left, right
    if not np.ndim(left) or not np.ndim(right):
        return Binary("*", operand(0), operand(1)), given
    if name == "inner" and (np.ndim(left) > 1 or np.ndim(right) > 1):
        return Binary("@", operand(0), Transpose(operand(1))), given
    return Call("np.dot", (operand(0), operand(1))), given


def _with_bounds(
    arguments: tuple[Any, ...], options: Mapping[str, Any]
) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """Put the bounds of `np.clip` behind the array, where they stand by their names."""
    bounds = [options[name] for name in ("a_min", "min", "a_max", "max") if name in options]
    rest = {*options} - {"a_min", "min", "a_max", "max"}
    return (*arguments, *bounds), {name: options[name] for name in rest}


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
