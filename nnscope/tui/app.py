"""The terminal app: the picker, and the debugger of one program."""

import asyncio
import signal
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.events import Resize
from textual.filter import LineFilter, NoColor
from textual.screen import Screen

from nnscope.expression.errors import ExpressionError
from nnscope.program.model import Program
from nnscope.program.notes import Lesson
from nnscope.tui.gate import Gate
from nnscope.tui.keymap import bindings, key_name
from nnscope.tui.screen.debugger import DebuggerScreen
from nnscope.tui.sparing_driver import sparing
from nnscope.tui.themes import CSS, HIGH_CONTRAST, NothingDim, textual_name

ENDINGS = tuple(each for each in signal.Signals if each.name in ("SIGTERM", "SIGHUP"))
"""Signals that ask a program to end; the second, where there is one, says that its terminal has."""
_NO_COLOUR, _NOTHING_DIM = NoColor(), NothingDim()


class NnscopeApp(App[None]):
    """Opens a program, or lets the user pick one of a library.

    `memory` is the cap, in bytes, of what a run's history may hold; None: as the program says. The
    `library` has programs by name, from simple to deep. `told` are sentences about the program that
    stand on the screen at the start. `theme` is the name of the colours, empty for the usual ones,
    and `keys` has the keys of those commands, by their ids, that have other ones than usual.
    `file` is what the user wants to be opened next.
    """

    TITLE = "nnscope"
    CSS = CSS
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        program: Program | None = None,
        memory: int | None = None,
        library: Mapping[str, Lesson] | None = None,
        told: Sequence[str] = (),
        theme: str = "",
        keys: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.register_theme(HIGH_CONTRAST)
        if theme:
            self.theme = textual_name(theme)
        self.keys = keys or {}
        self.set_keymap(self.keys)
        self._program = program
        self._library = library or {}
        self._memory = memory
        self._gate = Gate()
        self.file = ""
        self._told = told

    def get_driver_class(self) -> type[Driver]:
        """Take the driver of the platform, but send only what changes: a line may be slow."""
        return sparing(super().get_driver_class())

    def on_resize(self, _event: Resize) -> None:
        """Send everything again: what a terminal shows when it gets another size is its own."""
        if (known := getattr(self._driver, "sparing", None)) is not None:
            known.forget()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Put the gate behind everything that draws, and behind what the theme does to it."""
        if self.no_color:
            return [_NO_COLOUR, self._gate]
        first = [_NOTHING_DIM] if self.theme == HIGH_CONTRAST.name else []
        return [*first, *super().get_line_filters(), self._gate]

    def on_mount(self) -> None:
        """Open what was asked for."""
        if not self.is_headless:
            self._end_on_signals()
        if self._program is None:
            self._pick()
        else:
            self.open(self._program)
        for text in self._told:
            self.notify(text, severity="warning", timeout=15, markup=False)

    def _end_on_signals(self) -> None:
        """Leave the terminal as it was when the process is asked to end; the status says why."""
        loop = asyncio.get_running_loop()
        for number in ENDINGS:
            with suppress(NotImplementedError):  # not every system has handlers of signals
                loop.add_signal_handler(number, self._end, 128 + number)

    def _end(self, status: int) -> None:
        self.exit(return_code=status)

    def open(self, program: Program) -> None:
        """Open the debugger on a program."""
        self.push_screen(DebuggerScreen(program, self._memory, self.keys))

    def _pick(self) -> None:
        from nnscope.tui.dialogs.picker import PickerScreen  # noqa: PLC0415  a file needs no picker

        self.push_screen(PickerScreen(self._library), self._picked)

    def _picked(self, name: str | None) -> None:
        if name is None:
            return
        if name not in self._library:
            self.file = name
            self.exit()
            return
        try:
            self.open(self._library[name].make())
        except ExpressionError as error:
            self.notify(str(error), severity="error", timeout=15, markup=False)
            self._pick()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer in the palette what the keys of the debugger do, as far as it is possible now."""
        if isinstance(screen, DebuggerScreen):
            for binding in bindings(self.keys):
                if binding.action != "app.command_palette":
                    title = f"{binding.description.capitalize()}: {binding.tooltip}"
                    yield SystemCommand(
                        title,
                        f"key {key_name(binding.key)}",
                        lambda action=binding.action: screen.call_later(screen.run_action, action),
                    )
        yield from super().get_system_commands(screen)
