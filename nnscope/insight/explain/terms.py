"""The terms of a long sum: the first or the largest ones, and what the rest adds."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.syntax import Call
from nnscope.expression.table import row_of
from nnscope.insight.explain.cell import Explanation
from nnscope.insight.numbers import short


@dataclass(frozen=True, slots=True)
class Term:
    """One number of a row: its place, counted from 0, the text of what it adds, and the value."""

    place: int
    text: str
    value: float


@dataclass(frozen=True, eq=False)
class Series:
    """What a product of matrices sums, or a reduction takes in; `explanation` must have a row."""

    explanation: Explanation

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """What every place adds, or in a max, a min and the like, what stands there."""
        return np.asarray(self.explanation.terms, dtype=np.float64)

    @property
    def is_sum(self) -> bool:
        """Whether the terms are added up; else they are compared."""
        return self.explanation.column is not None or bool(self._pattern)

    def __len__(self) -> int:
        return len(self.values)

    def first(self, count: int) -> list[int]:
        """Give the places of the first terms."""
        return list(range(min(count, len(self))))

    def largest(self, count: int) -> list[int]:
        """Give the places of the terms that add most, whatever their sign, largest first."""
        sizes = np.abs(self.values)
        sizes[np.isnan(sizes)] = np.inf  # what spoils the sum comes first
        if count < len(sizes) // 2:  # no need to sort a long row for its head
            cut = np.partition(sizes, len(sizes) - count)[len(sizes) - count]
            near = np.flatnonzero(sizes >= cut)
            return [int(at) for at in near[np.argsort(-sizes[near], kind="stable")][:count]]
        return [int(at) for at in np.argsort(-sizes, kind="stable")[:count]]

    def rest(self, shown: list[int]) -> float:
        """Add up the terms that are not shown."""
        with np.errstate(all="ignore"):
            return float(np.delete(self.values, shown).sum())

    def term(self, place: int, digits: int = 4) -> Term:
        """Write one term with its numbers: `0.5·(-0.25)`."""
        row, column = self.explanation.row, self.explanation.column
        own = "" if row is None else bracketed(float(row[place]), digits)
        if column is not None:
            text = f"{own}·{bracketed(float(column[place]), digits)}"
        else:
            text = (self._pattern or "{0}").format(own)
        return Term(place, text, float(self.values[place]))

    @property
    def _pattern(self) -> str:
        call = self.explanation.expression
        return row_of(call).term if isinstance(call, Call) else ""


def bracketed(value: float, digits: int = 4) -> str:
    """Write a number, in brackets if it is negative."""
    text = short(value, digits)
    return f"({text})" if text.startswith("-") else text
