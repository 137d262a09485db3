"""The arithmetic of a cell as one line of numbers: `(0.5·0.02 − 0.5·0.01 + 0.51·0.1) / 3`."""

from nnscope.expression.explain import Explanation
from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.source import binding
from nnscope.expression.syntax import Binary, Call, Expression, Unary
from nnscope.insight.numbers import short

_SUM = 5
_SIGNS = {"*": "·", "-": "−", "**": "^"}
_REDUCED = {"np.sum": "{}", "np.mean": "({}) / {}"}


def arithmetic(explanation: Explanation, most: int = 4) -> str:
    """Write a cell's arithmetic with its numbers; a long sum shows its first `most` terms."""
    expression = explanation.expression
    if explanation.row is not None:
        return _series(explanation, most)
    if isinstance(expression, Unary):
        sign = "−" if expression.operator == "-" else "not "
        return sign + _within(explanation.parts[0], binding(expression), most)
    if isinstance(expression, Binary):
        return _joined(expression, explanation, most)
    if isinstance(expression, Call):
        inner = ", ".join(arithmetic(part, most) for part in explanation.parts)
        return f"{expression.function.removeprefix('np.')}({inner})"
    return short(explanation.value)


def _joined(expression: Binary, explanation: Explanation, most: int) -> str:
    level = binding(expression)
    left, right = explanation.parts
    sign = _SIGNS.get(expression.operator, expression.operator)
    return f"{_within(left, level, most)} {sign} {_within(right, level + 1, most)}"


def _within(part: Explanation, level: int, most: int) -> str:
    text = arithmetic(part, most)
    return f"({text})" if text.startswith("-") or _level(part.expression) < level else text


def _level(expression: Expression) -> int:
    """Tell how tightly the arithmetic of an expression holds together: a product is a sum here."""
    sums = isinstance(expression, Binary) and expression.operator == "@"
    added = isinstance(expression, Call) and expression.function in (
        "np.sum",
        "np.dot",
        "np.matmul",
    )
    return _SUM if sums or added else binding(expression)


def _series(explanation: Explanation, most: int) -> str:
    """Write the terms of a sum, or what another reduction takes in."""
    call = explanation.expression
    if explanation.column is not None and explanation.row is not None:
        pairs = zip(
            explanation.row[:most].tolist(), explanation.column[:most].tolist(), strict=True
        )
        words = [f"{_factor(a)}·{_factor(b)}" for a, b in pairs]
        return _cut(" + ".join(words), explanation, most, " + ")
    words = [short(float(value)) for value in explanation.terms[:most]]
    if isinstance(call, Call) and call.function not in _REDUCED:
        name = FUNCTIONS[call.function].name.removeprefix("np.")
        return f"{name}({_cut(', '.join(words), explanation, most, ', ')})"
    total = _cut(" + ".join(map(_term, words)), explanation, most, " + ")
    pattern = _REDUCED[call.function] if isinstance(call, Call) else "{}"
    return pattern.format(total, len(explanation.terms))


def _cut(text: str, explanation: Explanation, most: int, joint: str) -> str:
    rest = len(explanation.terms) - most
    return text if rest <= 0 else f"{text}{joint}… {rest} more"


def _term(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _factor(value: float) -> str:
    return _term(short(value))
