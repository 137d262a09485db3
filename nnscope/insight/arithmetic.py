"""The arithmetic of a cell as one line of numbers: `(0.5·0.02 − 0.5·0.01 + 0.51·0.1) / 3`."""

from dataclasses import dataclass

from nnscope.expression.explain import Explanation
from nnscope.expression.functions import FUNCTIONS, Kind
from nnscope.expression.source import binding
from nnscope.expression.syntax import Binary, Call, Expression, Unary
from nnscope.insight.numbers import short
from nnscope.insight.series import Series, bracketed

_SUM, _QUOTIENT, _ATOM = 5, 6, 10
_SIGNS = {"*": "·", "-": "−", "**": "^"}


def arithmetic(
    explanation: Explanation, most: int = 4, largest: bool = False, digits: int = 4
) -> str:
    """Write a cell's arithmetic with its numbers.

    A long sum shows its first `most` terms, or its largest, and what the others add together. A
    function is followed by its formula: `sigmoid(1.6) = 1 / (1 + e^-1.6)`.
    """
    explanation = explanation.meant
    text = _Writer(most, largest, digits).write(explanation)
    formula = worked_out(explanation, digits)
    return f"{text} = {formula}" if formula else text


def operation(explanation: Explanation, digits: int = 4) -> str:
    """Write the top of a cell's arithmetic alone, with the value of each part: `0.0141 / 3`.

    Empty for a name, a number, and what has a row.
    """
    numbers = [bracketed(part.value, digits) for part in explanation.parts]
    match explanation.expression:
        case Unary(operator, _) if numbers:
            return ("−" if operator == "-" else "not ") + numbers[0]
        case Binary(operator, _, _) if numbers:
            return f"{numbers[0]} {_SIGNS.get(operator, operator)} {numbers[1]}"
        case Call() as call if numbers:
            formula = worked_out(explanation, digits)
            return formula or f"{short_name(call)}({', '.join(numbers)})"
    return ""


def worked_out(explanation: Explanation, digits: int = 4) -> str:
    """Write a function of single cells by its formula, with their numbers; else nothing."""
    call = explanation.expression
    if not isinstance(call, Call) or explanation.row is not None:
        return ""
    numbers = [bracketed(part.value, digits) for part in explanation.parts]
    return FUNCTIONS[call.function].formula.format(*numbers)


def totalled(explanation: Explanation, total: str, digits: int = 4) -> str:
    """Write what is done with the sum of a row: nothing, or a division by the count, a root ..."""
    call, row = explanation.expression, explanation.row
    if not isinstance(call, Call) or row is None or explanation.column is not None:
        return total
    own = bracketed(float(row[explanation.place]), digits) if len(row) else ""
    formula = FUNCTIONS[call.function].formula or f"{short_name(call)}({{0}})"
    return formula.format(total, count=len(row), own=own)


def short_name(call: Call) -> str:
    """Name a function without the module that it comes from."""
    return call.function.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class _Writer:
    most: int
    largest: bool
    digits: int

    def write(self, explanation: Explanation) -> str:
        explanation = explanation.meant
        if explanation.row is not None:
            return self._series(explanation)
        match explanation.expression:
            case Unary(operator, _) as unary:
                sign = "−" if operator == "-" else "not "
                return sign + self._within(explanation.parts[0], binding(unary))
            case Binary(operator, _, _) as binary:
                level = binding(binary)
                # a power of a power needs its brackets: 2 ^ 2 ^ 2 is read from the right
                left = self._within(explanation.parts[0], level + (operator == "**"))
                right = self._within(explanation.parts[1], level + 1)
                right = f"({right})" if right.startswith("−") else right
                return f"{left} {_SIGNS.get(operator, operator)} {right}"
            case Call() as call:
                inner = ", ".join(map(self.write, explanation.parts))
                return f"{short_name(call)}({inner})"
        return short(explanation.value, self.digits)

    def _within(self, part: Explanation, level: int) -> str:
        part = part.meant
        text = self.write(part)
        loose = text.startswith("-") or _level(part.expression) < level
        return f"({text})" if loose else text

    def _series(self, explanation: Explanation) -> str:
        series = Series(explanation)
        shown = (series.largest if self.largest else series.first)(self.most)
        words, left = (
            [series.term(place, self.digits).text for place in shown],
            len(series) - len(shown),
        )
        if left and series.is_sum:
            words.append(f"({left} more: {short(series.rest(shown), self.digits)})")
        elif left:
            words.append(f"… {left} more")
        total = (" + " if series.is_sum else ", ").join(words)
        return totalled(explanation, total or "0", self.digits)


def _level(expression: Expression) -> int:
    """Tell how tightly the arithmetic of an expression holds together: a product is a sum here."""
    if isinstance(expression, Binary) and expression.operator == "@":
        return _SUM
    if isinstance(expression, Call):
        row = FUNCTIONS[expression.function]
        if row.kind is Kind.PRODUCT:
            return _SUM
        if row.term:
            return _SUM if row.formula == "{0}" else _QUOTIENT if "/" in row.formula else _ATOM
    return binding(expression)
