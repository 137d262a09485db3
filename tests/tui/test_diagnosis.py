"""A diagnosis on the screen: a line that the listing does not have is told, not edited."""

from pathlib import Path

from nnscope.commands.loading import read_program
from nnscope.tui.app import NnscopeApp
from tests.insight.diagnose.by_hand import MISTAKES
from tests.tui.screens import NORMAL, debugger, press, shown, text_of


async def test_a_second_name_can_be_mended_in_the_file_only(tmp_path: Path) -> None:
    mistake = next(each for each in MISTAKES if each.lines == {"dZ1": "dZ1 = dA1"})
    path = tmp_path / "homework.py"
    path.write_text(mistake.script, encoding="utf-8")
    program = read_program(str(path), tell=lambda _: None)
    async with shown(NnscopeApp(program), NORMAL) as pilot:
        await press(pilot, "D")
        (finding,) = debugger(pilot).view.diagnosed.diagnosis.findings  # type: ignore[union-attr]
        assert finding.right_line == "dZ1 = dA1 * (1 - A1 ** 2)"
        await press(pilot, "enter")
        assert "This is no line of the listing: write dZ1 = dA1 * (1 -" in text_of(pilot)
        assert debugger(pilot).worker.program is program
