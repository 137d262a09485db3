"""Commands: what a key does is written beside the method that does it."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

Method = TypeVar("Method", bound=Callable[..., None])


class Command(Struct, frozen=True):
    """One thing that can be asked for: a method of a controller, with its arguments.

    `id` names it, and its key for those who want another one. `keys` are Textual's names of the
    keys, with commas between; a command without keys is what some key means in one pane only.
    `label` stands in the footer if `show` says so, `tooltip` in the help and the palette. One that
    `waits` interrupts what is going on and acts when that has ended; one that leads `onwards` is
    not possible at the end of the run.
    """

    id: str
    arguments: tuple[object, ...]
    keys: str = ""
    label: str = ""
    tooltip: str = ""
    show: bool = False
    waits: bool = False
    onwards: bool = False
    method: str = ""


def key(
    id: str,
    keys: str,
    label: str,
    tooltip: str,
    *arguments: object,
    show: bool = False,
    waits: bool = False,
    onwards: bool = False,
) -> Callable[[Method], Method]:
    """Put a method behind a key; see `Command` for what is said of it."""
    return _noted(Command(id, arguments, keys, label, tooltip, show, waits, onwards))


def meaning(id: str, *arguments: object, waits: bool = False) -> Callable[[Method], Method]:
    """Make a method what some keys mean in one pane; the pane says which keys."""
    return _noted(Command(id, arguments, waits=waits))


def commands_of(controller: type) -> Iterator[Command]:
    """Yield the commands of a controller, in the order in which they are written."""
    for method in vars(controller).values():
        yield from getattr(method, "commands", ())


def _noted(command: Command) -> Callable[[Method], Method]:
    def note(method: Method) -> Method:
        commands = method.__dict__.setdefault("commands", [])
        commands.insert(0, replace(command, method=method.__name__))  # the last is noted first
        return method

    return note
