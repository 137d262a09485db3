"""A line as an equation of arrays: its operands, and what is written before, between and behind."""

import re
from collections import ChainMap
from collections.abc import Mapping

from msgspec import Struct

from nnscope.expression.mathematics import Typesetter
from nnscope.expression.shapes import infer
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, Name, Transpose, with_children
from nnscope.program.model import Program

# characters that no text has: each stands for an operand until the text is written
_FIRST, _LAST = 0xF0000, 0xFFFFD
_MARKS = re.compile(f"([{chr(_FIRST)}-{chr(_LAST)}])")
_LONGEST = 16


class Equation(Struct, frozen=True):
    """The operands of an expression, each once, in the order of its text.

    An operand is a name, or a name and its `.T`. `between` has one text more than there are
    operands: what stands before each, and behind the last. An operand that comes again is part of
    these texts.
    """

    operands: tuple[Expression, ...]
    between: tuple[str, ...]


def equation(program: Program, expression: Expression, mathematics: bool = False) -> Equation:
    """Take an expression apart, as it is written in NumPy or as mathematics."""
    marks: dict[Expression, str] = {}
    marked = _marked(expression, marks)
    operands = {mark: operand for operand, mark in marks.items()}
    text = _typeset(program, marked, operands) if mathematics else source(marked)
    found: list[Expression] = []
    between = [""]
    for piece in _MARKS.split(text):
        operand = operands.get(piece)
        if operand is None or operand in found:
            between[-1] += labelled(program, operand, mathematics) if operand else piece
        else:
            found.append(operand)
            between.append("")
    return Equation(tuple(found), tuple(shortened(each.strip()) for each in between))


def labelled(program: Program, operand: Expression, mathematics: bool) -> str:
    """Write an operand alone."""
    return program.typesetter.typeset(operand) if mathematics else source(operand)


def shortened(text: str) -> str:
    """Leave words out of the middle of a text that is long, and put an ellipsis there."""
    first, *words = text.split(" ")
    last: list[str] = []
    if len(text) <= _LONGEST or not words:
        return text
    while words and len(" ".join([first, "…", words[-1], *last])) <= _LONGEST:
        last.insert(0, words.pop())
    return " ".join([first, "…", *last])


def _marked(expression: Expression, marks: dict[Expression, str]) -> Expression:
    """Put a mark in the place of each operand, where it comes first."""
    match expression:
        case Name() | Transpose(Name()):
            if expression in marks:
                return expression
            marks[expression] = chr(_FIRST + len(marks))
            return Name(marks[expression])
    return with_children(expression, lambda child: _marked(child, marks))


def _typeset(program: Program, marked: Expression, operands: Mapping[str, Expression]) -> str:
    """Write an expression with marks as mathematics."""
    shapes = {mark: infer(operand, program.shapes) for mark, operand in operands.items()}

    def symbol(id_: str) -> str:
        return id_ if id_ in operands else program.symbol(id_)

    return Typesetter(symbol, ChainMap(shapes, dict(program.shapes))).typeset(marked)
