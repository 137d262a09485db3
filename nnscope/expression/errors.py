"""What can be wrong with an expression, each said in words for the person who wrote it."""


class ExpressionError(ValueError):
    """An expression that can't be used. The message is complete and can be shown as it is."""


class ParseError(ExpressionError):
    """Text that is not an expression of the language."""


class ShapeError(ExpressionError):
    """Operands whose shapes do not fit. The message names both, and the axes that should agree."""


class UnknownNameError(ExpressionError):
    """A name that has no value here."""


def shown(text: str) -> str:
    """Write what a user typed into a message: on one line, and not too long."""
    visible = "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )
    return visible if len(visible) <= 40 else visible[:37] + "..."
