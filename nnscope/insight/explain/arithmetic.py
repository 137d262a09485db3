"""The arithmetic of a cell as one line of numbers: `(0.5·0.02 − 0.5·0.01 + 0.51·0.1) / 3`."""

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from nnscope.expression.operation import Binding, Kind
from nnscope.expression.source import binding, least_bindings
from nnscope.expression.syntax import Binary, Call, Name, Unary
from nnscope.expression.table import row_of
from nnscope.insight.explain.cell import Explanation
from nnscope.insight.explain.terms import Terms, bracketed
from nnscope.insight.numbers import short

_NUMBER = Name("number")


def arithmetic(
    explanation: Explanation, most: int = 4, largest: bool = False, digits: int = 4
) -> str:
    """Write a cell's arithmetic with its numbers.

    A long sum shows its first `most` terms that are not 0, or its largest, and what the others add
    together. A function is followed by its formula: `sigmoid(1.6) = 1 / (1 + e^-1.6)`.
    """
    explanation = explanation.meant
    text = _Writer(most, largest, digits).write(explanation)
    formula = worked_out(explanation, digits)
    return f"{text} = {formula}" if formula else text


def operation(explanation: Explanation, digits: int = 4) -> str:
    """Write the top of a cell's arithmetic alone, with the value of each part: `0.0141 / 3`.

    Empty for a name, a number, and what has terms.
    """
    if explanation.is_given or explanation.terms is not None:
        return ""
    parts = tuple(
        replace(part, expression=_NUMBER, parts=(), terms=None) for part in explanation.parts
    )
    top = replace(explanation, parts=parts)
    return worked_out(explanation, digits) or _Writer(0, False, digits).write(top)


def worked_out(explanation: Explanation, digits: int = 4) -> str:
    """Write a function of single cells by its formula, with their numbers; else nothing."""
    call = explanation.expression
    if not isinstance(call, Call) or explanation.terms is not None:
        return ""
    numbers = [bracketed(part.value, digits) for part in explanation.parts]
    return row_of(call).formula.format(*numbers)


class _Writer(Struct, frozen=True):
    most: int
    largest: bool
    digits: int

    def write(self, explanation: Explanation) -> str:
        explanation = explanation.meant
        if explanation.terms is not None:
            return self._sum(explanation.terms)
        if explanation.is_given:
            return short(explanation.value, self.digits)
        match explanation.expression:
            case Unary() as unary:
                return row_of(unary).plain_sign + self._within(explanation.parts[0], binding(unary))
            case Binary() as binary:
                left, right = least_bindings(binary)
                first = self._within(explanation.parts[0], left)
                second = self._within(explanation.parts[1], right, behind=True)
                return f"{first} {row_of(binary).plain_sign} {second}"
            case Call() as call:
                inner = ", ".join(map(self.write, explanation.parts))
                return f"{row_of(call).word}({inner})"
        raise AssertionError(explanation)

    def _within(self, part: Explanation, level: int, behind: bool = False) -> str:
        """Write an operand, in brackets where it needs some; `behind` an operator is its place."""
        part = part.meant
        is_loose = _level(part) < level or _is_negative(part) or (behind and _begins_negative(part))
        return f"({self.write(part)})" if is_loose else self.write(part)

    def _sum(self, terms: Terms) -> str:
        """Write the terms, and what is done with their sum."""
        shown = (terms.largest if self.largest else terms.first)(self.most)
        joint = " + " if terms.is_sum else ", "
        words = [terms.text(place, self.digits) for place in shown]
        note = self._note(terms, shown)
        if note and self._takes_no_more_room(terms, shown, joint, note):
            places = shown + terms.others(shown)
            ordered = places if self.largest else sorted(places)
            words = [terms.text(place, self.digits) for place in ordered]
        elif note:
            words.append(note)
        return terms.finished(joint.join(words) or "0", self.digits)

    def _note(self, terms: Terms, shown: list[int]) -> str:
        """Count the terms that are not shown, and add them up."""
        count = len(terms) - len(shown)
        if count and terms.is_sum:
            return f"({count} more: {short(terms.rest(shown), self.digits)})"
        return f"… {count} more" if count else ""

    def _takes_no_more_room(self, terms: Terms, shown: list[int], joint: str, note: str) -> bool:
        """Tell whether the terms that are not shown could stand where they are counted."""
        count = len(terms) - len(shown)
        if count * (len(joint) + 1) > len(note) + len(joint):  # each has a character at least
            return False
        words = [terms.text(place, self.digits) for place in terms.others(shown)]
        return len(joint.join(words)) <= len(note)


def _level(explanation: Explanation) -> int:
    """Tell how tightly the arithmetic of a cell holds together: a product is a sum here."""
    expression = explanation.expression
    if isinstance(expression, Binary | Call):
        row = row_of(expression)
        if row.kind is Kind.PRODUCT:
            return Binding.SUM
        if row.term:
            return row.formula_binding
    return binding(expression)


def _is_negative(explanation: Explanation) -> bool:
    """Tell whether a cell is written as a number with a minus sign before it."""
    return explanation.is_given and explanation.value < 0


def _begins_negative(explanation: Explanation) -> bool:
    """Tell whether the arithmetic of a cell begins with the operator that turns the sign."""
    explanation = explanation.meant
    match explanation.expression:
        case Unary() as unary:
            return row_of(unary).call is np.negative
        case Binary() as binary if explanation.parts:
            first = explanation.parts[0]
            is_bracketed = _level(first.meant) < least_bindings(binary)[0]
            return not is_bracketed and _begins_negative(first)
    return False
