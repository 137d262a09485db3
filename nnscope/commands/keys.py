"""`nnscope keys`: every command of the debugger, with the id by which the settings name it."""

from argparse import Namespace

from nnscope.commands.settings import settings, settings_path
from nnscope.tui.keymap import bindings, key_name


def run(_arguments: Namespace) -> int:
    """Print a line for each command, with the keys as they are set; then where to set them."""
    rows = [(each.id or "", key_name(each.key), each.tooltip) for each in bindings(settings().keys)]
    first, second = (max(len(row[at]) for row in rows) for at in (0, 1))
    for id_, keys, tooltip in rows:
        print(f"{id_:<{first}}  {keys:<{second}}  {tooltip}")
    print(f"\nOther keys are set in {settings_path()}, below [keys].")
    return 0
