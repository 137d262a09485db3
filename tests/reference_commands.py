"""The tables of commands, options and keys in docs/, made of the parser and of the keymap."""

from argparse import Action, ArgumentParser, _SubParsersAction
from collections.abc import Iterator

from nnscope.cli import parser
from nnscope.tui.keymap import BINDINGS, key_name


def commands() -> Iterator[str]:
    """List every command as it is typed, and what it does."""
    yield "| command | does |"
    yield "|---|---|"
    subparsers = _subparsers()
    does = {each.dest: each.help for each in subparsers._choices_actions}
    for name, command in subparsers.choices.items():
        typed = " ".join(["nnscope", name, *map(_typed, _own(command))])
        yield f"| `{typed}` | {does[name]} |"


def options() -> Iterator[str]:
    """List what each command takes, but for the options that all scripts have."""
    yield "| command | takes | what that is |"
    yield "|---|---|---|"
    for name, command in _subparsers().choices.items():
        formatter = command._get_formatter()
        for action in _own(command):
            if action.help != "a path, or a name of the library; what follows `--` is for a script":
                told = formatter._expand_help(action).replace("|", "\\|")
                yield f"| `{name}` | `{_typed(action).strip('[]')}` | {told} |"


def ids() -> Iterator[str]:
    """List every command of the debugger with the id by which the settings name it."""
    yield "| id | keys | does |"
    yield "|---|---|---|"
    for each in BINDINGS:
        yield f"| `{each.id}` | {key_name(each.key)} | {each.tooltip} |"


def _subparsers() -> "_SubParsersAction[ArgumentParser]":
    (found,) = (each for each in parser()._actions if isinstance(each, _SubParsersAction))
    return found


def _own(command: ArgumentParser) -> list[Action]:
    """Give what only this command takes: first what stands by itself, then what has a name."""
    of_scripts = [group for group in command._action_groups if group.title == "scripts"]
    left_out = [action for group in of_scripts for action in group._group_actions]
    own = [each for each in command._actions if each not in left_out and each.dest != "help"]
    return sorted(own, key=lambda each: bool(each.option_strings))


def _typed(action: Action) -> str:
    """Write an argument as in a line of usage: in brackets where it may be left out."""
    choices = "{" + ",".join(map(str, action.choices or ())) + "}"
    text = str(action.metavar or (choices if action.choices else action.dest.upper()))
    if action.option_strings:
        text = action.option_strings[0] + ("" if action.nargs == 0 else f" {text}")
    text += "..." if action.nargs == "+" else ""
    is_needed = action.required and action.nargs != "?"
    return text if is_needed else f"[{text}]"
