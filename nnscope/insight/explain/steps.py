"""A step of a derivation: one line of text, with its arithmetic, its value and its origin."""

from collections.abc import Sequence

from msgspec import Struct

from nnscope.insight.numbers import full, short

DIGITS = 8
"""The digits of the numbers inside a derivation: enough to add them up by hand and agree."""
_WIDEST = 64


class Step(Struct, frozen=True):
    """One line: what is computed, its arithmetic, its value, and where it comes from.

    `depth` counts from 0, the whole. `exact` asks for every digit of the value,
    of which one of float32 (`single`) has fewer.
    """

    depth: int
    text: str
    work: str = ""
    value: float | None = None
    note: str = ""
    exact: bool = False
    single: bool = False

    @property
    def number(self) -> str:
        """The value as it is written; empty where there is none."""
        if self.value is None:
            return ""
        return full(self.value, self.single) if self.exact else short(self.value, DIGITS)

    @property
    def line(self) -> str:
        """The line without its note: `  m = 3`."""
        return "  " * self.depth + " = ".join(filter(None, [self.text, self.work, self.number]))


def render(steps: Sequence[Step]) -> list[str]:
    """Write steps as text, the notes in a column behind them."""
    lines = [step.line for step in steps]
    width = max((len(line) for line in lines if len(line) <= _WIDEST), default=0)
    return [
        f"{line:<{width}}   {step.note}" if step.note else line
        for line, step in zip(lines, steps, strict=True)
    ]
