"""What can be wrong with a script, told by its place in the source."""

from nnscope.expression.errors import ExpressionError


class LostError(Exception):
    """A value that a parameter depends on can't be followed; `site` is where."""

    def __init__(self, site: int, why: str) -> None:
        super().__init__(why)
        self.site, self.why = site, why


class AnewError(LostError):
    """The training loop begins anew, with other parameters than it has trained."""


class ScriptError(ExpressionError):
    """A script can't be opened; the text says why, and where in it."""
