"""How many predictions were right, missed and left out, and of which kind."""

from collections import Counter

from nnscope.insight.predict.question import Asked, Question


class Tally:
    """Counts the answers of one sitting."""

    def __init__(self) -> None:
        self.known: set[tuple[str, Asked]] = set()  # what was answered right, by the line's target
        self._right: Counter[Asked] = Counter()
        self._missed: Counter[Asked] = Counter()
        self._skipped = 0
        self._lines: dict[str, None] = {}  # of which something was missed

    @property
    def count(self) -> int:
        """How many questions were asked."""
        return self._right.total() + self._missed.total() + self._skipped

    def answered(self, question: Question, is_right: bool) -> None:
        """Count an answer."""
        target = question.line.target
        (self._right if is_right else self._missed)[question.asked] += 1
        if is_right:
            self.known.add((target, question.asked))
        else:
            self.known.discard((target, question.asked))
            self._lines[question.line.text] = None

    def skip(self) -> None:
        """Count a question that was not answered."""
        self._skipped += 1

    @property
    def text(self) -> str:
        """The whole tally: `5 asked: 3 right, 1 missed, 1 skipped. ...`."""
        if not self.count:
            return "Nothing was asked."
        numbers = f"{self._right.total()} right, {self._missed.total()} missed"
        told = f"{self.count} asked: {numbers}, {self._skipped} skipped."
        parts = [f"{asked.value}s {self._right[asked]} of {total}" for asked in Asked
                 if (total := self._right[asked] + self._missed[asked])]  # fmt: skip
        told += f" Right by kind: {', '.join(parts)}." if parts else ""
        return told + (f" To look at again: {'; '.join(self._lines)}." if self._lines else "")
