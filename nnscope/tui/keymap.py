"""Every key of the debugger, as data: the footer, the help and the palette read this list."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from textual.binding import Binding

from nnscope.tui.control.checks import Checks
from nnscope.tui.control.command import Command, commands_of
from nnscope.tui.control.controls import GROUPS
from nnscope.tui.keys import Keys
from nnscope.tui.panes import PANES


def _bindings() -> Iterator[Binding]:
    for group in GROUPS:
        if group is Checks:  # the keys of panes stand before those that fill the last pane
            yield from _of_panes()
        yield from (_binding(command) for command in commands_of(group) if command.keys)
    yield Binding(
        "colon",
        "app.command_palette",
        "command",
        show=False,
        id="palette",
        tooltip="choose a command by typing",
    )
    yield Binding("q", "app.quit", "quit", id="quit", tooltip="leave nnscope")


def _binding(command: Command) -> Binding:
    return Binding(
        command.keys,
        f"do('{command.id}')",
        command.label,
        show=command.show,
        id=command.id,
        tooltip=command.tooltip,
    )


def _of_panes() -> Iterator[Binding]:
    """Yield a key for each pane that has one."""
    for pane in PANES:
        if pane.KEY:
            action, tooltip = f"pane('{pane.NAME}')", f"choose the pane {pane.TITLE}"
            yield Binding(
                pane.KEY,
                action,
                pane.TITLE.lower(),
                show=False,
                id=f"pane.{pane.NAME}",
                tooltip=tooltip,
            )


BINDINGS: list[Binding] = list(_bindings())


def bindings(keys: Mapping[str, str]) -> list[Binding]:
    """Give every key of the debugger, where commands have others than usual, by their ids."""
    return [replace(each, key=keys.get(each.id or "", each.key)) for each in BINDINGS]


def named(keys: Mapping[str, str]) -> Keys:
    """Name every key of the debugger as it stands on the keyboard, by the id of its command."""
    return Keys({each.id: key_name(each.key) for each in bindings(keys) if each.id})


_NAMES = {
    "question_mark": "?",
    "exclamation_mark": "!",
    "colon": ":",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "escape": "Esc",
    "home": "Home",
    "end": "End",
    "shift+tab": "Shift+Tab",
    "tab": "Tab",
    "comma": ",",
    "full_stop": ".",
    "apostrophe": "'",
    "space": "Space",
    "delete": "Delete",
    "backspace": "Backspace",
    "enter": "Enter",
    "shift+left": "Shift+Left",
    "shift+right": "Shift+Right",
}


def key_name(key: str) -> str:
    """Write a key as it stands on the keyboard."""
    return " or ".join(_NAMES.get(part, part) for part in key.split(","))
