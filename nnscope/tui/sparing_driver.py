"""A driver of a terminal that sends only what changes there."""

from typing import Any

from textual.driver import Driver

from nnscope.tui.sparing import Sparing


def sparing(base: type[Driver]) -> type[Driver]:
    """Give the driver of a platform, made to send less."""

    class SparingDriver(base):  # type: ignore[valid-type,misc]  # which one is known when it runs
        """Leaves out of what is written what is on the terminal already."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self.sparing = Sparing()

        def write(self, data: str) -> None:
            """Write what is new."""
            super().write(self.sparing.reduced(data))

    return SparingDriver
