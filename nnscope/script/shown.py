"""What a reader is shown of a recorded script beside its lines: its files, what it printed."""

from functools import cached_property
from pathlib import Path

from nnscope.modified import modified
from nnscope.program.model import SourceSpan
from nnscope.program.notes import Notes
from nnscope.script.record import Recorded, RecordedLine
from nnscope.script.statements import Statements


class Shown:
    """The files of a recorded script, named as they are found from its folder."""

    def __init__(self, script: Path, recorded: Recorded) -> None:
        self._folder, self._recorded = script.resolve().parent, recorded

    @property
    def notes(self) -> Notes:
        """The rows of the files, and what they printed."""
        sources = self._recorded.sources
        return Notes(sources={self._name(file): tuple(told.text.split("\n"))
                              for file, told in sources.items()},
                     printed=self._printed, ended=self._recorded.error)  # fmt: skip

    @property
    def _printed(self) -> dict[int, str]:
        printed: dict[int, str] = {}
        last = self._recorded.iterations - 1
        for iteration, texts in self._recorded.printed.items():
            # a pass that was broken off belongs to the iteration before it
            at = last if iteration == last + 1 else iteration
            printed[at] = printed.get(at, "") + "".join(texts)
        return printed

    def span(self, line: RecordedLine) -> SourceSpan | None:
        """Say where a line stands; a statement that assigns nothing has the line's name before."""
        if not line.row:
            return None  # the script does not have it
        name, statements = self._name(line.file), self._statements.get(line.file)
        if statements is None:
            return SourceSpan(name, line.row, line.calls)
        found = statements.at(line.row)
        text = found.text if found.assigns else f"{line.spelled}: {found.text}"
        return SourceSpan(name, line.row, line.calls, text, found.first, found.last)

    @cached_property
    def _statements(self) -> dict[str, Statements]:
        return {file: Statements(told.text) for file, told in self._recorded.sources.items()}

    def _name(self, file: str) -> str:
        path = Path(file)
        is_below = self._folder in path.parents
        return path.relative_to(self._folder).as_posix() if is_below else file


def is_changed(recorded: Recorded) -> bool:
    """Tell whether a file of a script has been changed since it was recorded."""
    return any(modified(Path(file)) not in (told.modified, None)
               for file, told in recorded.sources.items())  # fmt: skip
