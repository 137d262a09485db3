"""The iterations along a plot: which column shows one, and which one a column stands for."""

from msgspec import Struct


class Mark(Struct, frozen=True):
    """A sign at an iteration."""

    iteration: int
    sign: str


class Axis(Struct, frozen=True):
    """`count` iterations over `width` columns of text, each of which has two columns of dots."""

    count: int
    width: int

    @property
    def dots(self) -> int:
        """The number of columns of dots."""
        return 2 * self.width

    @property
    def is_dense(self) -> bool:
        """Whether a column of dots stands for more than one iteration."""
        return self.count > self.dots

    def column(self, iteration: int) -> int:
        """Give the column of text that shows an iteration; beyond the ends, the nearest."""
        iteration = min(max(iteration, 0), self.count - 1)
        if self.count < 2:
            return 0
        if self.is_dense:
            return ((iteration + 1) * self.dots - 1) // self.count // 2
        return round(iteration * (self.dots - 1) / (self.count - 1)) // 2

    def iteration(self, column: int) -> int:
        """Give the iteration that a column stands for: its first, or at the end the last."""
        column = min(max(column, 0), self.width - 1)
        if column == self.width - 1:
            return max(self.count - 1, 0)
        if self.is_dense:
            return column * self.count // self.width
        return min(range(self.count), key=lambda at: abs(self.column(at) - column), default=0)

    def moved(self, iteration: int, columns: int) -> int:
        """Give the iteration some columns further, at least one iteration away, inside the plot."""
        target = self.iteration(self.column(iteration) + columns)
        target = max(target, iteration + 1) if columns > 0 else min(target, iteration - 1)
        return min(max(target, 0), max(self.count - 1, 0))

    def marked(self, marks: tuple[Mark, ...]) -> str:
        """Write a row with the signs of marks; of two in one column the later one is seen."""
        signs = [" "] * self.width
        for mark in marks:
            signs[self.column(mark.iteration)] = mark.sign
        return "".join(signs)
