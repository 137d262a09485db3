"""A loop over examples on the screen: one pass at a time, all of them, and the keys between."""

from nnscope.tui.app import NnscopeApp
from tests.script.test_folds import three_examples
from tests.tui.screens import NARROW, debugger, press, settle, shown, text_of

HEAD = "for i in range(3):"


def _index(pilot: object) -> int:
    return debugger(pilot).worker.frame.index  # type: ignore[arg-type]


async def test_one_pass_is_listed_until_all_are_asked_for() -> None:
    program = three_examples()
    async with shown(NnscopeApp(program), NARROW) as pilot:
        listing = debugger(pilot).panes[0]
        await press(pilot, "n")
        folded = listing.text
        await press(pilot, "a")
        whole = listing.text
        row = next(row for row, text in enumerate(text_of(pilot).split("\n")) if HEAD in text)
        await pilot.click(offset=(10, row))
        await settle(pilot)

        assert folded == listing.text
        assert (folded.count(HEAD), whole.count(HEAD)) == (1, 3)
        assert f"+ {HEAD}" in folded
        assert f"- {HEAD}" in whole
        assert "pass 1 of 3" in folded
        assert "pass 2 of 3" not in folded


async def test_keys_lead_through_the_passes_and_past_the_loop() -> None:
    program = three_examples()
    inside = [each for each, line in enumerate(program.lines) if line.passes]
    steps = len(inside) // 3
    async with shown(NnscopeApp(program)) as pilot:
        await press(pilot, "n")
        while _index(pilot) < inside[1]:
            await press(pilot, "n")
        await press(pilot, "u")
        assert _index(pilot) == inside[1 + steps]
        assert "pass 2 of 3" in debugger(pilot).panes[0].text
        await press(pilot, "u")
        await press(pilot, "u")
        assert _index(pilot) == inside[-1] + 1
        await press(pilot, "u")
        assert _index(pilot) == inside[-1] + 1
        for _ in range(steps * 3):
            await press(pilot, "N")
        await press(pilot, "d")
        assert _index(pilot) == inside[-1] + 1
        for _ in range(steps * 3):
            await press(pilot, "N")
        await press(pilot, "U")
        assert _index(pilot) == inside[0] - 1


async def test_the_heading_tells_of_marks_in_passes_that_are_folded() -> None:
    program = three_examples()
    first = next(each for each, line in enumerate(program.lines) if line.passes)
    async with shown(NnscopeApp(program)) as pilot:
        for _ in range(first + 1):
            await press(pilot, "n")
        await press(pilot, "b")
        await press(pilot, "u")
        (heading,) = [row for row in debugger(pilot).panes[0].text.split("\n") if HEAD in row]

        assert heading.startswith("●")
