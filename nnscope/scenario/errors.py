"""What is wrong in a scenario file, in the words of the file."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
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
        return "\n".join(
            f"{start}{problem.where}: {problem.message}" if problem.where
            else f"{start}{problem.message}"
            for problem in self.problems
        )  # fmt: skip


def wrong(where: str, message: str) -> ScenarioError:
    """Make the error for one mistake."""
    return ScenarioError([Problem(where, message)])


def one_of(found: str, known: Iterable[str], kind: str) -> str:
    """Say that `found` is not one of the known names of its kind, with the nearest that is."""
    listed = list(known)
    near = difflib.get_close_matches(found.lower(), listed, n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`?" if near else f"it may be {', '.join(listed)}"
    return f"`{found}` is not {kind}: {hint}"
