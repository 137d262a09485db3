"""What can be wrong with an expression, each said in words for the person who wrote it."""

from nnscope.visible import message


class ExpressionError(ValueError):
    """An expression that can't be used. The message is complete and can be shown as it is."""

    def __str__(self) -> str:
        return message(super().__str__().split("\n"))


class ParseError(ExpressionError):
    """Text that is not an expression of the language."""


class ShapeError(ExpressionError):
    """Operands whose shapes do not fit. The message names both, and the axes that should agree."""


class UnknownNameError(ExpressionError):
    """A name that has no value here."""
