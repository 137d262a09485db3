"""Sentences that name keys: they name the key that the user has given to a command."""

import ast
import re
from pathlib import Path

import nnscope.tui
from nnscope.commands.loading import read_program
from nnscope.tui.app import NnscopeApp
from nnscope.tui.control.command import commands_of
from nnscope.tui.control.controls import GROUPS
from nnscope.tui.keymap import bindings, named
from tests.tui.screens import NARROW, press, shown, text_of

OWN = {"line.next": "j", "into.next": "i", "iteration.next": "n", "pane.health": "h",
       "tour": "f2", "parameter.here": "f3", "check.all": "f4"}  # fmt: skip


async def test_sentences_name_the_keys_of_the_users_own() -> None:
    async with shown(NnscopeApp(read_program("two_layer"), keys=OWN), NARROW) as pilot:
        for key, told in (
            ("f2", "Press j: it runs the next line."),
            ("j", "Press i: it computes the first cell"),
            ("i", "i the next, S back, f leaves the line"),
            ("G", "f4 checks"),
            ("8", "f4: all of them"),
            ("p", "Chain rule of W1 (f3: of the current line)"),
            ("W", "j: next step"),
            ("escape", "h Health"),
        ):
            await press(pilot, key)
            assert told in " ".join(text_of(pilot).split()), key


KEYS = {each.key for each in bindings({}) if each.key.isalpha() and len(each.key) == 1}
WRITTEN = re.compile(
    r"(?:^|(?<!to)[ (,])(?:[pP]ress )?([a-zA-Z])"
    r"(?=: [a-z]| (?:asks|runs|checks|takes|ends|derives)\b)"
)
ID = re.compile(r"<([a-z]+\.[a-z]+)>")


def test_no_sentence_has_a_key_written_in_it() -> None:
    assert WRITTEN.findall("press n: it runs; W derives it, G checks it") == ["n", "W", "G"]
    known = {command.id for group in GROUPS for command in commands_of(group)}
    known |= {each.id for each in bindings({}) if each.id}
    for path in Path(nnscope.tui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not KEYS & {*WRITTEN.findall(node.value)}, f"{path.name}: {node.value}"
                assert {*ID.findall(node.value)} <= known, f"{path.name}: {node.value}"


def test_an_id_without_a_key_stays_as_it_is() -> None:
    assert named({"run": "f5"}).told("<run> runs, <nothing.known> stays") == (
        "f5 runs, <nothing.known> stays"
    )
