"""Writing assignments as NumPy calls that write into buffers, with the bits that the lines have."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from nnscope.engine.run.buffers import Buffers, key
from nnscope.engine.run.lowerable import expand
from nnscope.expression.constants import numpy_source, of_python
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.number_types import DOUBLE, SINGLE, NumberType
from nnscope.expression.source import code, written_items
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Number,
    Transpose,
    Unary,
    children,
    names,
    with_children,
)
from nnscope.expression.table import row_of

_REUSED = 2**15  # cells; from here on NumPy writes into what it has computed on the way, which
# may have another layout than an array that is held by a name
_SMALL = 4096  # cells; above, np.matmul is as fast as np.dot and never copies an operand


class Statements:
    """Writes assignments, and collects in `scope` what they need: buffers, functions, constants.

    `values` has an example of every value; a buffer takes the layout of its example, because the
    layout of an operand decides bits. The names in `fixed` never change.

    With `reuse` every target has one buffer for the whole run. Without it every assignment makes a
    new array, which can be kept; only what is computed on the way goes into buffers.
    """

    def __init__(self, values: Mapping[str, Value], fixed: set[str], *, reuse: bool = True) -> None:
        self.values = dict(values)
        self._fresh = not reuse
        self._unborn = ""  # the target whose new array no call has made yet
        self.scope: dict[str, Any] = {name: values[name] for name in values if name in fixed}
        self._fixed = fixed
        self._lines: list[str] = []
        self._buffers = Buffers(self.scope)
        self._constant: dict[Expression, str] = {}
        self._shared: dict[Expression, str] = {}  # results that are read again in this line
        self._readers: Counter[Expression] = Counter()
        self._busy = ""
        self._examples: dict[Expression, Value] = {}  # of this line's parts

    @property
    def computed_once(self) -> Mapping[str, Expression]:
        """What is computed once, by the name that it gets."""
        return {name: expression for expression, name in self._constant.items()}

    def bind(self, name: str, value: Value) -> None:
        """Give a name its buffer, which stays the same object for the whole run."""
        self.values[name] = value
        if isinstance(value, np.ndarray):
            self.scope[name] = value

    def assign(self, target: str, expression: Expression) -> list[str]:
        """Write `target = expression`: into the target's buffer, or plainly for a single number."""
        expanded = self._begin(expression)
        example = self.values[target]
        if self.is_view(target):  # no buffer has its layout
            return [f"{target} = {code(expression)}"]
        if of_python(expression):
            return [f"{target} = {numpy_source(expression)}"]
        if isinstance(example, np.ndarray) and example.ndim:
            if self._fresh:
                self._unborn = target
            elif target not in self.scope:
                self.bind(target, np.empty_like(example))
            self._busy = target if target in names(expanded) else ""
            result = self._emit(expanded, target)
            if result != target:
                self._lines.append(self._copied(target, result))
        else:
            result = self._emit(expanded)
            self._lines.append(f"{target} = {result}")
        return self._lines

    def is_view(self, target: str) -> bool:
        """Tell whether a value has a layout that only a view of other arrays has."""
        example = self.values[target]
        return isinstance(example, np.ndarray) and key(np.empty_like(example)) != key(example)

    def number(self, expression: Expression) -> tuple[list[str], str]:
        """Write an expression of one number: the lines before it, and its text."""
        text = self._emit(self._begin(expression))
        return self._lines, text

    def _begin(self, expression: Expression) -> Expression:
        """Begin a line, with every buffer free, and give the expression in simple terms."""
        self._lines = []
        self._shared.clear()
        self._buffers.release_all()
        self._readers.clear()
        self._examples.clear()
        expanded = expand(expression)
        self._count(expanded)
        return expanded

    def _count(self, expression: Expression) -> None:
        """Count the readers of every part; a part that is computed once may have fewer."""
        self._readers[expression] += 1
        for child in children(expression):
            self._count(child)

    def _emit(self, expression: Expression, into: str = "") -> str:
        """Write what computes an expression, and give the text of its result.

        `into` names a buffer that the result may go to; a result may also be elsewhere.
        """
        if expression in self._shared:
            return self._shared[expression]
        example = self._example(expression)
        if not np.ndim(example):
            return self._single(expression)
        if isinstance(expression, Name):
            return expression.id
        if set(names(expression)) <= self._fixed:
            return self._once(expression, example)
        result = self._array(expression, np.asarray(example), into)
        if result in self._buffers:
            self._buffers.wait(result, self._readers[expression])
            if self._readers[expression] > 1:
                self._shared[expression] = result
        return result

    def _single(self, expression: Expression) -> str:
        """Write an expression of one number in plain Python; arrays inside it are lowered."""
        match expression:
            case Binary(operator, left, right):
                return f"({self._emit(left)} {operator} {self._emit(right)})"
            case Unary(operator, operand):
                return f"({operator} {self._emit(operand)})"
            case Call(_, (argument,), ()) if (ufunc := row_of(expression).reduces) is not None:
                if np.ndim(self._example(argument)):
                    return f"{self._reduce(ufunc)}({self._emit(argument)}, None)"
        return code(expression)

    def _array(self, expression: Expression, example: np.ndarray[Any, Any], into: str) -> str:
        match expression:
            case Transpose(Name(name)) if name in self.scope:
                self.scope.setdefault(f"_{name}_T", self.scope[name].T)
                return f"_{name}_T"
            case Transpose(Name(name)):
                return self._plain(f"{name}.T")
            case Index(operand, _):
                if isinstance(operand, Name):
                    return self._plain(f"{operand.id}[{written_items(expression.items)}]")
                return self._plain(code(expression))
            case Binary("**", base, Number(2)) if self._is_float(base):
                return self._into(np.square, (base,), example, into)
            case Binary("@", left, right):
                return self._product(left, right, example, into)
            case Call(_, (argument,), _) if row_of(expression).reduces is not None:
                return self._reduced(expression, argument, example, into)
            case Unary() | Binary() | Call() if row_of(expression).is_by_cells:
                ufunc: Any = row_of(expression).call
                return self._into(ufunc, children(expression), example, into)
        return self._plain(code(expression))

    def _into(
        self,
        ufunc: np.ufunc,
        operands: tuple[Expression, ...],
        example: np.ndarray[Any, Any],
        into: str,
    ) -> str:
        """Write a call that works cell by cell into `into`, an operand's buffer, or a new one."""
        name, texts = self._named(ufunc), []
        spare = into if into != self._busy and self._fits(into, example) else ""
        for operand in operands:
            # what is read again may not lie where the next step of this line writes
            text = self._operand(operand, operands, spare if self._readers[operand] == 1 else "")
            spare = "" if text == spare else spare
            texts.append(text)
        if self._fits(into, example):
            result = into
        else:
            own = (text for text in texts if self._buffers.is_last_reader(text, key(example)))
            result = next(own, "") or self._buffers.take(example)
        # NumPy deprecates a third operand of maximum and minimum that is not named
        out = f"out={result}" if ufunc in (np.maximum, np.minimum) else result
        self._call(result, f"{name}({', '.join(texts)}", f", {out})", ")")
        for text in texts:
            if text != result:
                self._buffers.release(text)
        return result

    def _operand(self, operand: Expression, operands: tuple[Expression, ...], into: str) -> str:
        """Write an operand; a single number that never changes becomes an array without axes.

        NumPy takes those in half the time that a Python number costs it. Only beside arrays of its
        own type does that make no difference to the result's type.
        """
        examples = [np.asarray(self._example(each)) for each in operands]
        value = self._example(operand)
        is_python = of_python(operand) or type(value) in (int, float)
        own = None if is_python else np.asarray(value).dtype
        kind = _type_beside(own, {each.dtype for each in examples if each.ndim})
        most = max(each.size for each in examples)
        axes = {each.ndim for each in examples if each.ndim}
        if (
            isinstance(operand, Name)
            and np.ndim(value)
            and np.size(value) == 1 < most
            and (
                len(axes) == 1  # else it may be what gives the result an axis
            )
        ):
            return self._single_cell(operand.id)
        if np.ndim(value) or kind is None or not set(names(operand)) <= self._fixed:
            return self._emit(operand, into)
        return self._once(operand, np.array(value, dtype=kind))

    def _single_cell(self, name: str) -> str:
        """Give a matrix of one cell without its axes: to stretch it along another takes longer."""
        if name not in self.scope:
            return self._plain(f"{name}.reshape(())")
        self.scope.setdefault(f"_{name}_cell", self.scope[name].reshape(()))
        return f"_{name}_cell"

    def _product(
        self, left: Expression, right: Expression, example: np.ndarray[Any, Any], into: str
    ) -> str:
        first, second = np.asarray(self._example(left)), np.asarray(self._example(right))
        texts = [self._emit(left), self._emit(right)]
        if first.ndim != 2 or second.ndim != 2:
            return self._plain(f"{texts[0]} @ {texts[1]}")
        same = first.size + second.size <= _SMALL and _dot_is_matmul(first, second)
        result = self._place(into, example)
        function = self._named(np.dot if same else np.matmul)
        self._call(result, f"{function}({texts[0]}, {texts[1]}", f", {result})", ")")
        for text in texts:
            self._buffers.release(text)
        return result

    def _reduced(
        self, call: Call, argument: Expression, example: np.ndarray[Any, Any], into: str
    ) -> str:
        text = self._emit(argument)
        result = self._place(into, example)
        keep = call.option("keepdims") is True
        ufunc = row_of(call).reduces
        assert ufunc is not None
        head = f"{self._reduce(ufunc)}({text}, {call.option('axis')}, None, "
        self._call(result, head, f"{result}, {keep})", f"None, {keep})")
        self._buffers.release(text)
        return result

    # names and places

    def _call(self, result: str, head: str, into: str, anew: str) -> None:
        """Write a call that ends with `into`, or with `anew` where it makes the target's array."""
        if result == self._unborn:
            self._unborn = ""
            self._lines.append(f"{result} = {head}{anew}")
        else:
            self._lines.append(head + into)

    def _copied(self, target: str, result: str) -> str:
        """Write what gives the target a result that lies elsewhere."""
        if not self._fresh:
            return f"{target}[...] = {result}"
        return f"{target} = {result}" + (".copy('K')" if result in self._buffers else "")

    def _fits(self, into: str, example: np.ndarray[Any, Any]) -> bool:
        """Tell whether a result may go into a buffer, or be the target's new array."""
        return bool(into) and key(self.values[into]) == key(example)

    def _place(self, into: str, example: np.ndarray[Any, Any]) -> str:
        """Choose where a result goes that must not lie where it is read from."""
        is_free = into != self._busy or into == self._unborn
        return into if is_free and self._fits(into, example) else self._buffers.take(example)

    def _plain(self, text: str) -> str:
        """Give what is not known its plain source, under a name of its own."""
        name = f"_plain{len(self._lines)}"
        self._lines.append(f"{name} = {text}")
        return name

    def _once(self, expression: Expression, example: Value) -> str:
        """Compute what never changes before the run."""
        if expression not in self._constant:
            self._constant[expression] = f"_fixed{len(self._constant)}"
            self.scope[self._constant[expression]] = example
        return self._constant[expression]

    def _named(self, function: Any) -> str:
        name = f"_{function.__name__}"
        self.scope[name] = function
        return name

    def _reduce(self, ufunc: np.ufunc) -> str:
        self.scope[f"_{ufunc.__name__}_reduce"] = ufunc.reduce
        return f"_{ufunc.__name__}_reduce"

    def _is_float(self, expression: Expression) -> bool:
        return np.asarray(self._example(expression)).dtype in (SINGLE, DOUBLE)

    def _example(self, expression: Expression) -> Value:
        """Compute the example of a part, each array only once: a line may be long."""
        if isinstance(expression, Name):
            return self.values[expression.id]
        if expression not in self._examples:
            arrays: dict[str, Value] = {}

            def held(child: Expression) -> Expression:
                """Put a name for an operand that is an array, which then is not computed again."""
                example = self._example(child)
                is_large = np.size(example) >= _REUSED
                if isinstance(child, Name) or not np.ndim(example) or is_large:
                    return child
                arrays[f"_part{len(arrays)}"] = example
                return Name(f"_part{len(arrays) - 1}")

            simple = with_children(expression, held)
            self._examples[expression] = evaluate(simple, {**self.values, **arrays})
        return self._examples[expression]


def _type_beside(own: NumberType | None, arrays: set[NumberType]) -> NumberType | None:
    """Give the type that a number may be held in beside arrays; None where it is to stay as it is.

    One of NumPy's, of the type `own`, makes float64 of arrays of float32; Python's (None) does not.
    """
    if arrays <= {DOUBLE}:
        return DOUBLE
    return SINGLE if arrays == {SINGLE} and own in (SINGLE, None) else None


def _dot_is_matmul(first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]) -> bool:
    """Tell whether np.dot gives the bits of `@` in this layout.

    What may differ is a sum of nothing but -0.0, a nan that a factor 0 swallows, and the rounding
    where an operand has gaps.
    """
    if not all(each.flags.c_contiguous or each.flags.f_contiguous for each in (first, second)):
        return False
    minus, zero, nan = (
        tuple(np.full_like(each, value) for each in (first, second)) for value in (-1, 0, np.nan)
    )
    pairs = ((first, second), (minus[0], zero[1]), (zero[0], nan[1]), (nan[0], zero[1]))
    return all(np.array_equal(np.dot(a, b), a @ b, equal_nan=True)
               and np.array_equal(np.signbit(np.dot(a, b)), np.signbit(a @ b))
               for a, b in pairs)  # fmt: skip
