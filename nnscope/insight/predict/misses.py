"""Why an answer was wrong: which axes meet, stay or go, and what the cell is made from."""

from nnscope.expression.shapes import Shape, infer, sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression
from nnscope.insight.explain.arithmetic import arithmetic
from nnscope.insight.explain.cell import explain
from nnscope.insight.explain.cells import Box, is_one_cell
from nnscope.insight.line.axes import axis_words
from nnscope.insight.line.phrase import enumerated
from nnscope.insight.numbers import short
from nnscope.insight.predict.answers import letters, sign, sizes_of
from nnscope.insight.predict.axes import axes_in_words, leaves
from nnscope.insight.predict.question import Asked, Question

_SIGNS = {1: "above 0", -1: "below 0", 0: "0"}
_STEPS = {1: "rises", -1: "falls", 0: "stays"}
_TERMS = 6  # so many terms of a sum are written


def right_answer(question: Question) -> str:
    """Say what is right."""
    if question.asked is Asked.SHAPE:
        return f"{question.line.spelled} has the shape {question.shape}."
    value = short(question.value)
    if question.is_of_step:
        way = _STEPS[sign(question)]
        return f"{question.named} {way}: from {short(question.before)} to {value}."
    if question.asked is Asked.SIGN:
        told = _SIGNS[sign(question)]
        return f"{question.named} is {told}{'' if value == told else f': {value}'}."
    return f"{question.named} is {value}."


def explanation(question: Question, typed: str) -> str:
    """Explain a wrong answer by the axes of the operands; it begins with the right one."""
    if question.asked is not Asked.SHAPE:
        return f"{right_answer(question)} {_of_cell(question)}"
    axes = axes_in_words(question.line.expression, question.frame.program.shapes)
    told = (right_answer(question), _of_typed(question, typed), *axes)
    return " ".join(filter(None, told))


def _of_typed(question: Question, typed: str) -> str:
    """Say how the shape that was typed is related to the right one, where that can be said."""
    found, right = sizes_of(typed, letters(question)), question.shape
    if found is None:
        return ""
    if found == right[::-1]:
        return "You have its axes in the other order."
    if found == _without_ones(right):
        return "Its axes of length 1 belong to the shape, too."
    if right == _without_ones(found):
        return "It has no axis of length 1."
    shapes = question.frame.program.shapes
    same = (each for each in leaves(question.line.expression)
            if sizes(infer(each, shapes)) == found)  # fmt: skip
    operand = next(same, None)
    return f"{found} is the shape of {source(operand)}, which goes in." if operand else ""


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _of_cell(question: Question) -> str:
    """Say which cells of the operands a cell is made from, and its arithmetic."""
    frame, line = question.frame, question.line
    parts = [_block(operand, box, infer(operand, frame.program.shapes))
             for operand, boxes in question.reads.items() for box in boxes if box]  # fmt: skip
    explained = explain(line.expression, question.cell, frame.values)
    numbers = f"{question.named} = {arithmetic(explained, most=_TERMS)} = {short(question.value)}"
    return (f"It is made from {enumerated(parts)}: " if parts else "") + f"{numbers}."


def _block(operand: Expression, box: Box, shape: Shape) -> str:
    """Name a block of an operand: `W1[0, 1]`, `row 0 of W1 (along the n0 inputs (axis 1))`."""
    text = source(operand)
    if is_one_cell(box):
        return f"{text}[{', '.join(str(along.start) for along in box)}]"
    whole = [at for at, along in enumerate(box) if len(along) > 1]
    if len(box) != len(shape) or len(whole) == len(box):
        return f"all of {text}"
    along = " and ".join(axis_words(shape[at], at) for at in whole)
    place = ["row", "column"][1 - whole[0]] if len(box) == 2 else "a part"
    number = f" {box[1 - whole[0]].start}" if len(box) == 2 else ""
    return f"{place}{number} of {text} along {along}"
