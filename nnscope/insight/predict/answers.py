"""What a person types for a shape, a sign or a value, and whether it is right."""

import math
import re

from nnscope.insight.predict.question import Asked, Question

RELATIVE = 0.05
"""How far a value may be off: a number that is rounded to two digits is within this of itself."""

ROUNDING = 1e-12
"""What is smaller than this share of the numbers that a line reads is taken for 0."""

_SIGNS = {
    "+": 1, "positive": 1, "plus": 1, "above": 1, "rise": 1, "rises": 1, "up": 1,
    "-": -1, "negative": -1, "minus": -1, "below": -1, "fall": -1, "falls": -1, "down": -1,
    "0": 0, "zero": 0, "stay": 0, "stays": 0, "same": 0,
}  # fmt: skip
_EXPECTED = {
    Asked.SHAPE: "Type a shape, such as (4, 3), (4,), or () for a single number.",
    Asked.SIGN: "Type + or - or 0.",
    Asked.VALUE: "Type a number, such as 0.25, -3e-4, nan or inf.",
}


def mistake(question: Question, text: str) -> str:
    """Say what can't be read of an answer; nothing where it can be judged."""
    return "" if _read(question, text) is not None else _EXPECTED[question.asked]


def is_right(question: Question, text: str) -> bool:
    """Tell whether an answer is right; one that can't be read is not."""
    read = _read(question, text)
    if read is None:
        return False
    if isinstance(read, tuple):
        return read == question.shape
    if question.asked is Asked.SIGN:
        return read == sign(question)
    return is_near(read, question.value, question.scale)


def sign(question: Question) -> int:
    """Give the sign that is asked for: 1, -1, or 0 also for what is rounding only."""
    value = question.value
    if question.is_of_step:
        return (value > question.before) - (value < question.before)
    return 0 if abs(value) <= ROUNDING * question.scale else (value > 0) - (value < 0)


def is_near(typed: float, value: float, scale: float) -> bool:
    """Tell whether a typed number is the value to two digits; nan is nan, and inf has its sign."""
    if math.isnan(value) or math.isinf(value):
        return typed == value or (math.isnan(typed) and math.isnan(value))
    return abs(typed - value) <= max(RELATIVE * abs(value), ROUNDING * scale)


def sizes_of(text: str, known: dict[str, int]) -> tuple[int, ...] | None:
    """Read the sizes of a shape; a letter stands for the size that `known` has for it.

    `(4, 3)`, `4x3`, `4`, `()`, `(n1, m)`; None for a text that is no shape.
    """
    inside = text.strip().removeprefix("(").removesuffix(")").strip()
    if not inside:
        return () if text.strip() else None
    words = re.split(r"\s*[,x×*]\s*|\s+", inside.removesuffix(",").strip())
    if not all(word in known or (word.isascii() and word.isdigit()) for word in words):
        return None
    return tuple(known[word] if word in known else int(word[:9]) for word in words)


def number_of(text: str) -> float | None:
    """Read a number, with a point or a comma, and either minus sign; None for what is none."""
    plain = text.strip().lower().replace("−", "-").replace(",", ".").replace("∞", "inf")
    try:
        return float(plain) if "_" not in plain else None
    except ValueError:
        return None


def _read(question: Question, text: str) -> tuple[int, ...] | float | None:
    match question.asked:
        case Asked.SHAPE:
            return sizes_of(text, letters(question))
        case Asked.SIGN:
            return _SIGNS.get(text.strip().lower().replace("−", "-"))
        case Asked.VALUE:
            return number_of(text)


def letters(question: Question) -> dict[str, int]:
    """Give the size that each letter of an axis stands for."""
    shapes = question.frame.program.shapes.values()
    return {axis.name: axis.size for shape in shapes for axis in shape if axis.name}
