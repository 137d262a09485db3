"""The bar beside lines of text that do not all fit: it says which of them are in sight."""

from msgspec import Struct

THUMB = "┃"


class Bar(Struct, frozen=True):
    """A bar as tall as the `rows` in sight of so many `lines`; `top` of them are scrolled away."""

    rows: int
    lines: int
    top: int = 0

    @property
    def most(self) -> int:
        """The lines that can be scrolled away: the last one stays at the bottom."""
        return max(0, self.lines - self.rows)

    @property
    def thumb(self) -> range:
        """The rows of the bar that stand for the lines in sight; none where all of them are."""
        if not self.most:
            return range(0)
        long = max(1, self.rows * self.rows // self.lines)
        start = round((self.rows - long) * self.top / self.most)
        return range(start, start + long)

    def top_at(self, y: int) -> int:
        """Say how many lines are scrolled away where the middle of the thumb is in a row."""
        long = len(self.thumb)
        way = max(1, self.rows - long)
        return round(min(max(y - long // 2, 0), way) * self.most / way)
