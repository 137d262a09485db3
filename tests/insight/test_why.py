"""Why a line is as it is: the derivation has its shapes, its cells and its numbers."""

import pytest

from nnscope.commands.loading import read_program
from nnscope.engine.timeline import Timeline
from nnscope.insight.why.line import why
from nnscope.program.model import Program


def told(program: Program, line: str, cell: tuple[int, ...] | None = None) -> str:
    """Derive a line, and write all of it in one text."""
    timeline = Timeline(program)
    timeline.seek(program.line_of[line] + 1)
    return "\n".join(" ".join([each.head, *each.text]) for each in why(timeline.frame(), cell))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("dW1", ["shape (n1=4, n0=2)", "dZ1 (4, 3) @ X.T (3, 2) = (4, 2)",
                 "Not dZ1 @ X: (4, 3) @ (2, 3) does not fit",
                 "W1[0, 0] goes into all of row 0 of Z1",
                 "Line 5 divides J by m = 3", "it comes in on this line",
                 "/ 3 = -0.000892143 = dW1[0, 0]", "They agree in all 8 cells"]),
        ("db1", ["why a sum over the 3 examples (axis 1)", "b1[0, 0] is used 3 times (broadcast)",
                 "has the shape (4,), not (4, 1)", "stretches (4, 1) and (4,) to (4, 4)"]),
        ("db2", ["the same numbers here, but only because there is a single row"]),
        ("dZ1", ["W2.T (4, 1) @ dZ2 (1, 3) = (4, 3)", "∂A1/∂Z1 = 1 - A1 ** 2",
                 "The slope of tanh(x) is 1 - y ** 2", "1 − (-0.006749) ^ 2 = 0.999954",
                 "moved by ±0.001 moves A1[0, 0] by 0.999954",
                 "divides only with lines 10 and 11: dZ1 is m times the gradient"]),
        ("dZ2", ["why A2 - Y", "(-2) · 0.25 = -0.499998; and A2 - Y = -0.499998",
                 "here times m; the line is dZ2 = A2 - Y", "They agree in all 3 cells"]),
        ("A1", ["∂A1/∂Z1 = 1 - A1 ** 2", "quotient rule", "Line 9 multiplies it in"]),
        ("Z1", ["the inner pair 2 is equal and goes away",
                "b1 (4, 1) is the same for the 3 examples"]),
        ("J", ["why / m", "A mean over the m examples"]),
        ("W1_2", ["why minus", "it goes up", "to first order J changes by -6.227e-5"]),
    ],
)  # fmt: skip
def test_a_line_of_two_layers_is_derived(line: str, wanted: list[str]) -> None:
    program = read_program("two_layer")
    line = line if line in program.line_of else program.carried[line.partition("_")[0]]
    found = told(program, line)
    for text in wanted:
        assert text in found


def test_the_numbers_are_those_of_the_selected_cell() -> None:
    program = read_program("two_layer")
    assert "A1[3, 2] by 0.99929" in told(program, "dZ1", (3, 2))
    assert "W1[2, 1] goes into all of row 2 of Z1" in told(program, "dW1", (2, 1))


def test_a_stale_m_is_told_by_its_factor() -> None:
    found = told(read_program("two_layer_as_printed"), "dW2")
    assert "it has to come in on this line, and the line does not divide by m" in found
    assert "In every cell the line is 0.0075 times that" in found


def test_a_wrong_line_is_held_against_the_chain_rule() -> None:
    program = read_program("two_layer").edited("dZ1", "W2.T @ dZ2 * (1 - A1)")
    assert "They differ: dZ1[0, 0] is" in told(program, "dZ1")


@pytest.mark.parametrize("scenario", ["single_neuron", "three_layer_forward", "deep_network_he"])
def test_every_right_line_agrees_with_the_chain_rule(scenario: str) -> None:
    program = read_program(scenario)
    timeline = Timeline(program)
    assert not why(timeline.frame())
    for line in program.lines:
        timeline.step()
        found = "\n".join(text for each in why(timeline.frame()) for text in each.text)
        assert found
        assert "differ" not in found
        assert ("They agree" in found) == bool(line.gradient_of)
