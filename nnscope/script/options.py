"""How a script is run and read. It imports nothing heavy: every command begins here."""

from dataclasses import dataclass

SUFFIXES = (".py", ".ipynb")
"""What files end with that are scripts."""

SECONDS = 120.0
MEMORY = 4 * 2**30


@dataclass(frozen=True, slots=True)
class ScriptOptions:
    """What the user says about a script.

    `arguments` are its own. `row` is that of the training loop, 0 where it is to be found, `cost`
    the name of the number that is the cost, empty for the same. `call` is run behind the script, as
    if it stood at the end of its file; `run` says which run of the training loop is recorded, of
    those that begin with new parameters, from 1. After so many `seconds` the script
    is ended; it may have `memory` bytes of address space, None for `MEMORY` where the system can
    limit that. `is_refused` says that no script may be run, `is_ahead` that it may be looked at
    while it still runs.
    """

    arguments: tuple[str, ...] = ()
    row: int = 0
    cost: str = ""
    seconds: float = SECONDS
    memory: int | None = None
    is_refused: bool = False
    is_ahead: bool = False
    call: str = ""
    run: int = 1


def is_script(name: str) -> bool:
    """Tell whether a file is a script by its name."""
    return name.endswith(SUFFIXES)
