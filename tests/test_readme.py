"""The README and the pages in docs/: the walk, the keys, the picture, the links."""

import os
import re
from html import unescape
from pathlib import Path

import pytest

from nnscope.tui.keymap import BINDINGS, key_name
from nnscope.tui.panes import PANES
from tests.commands.shell import Shell
from tests.reference import PAGES, README, ROOT, SCREEN
from tests.tui.screens import NARROW, opened, press, text_of

ROW = re.compile(r"^\| (.*?) \| (.*) \|$", re.MULTILINE)
SPAN = re.compile(r"`([^`]+)`")
NAMES = {"Esc": "escape", "Home": "home", "End": "end"}
LEAST = 4
"""What is in fewer letters is the name of a key or of a variable, and could stand anywhere."""


def table(page: Path, before: str) -> list[tuple[str, str]]:
    """Give the rows of the table behind a heading or a mark."""
    text = page.read_text(encoding="utf-8").split(before, 1)[1].lstrip().split("\n\n", 1)[0]
    return ROW.findall(text.split("|---|---|", 1)[1])


def letters(text: str) -> str:
    """Leave out spaces, and what draws lines and bars."""
    return re.sub(r"[\s\u2500-\u259f]", "", text)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


async def test_the_walk_shows_what_it_says() -> None:
    rows = table(README, "show this -->")
    assert len(rows) > 5
    async with opened("two_layer", NARROW) as pilot:
        for keys, told in rows:
            for key in SPAN.findall(keys):
                await press(pilot, NAMES.get(key, key))
            for words in SPAN.findall(told):
                if len(words) >= LEAST:
                    assert letters(words) in letters(text_of(pilot)), (keys, words)


KNOWN = {part for each in BINDINGS for part in key_name(each.key).split(" or ")}


def test_every_key_of_the_tables_is_one() -> None:
    told = {key for page in (README, SCREEN) for keys, _ in table(page, "## The keys\n")
            for key in SPAN.findall(keys)}  # fmt: skip
    assert told - KNOWN == {"hjkl", "Ctrl+P"}


def test_every_letter_with_a_command_is_told() -> None:
    text = " ".join(keys for keys, _ in table(SCREEN, "## The keys\n"))
    told = {*SPAN.findall(text), *"hjkl"}
    assert {each for each in KNOWN if len(each) == 1 and not each.isdigit()} - told == set()


def test_every_pane_is_told() -> None:
    text = SCREEN.read_text(encoding="utf-8")
    assert [pane.TITLE for pane in PANES if f"**{pane.TITLE}**" not in text] == []


def test_the_picture_is_what_its_command_makes(shell: Shell) -> None:
    """NNSCOPE_GOLDENS=write makes it anew. Ids, fonts and the last digits may differ."""
    (command,) = re.findall(r"^nnscope (.*) > (docs/.*\.svg)$", pages(), re.MULTILINE)
    assert shell.run(*command[0].split()) == 0
    picture = ROOT / command[1]
    if os.environ.get("NNSCOPE_GOLDENS") == "write":
        picture.write_text(shell.raw, encoding="utf-8")
    assert text_of_picture(picture.read_text(encoding="utf-8")) == text_of_picture(shell.raw)
    assert command[1] in README.read_text(encoding="utf-8")


def text_of_picture(svg: str) -> list[str]:
    """Give the text of each row, with numbers rounded to nine digits."""
    rows = [unescape(each) for each in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]
    return [re.sub(r"-?\d\.\d{12,}(?:e-?\d+)?", lambda all_: f"{float(all_[0]):.9g}", each)
            for each in rows]  # fmt: skip


def pages() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert all((page.parent / link).is_file() for link in links)
    if page == README:
        assert {each.name for each in PAGES[1:]} <= {Path(link).name for link in links}


def test_every_file_that_developers_are_led_to_is_there() -> None:
    text = (ROOT / "docs/developers.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w./]+(?:/|\.py))`", text)
    assert len(named) > 10
    roots = (ROOT, ROOT / "nnscope")
    assert not [each for each in named if not any((root / each).exists() for root in roots)]
