"""The names of keys, as a user may write them in the settings."""

import unicodedata

from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character

_MODIFIERS = ("ctrl", "shift", "alt", "super", "meta", "hyper")
_NAMED = {*(each.value for each in Keys), *KEY_NAME_REPLACEMENTS.values()}


def key_list(text: str) -> str:
    """Write keys as Textual names them: `?, n` is `question_mark,n`; a lone comma is a key."""
    if text.strip() == ",":
        return "comma"
    return ",".join(_own_name(key.strip()) for key in text.split(","))


def _own_name(key: str) -> str:
    if len(key) != 1 or key.isalnum():
        return key if len(key) == 1 else key.lower()
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def is_key(name: str) -> bool:
    """Tell whether a keyboard has a key of this name."""
    if name in _NAMED:
        return True
    *modifiers, key = name.split("+")
    is_named = key in _NAMED or (len(key) == 1 and key.isalnum()) or _character(key) is not None
    return is_named and all(each in _MODIFIERS for each in modifiers)


def _character(key: str) -> str | None:
    """Give the sign that a name of several letters stands for."""
    return key_to_character(key) if len(key) > 1 else None
