"""What is wrong in a scenario file, in the words of the file."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from nnscope.spelling import nearest
from nnscope.visible import message, quoted


class Problem(Struct, frozen=True):
    """One mistake: the table and key it stands at, and what would be right."""

    where: str
    message: str


class ScenarioError(Exception):
    """A scenario that can't be used, with every mistake that was found in it.

    `str()` gives a line for each, complete for the reader: file, table and key, what is wrong and
    what would be right.
    """

    def __init__(self, problems: Iterable[Problem], path: Path | None = None) -> None:
        self.problems = tuple(problems)
        self.path = path
        super().__init__(self.problems, path)

    def __str__(self) -> str:
        start = f"{self.path}: " if self.path else ""
        return message(
            f"{start}{problem.where}: {problem.message}" if problem.where
            else f"{start}{problem.message}"
            for problem in self.problems
        )  # fmt: skip


def wrong(where: str, message: str) -> ScenarioError:
    """Make the error for one mistake."""
    return ScenarioError([Problem(where, message)])


def found(value: Any) -> str:
    """Show a value of the file in a message, as it is written there and not too long."""
    plain = isinstance(value, str | list | dict)
    return quoted(repr(value) if plain else str(value).lower())


def counted(number: int, word: str) -> str:
    """Write a number with its word: `1 cell`, `2 cells`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def one_of(
    name: str, known: Iterable[str], kind: str, elsewhere: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Say that `name` is not one of the known names of its kind, with the one that is meant.

    `elsewhere` has names that others give to some of the known ones.
    """
    listed = list(known)
    near = nearest(name, listed)
    if name.lower() in elsewhere:
        return f"`{name}` is not {kind}: write `{elsewhere[name.lower()]}`"
    hint = f"did you mean `{near}`?" if near else f"it may be {', '.join(listed)}"
    return f"`{quoted(name)}` is not {kind}: {hint}"
