"""What each pane says, as its own text: also what is scrolled away on a small screen."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from nnscope.expression.shapes import sizes
from nnscope.scenario.library import paths
from nnscope.tui.pane import Pane
from nnscope.tui.panes import PANES
from nnscope.tui.status import Status
from tests.samples import PAIR
from tests.tui.screens import NARROW, NORMAL, WIDE, debugger, opened, press

SIZES = [NARROW, NORMAL]


def pane(pilot: Pilot[None], name: str) -> Pane:
    """Give a pane by its name."""
    return debugger(pilot).pane(next(kind for kind in PANES if name == kind.NAME))


def says(text: str, wanted: str) -> None:
    """See that the rows of `wanted` stand in a text in this order, whatever is between them."""
    rows = iter([" ".join(row.split()) for row in text.splitlines()])
    for line in wanted.strip().splitlines():
        found = " ".join(line.split())
        assert any(found in row for row in rows), f"`{found}` is not (in its place) in\n{text}"


@pytest.mark.parametrize("size", [NARROW, NORMAL, WIDE])
@pytest.mark.parametrize("scenario", [path.stem for path in paths()])
async def test_every_scenario_at_its_start(scenario: str, size: tuple[int, int]) -> None:
    async with opened(scenario, size) as pilot:
        screen = debugger(pilot)
        program = screen.worker.program
        rows = pane(pilot, "program").text.splitlines()
        assert rows[0] == "forward"
        assert rows[1].startswith("   1")
        for index, line in enumerate(program.lines):
            row = next(row for row in rows if row.startswith(f" {index + 1:>3}"))
            shape = str(sizes(program.shapes[line.target])).replace(" ", "")
            assert row.split("=")[0].split()[1] == line.spelled or row[4] == "≠"
            assert row.endswith(shape)
        assert pane(pilot, "matrices").heading == "Matrices: data and parameters at the start"
        status = screen.query_one(Status).render_line(0).text
        assert status.startswith(" nnscope ")
        assert status.rstrip().endswith("paused")
        assert "at the start" in status


@pytest.mark.parametrize(
    ("keys", "title", "wanted"),
    [
        (
            "f f n n n n n right",
            "Chain rule",
            """
        ∂J/∂W₁ = ∂J/∂A₂ · ∂A₂/∂Z₂ · ∂Z₂/∂A₁ · ∂A₁/∂Z₁ · ∂Z₁/∂W₁
        J ─✓→ A₂ ─✓→ Z₂ ─✓→ A₁ ─✓→ Z₁ NOW→ W₁
        ∂A₁/∂Z₁ = 1 − A₁² (4,3) 2 9 done
        ▸ ∂Z₁/∂W₁ = Xᵀ (3,2) 1 10 NOW
        The 1/m of J (line 5) comes in on this line, 10.
        dW1[0, 1] = (Σᵢ dZ1[0, i]·X.T[i, 1]) / m = 0.002215
        (-0.001567) · (-2.302) = 0.003607 through dZ1[0, 2]
        0.006644 / 3 = 0.002215
        dZ2[0, 2] = A2[0, 2] - Y[0, 2] = -0.5001
        = 0.4999 − 1""",
        ),
        (
            "f f n P up",
            "Chain rule of b2 (H: of the current line)",
            """
        ∂J/∂b₂ = ∂J/∂A₂ · ∂A₂/∂Z₂ · ∂Z₂/∂b₂
        J NOW→ A₂ NOW→ Z₂ ┄┄→ b₂
        ▸ ∂J/∂A₂ = −(Y / A₂ − (1 −
        ∂Z₂/∂b₂ = 1 () 3 8 to come
        The 1/m of J (line 5) comes in with line 8.
        These two simplify to one""",
        ),
        (
            "n n n",
            "Chain rule",
            """
        In the backward pass this line gives:
        ▸ ∂Z₂/∂W₂ = A₁ᵀ (3,4) 3 7 to come
        ∂Z₂/∂b₂ = 1 () 3 8 to come
        ∂Z₂/∂A₁ = W₂ᵀ (4,1) 3 9 to come""",
        ),
    ],
)
@pytest.mark.parametrize("size", SIZES)
async def test_the_chain_rule(keys: str, title: str, wanted: str, size: tuple[int, int]) -> None:
    first, _, rest = keys.partition("P")
    async with opened("two_layer", size, first + " 2 " + ("P" + rest if rest else "")) as pilot:
        assert pane(pilot, "chain").heading == title
        says(pane(pilot, "chain").text, wanted)


@pytest.mark.parametrize("size", SIZES)
async def test_a_chain_that_is_written_out_factor_by_factor(size: tuple[int, int]) -> None:
    async with opened("deep_network", size, "f f n n n n n n") as pilot:
        says(pane(pilot, "matrices").text, "dZ2[0, 0] = 0\n= 0.006220617 · (")
        await press(pilot, "2")
        says(
            pane(pilot, "chain").text,
            """
            ∂J/∂Z₂ = ∂J/∂AL · ∂AL/∂Z₃ · ∂Z₃/∂A₂ · ∂A₂/∂Z₂
            J ─✓→ AL ─✓→ Z₃ ─✓→ A₂ NOW→ Z₂
            (3,8) 4 13 NOW
            dZ2[0, 0] = dA2[0, 0] * (Z2[0, 0] > 0) = 0
            = (-2) · (0.5 · (1 − 0.5))""",
        )


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        (
            "f f n n s s s s",
            """
        dW2[0, 0]
        0.01398 / 3 = 0.00466027
        step 4 of 16: s the next, S back, f leaves the line""",
        ),
        (
            "n n s s s s s",
            """
        A1[1, 1]
        tanh(0.002282) =
        step 5 of 12: s the next, S back, f leaves the line""",
        ),
        (
            "f f s s",
            """
        J, term 2 of 3 of np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 -
        (-0.6931) + (0 · log(0.5) + (1 − 0) · log(1 − 0.5)) =
        step 2 of 4: s the next, S back, f leaves the line""",
        ),
        (
            "f f f n s s s",
            """
        new W1 (
        W1[1, 0]
        0.004173 − 0.5 · (-0.001971) = 0.00515842
        step 3 of 8: s the next, S back, f leaves the line""",
        ),
        (
            "n n n S",
            """
        Z2[0, 2]
        (-0.0004367) + 0 = -0.00043668
        step 15 of 15: s the next, S back, f leaves the line""",
        ),
    ],
)
@pytest.mark.parametrize("size", SIZES)
async def test_a_step_inside_a_line(keys: str, wanted: str, size: tuple[int, int]) -> None:
    async with opened("two_layer", size, keys) as pilot:
        says(pane(pilot, "matrices").text, wanted)
        line = debugger(pilot).view.frame.index + 1
        assert f"in line {line}" in debugger(pilot).query_one(Status).render_line(0).text


@pytest.mark.parametrize(
    ("scenario", "keys", "title", "wanted"),
    [
        (
            "two_layer",
            "5",
            "Health",
            """
        No finding at the start: nothing has run yet.
        layer |dW| |A| |ΔW|/|W|
        1 -
        2 -""",
        ),
        (
            "two_layer",
            "5 i i",
            "Health",
            """
        No finding by any of the 14 rules.
        layer |dW| |A| |ΔW|/|W|
        1 0.0089 █
        2 0.0044
        curves: 2 iterations from 0 to 1, log scale""",
        ),
        (
            "three_layer_forward",
            "5 end",
            "Health",
            """
        No finding by any of the 14 rules.
        layer |Z|
        1 1.2 █
        3 0.76 █""",
        ),
        (
            "deep_network",
            "5 i N x",
            "Health: ! 1",
            """
        ! vanishing gradients: ∂J/∂Z₁:
        layer |dW| |A| |ΔW|/|W|
        3 0.00015 █""",
        ),
    ],
)
@pytest.mark.parametrize("size", SIZES)
async def test_health(
    scenario: str, keys: str, title: str, wanted: str, size: tuple[int, int]
) -> None:
    async with opened(scenario, size, keys) as pilot:
        assert pane(pilot, "health").heading == title
        says(pane(pilot, "health").text, wanted)


@pytest.mark.parametrize("size", SIZES)
async def test_a_program_that_runs_forwards_only(size: tuple[int, int]) -> None:
    async with opened("three_layer_forward", size, "end") as pilot:
        says(pane(pilot, "matrices").text, "A3 (n3=2,) Y (n3=2,)\n▸\nY[0] = 0.3168270764110298")
        assert "end of the run" in debugger(pilot).query_one(Status).render_line(0).text
        await press(pilot, "2")
        says(pane(pilot, "chain").text, "This line is not differentiated")
        await press(pilot, "4")
        says(pane(pilot, "time").text, "This program has no cost to draw.")


@pytest.mark.parametrize("size", SIZES)
async def test_each_pane_beside_the_program(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "i f f n") as pilot:
        wanted = {
            "1": ("matrices", "A2 (n2=1, m=3) Y (n2=1, m=3)\ndZ2[0, 0] = -0.479"),
            "2": ("chain", "∂J/∂Z₂ = ∂J/∂A₂ · ∂A₂/∂Z₂\nJ NOW→ A₂ NOW→ Z₂"),
            "3": ("variables", "name shape min max\nJ () 0.68\n> dZ2 (1,3)\n○ dW2 (1,4)\n○ dW1"),
            "4": ("time", "J = 0.6801 at iteration 1, linear\n0.6932\n0.6801\n▲\n0 1"),
        }
        for key, (name, text) in wanted.items():
            await press(pilot, key)
            assert debugger(pilot).active is pane(pilot, name)
            says(pane(pilot, name).text, text)


async def test_the_row_of_the_current_line_is_in_sight() -> None:
    async with opened("two_layer", NARROW, "i f f n 3") as pilot:
        variables = pane(pilot, "variables")
        rows = variables.text.splitlines()
        height = variables.scrollable_content_region.height
        now = next(at for at, row in enumerate(rows) if row.startswith(">"))
        top = variables.scroll_offset.y
        assert top <= now < top + height


async def test_the_shapes_of_all_lines_and_what_their_marks_mean() -> None:
    async with opened("two_layer", NORMAL, "f f n n 7") as pilot:
        says(
            pane(pilot, "shapes").text,
            """
            (n2, [m]) @ ([m], n1) / m -> (n2, n1)
            n0 = 2 number of inputs
            W1 (n1, n0) (4, 2)
            1 (n1, [n0]) @ ([n0], m) + (n1, 1~) -> (n1, m)
            > 7 (n2, [m]) @ ([m], n1) / m -> (n2, n1)
            15 (n2, 1) - learning_rate * (n2, 1) -> (n2, 1)
            [n0] the inner pair of a product""",
        )


async def test_the_lines_are_marked_and_written_as_mathematics() -> None:
    async with opened("two_layer", NORMAL, "n n b n x") as pilot:
        says(
            pane(pilot, "program").text,
            """
            forward
            1 Z₁ = W₁ X + b₁
            ● 2
            > 3
            loss
            backward
            update""",
        )
        says(pane(pilot, "variables").text, "Z₁ (4,3)\n> Z₂ (1,3)")


OTHER = """
[[evaluate]]
name = "test"
X = [[0.5, 1.0, -1.0, 2.0], [1.5, -0.5, 0.0, 0.25]]
Y = [[1, 0, 0, 1]]
values = { accuracy = "np.mean((A2 > 0.5) == Y)", far = "Z2 / 0" }
"""


@pytest.mark.parametrize("size", SIZES)
async def test_the_forward_pass_on_other_data(size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "pair.toml"
    path.write_text(PAIR + OTHER, encoding="utf-8")
    async with opened(str(path), size, "3") as pilot:
        variables = pane(pilot, "variables")
        says(variables.text, "test after 0: J = 0.911, accuracy = 0.5\nname shape min")
        for _ in range(15):
            await press(pilot, "n")
        says(variables.text, "test after 1: J = 0.9")
        top = variables.render_line(0).text  # it stays while the rest scrolls
        assert top.startswith("  test after 1: J = 0.9")
        await press(pilot, "r")
        says(
            variables.text,
            "test after 12: J = 1.16, accuracy = 0.5\ntest (m = 4), after 12 updates\nfar (1,4)",
        )
