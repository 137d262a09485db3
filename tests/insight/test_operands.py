import numpy as np
import pytest
from hypothesis import given

from nnscope.engine.frame import Frame
from nnscope.engine.timeline import Timeline
from nnscope.expression.shapes import sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import names
from nnscope.insight.line.operands import operands
from tests.examples import examples
from tests.samples import NEURON, PAIR, Sample, program, samples


def at(time: int, text: str = PAIR) -> Frame:
    timeline = Timeline(program(text))
    timeline.seek(time)
    return timeline.frame()


def told(frame: Frame) -> list[tuple[str, str]]:
    return [(operand.before, operand.heading) for operand in operands(frame)]


def test_a_weighted_sum_has_its_operators_between() -> None:
    assert told(at(1)) == [
        ("", "W1 (n1=2, n0=2)"), ("@", "X (n0=2, m=3)"), ("+", "b1 (n1=2, 1)"),
        ("=", "Z1 (n1=2, m=3)"),
    ]  # fmt: skip


def test_a_transpose_is_laid_out_transposed() -> None:
    frame = at(7)
    assert told(frame) == [
        ("", "dZ2 (n2=1, m=3)"), ("@", "A1.T (m=3, n1=2)"), ("/", "m ()"),
        ("=", "dW2 (n2=1, n1=2)"),
    ]  # fmt: skip
    turned = operands(frame)[1]
    assert turned.name == "A1"
    assert np.array_equal(turned.value, np.asarray(frame.values["A1"]).T)


def test_an_operand_that_comes_again_is_part_of_the_text_between() -> None:
    assert told(at(5)) == [
        ("-np.sum(", "Y (n2=1, m=3)"), ("* np.log(", "A2 (n2=1, m=3)"), (") … - A2)) /", "m ()"),
        ("=", "J ()"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "mathematics", "between"),
    [
        ("dZ2 @ A1.T / 400", False, ["", "@", "/ 400 ="]),
        ("dZ2 @ A1.T / 400", True, ["", "", "/ 400 ="]),
        ("(dZ2 @ A1.T) * (1 - W2 ** 2)", False, ["(", "@", ") * (1 -", "** 2) ="]),
        ("(dZ2 @ A1.T) * (1 - W2 ** 2)", True, ["", "", "⊙ (1 −", "²) ="]),
        ("W2 - learning_rate * W2", False, ["", "-", "* W2 ="]),
        ("np.where(W2 > 0, np.sum(dZ2), m)", False, ["np.where(", "> 0, np.sum(", "),", ") ="]),
        ("np.where(W2 > 0, np.sum(dZ2), m)", True, ["(Σ", "if", "> 0 else", ") ="]),
    ],
)
def test_what_stands_between_operands(
    expression: str, mathematics: bool, between: list[str]
) -> None:
    text = f'{PAIR}[[override]]\ntarget = "dW2"\nexpression = "{expression}"\n'
    assert [each.before for each in operands(at(7, text), mathematics)] == between


def test_under_mathematics_headings_are_symbols() -> None:
    headings = [operand.heading for operand in operands(at(7), mathematics=True)]
    assert headings == ["∂J/∂Z₂ (n2=1, m=3)", "A₁ᵀ (m=3, n1=2)", "m ()", "∂J/∂W₂ (n2=1, n1=2)"]
    headings = [operand.heading for operand in operands(at(12), mathematics=True)]
    assert headings[-1] == "new W₁ (n1=2, n0=2)"
    assert operands(at(0), mathematics=True)[2].heading == "W₁ (n1=2, n0=2)"


def test_an_update_shows_the_old_value_and_the_new() -> None:
    frame = at(12)
    old, rate, gradient, new = operands(frame)
    assert [each.before for each in (old, rate, gradient, new)] == ["", "-", "*", "="]
    assert [each.heading for each in (old, rate, gradient, new)] == [
        "W1 (n1=2, n0=2)", "learning_rate ()", "dW1 (n1=2, n0=2)", "new W1 (n1=2, n0=2)",
    ]  # fmt: skip
    assert old.value.tolist() == [[0.5, -0.25], [0.125, 1.0]]
    assert np.array_equal(new.value, old.value - rate.value * gradient.value)
    assert (old.is_new, new.is_new, new.name) == (False, True, "W1_next")


def test_at_the_start_there_are_the_data_and_the_parameters() -> None:
    assert [heading for _, heading in told(at(0))] == [
        "X (n0=2, m=3)", "Y (n2=1, m=3)",
        "W1 (n1=2, n0=2)", "b1 (n1=2, 1)", "W2 (n2=1, n1=2)", "b2 (n2=1, 1)",
    ]  # fmt: skip
    assert told(at(0, NEURON)) == [("", "x ()"), ("", "y ()"), ("", "w ()"), ("", "b ()")]


def test_a_vector_has_a_comma_behind_its_only_axis() -> None:
    text = PAIR.replace("[data]", "[data]\nkeep = [1.0, 0.0, 1.0]")
    frame = at(1, text + '[[override]]\ntarget = "Z1"\nexpression = "W1 @ X + keep"\n')
    assert told(frame)[2] == ("+", "keep (3,)")


@examples(40)
@given(sample=samples(iterations=2))
def test_operands_are_what_the_line_read(sample: Sample) -> None:
    timeline = Timeline(sample.program())
    timeline.step()
    while timeline.time < timeline.length:
        before = timeline.frame().values
        event = timeline.step()
        *found, result = operands(timeline.frame())
        assert [operand.name for operand in found] == list(names(event.line.expression))
        if event.index == 0:  # what an iteration starts from, the last one has made
            before = {**before, **timeline.history.recorded(event.iteration).start}
        for operand in found:
            turned = np.asarray(before[operand.name])
            turned = turned.T if operand.text.endswith(".T") else turned
            assert np.array_equal(operand.value, turned, equal_nan=True)
            assert operand.value.shape == sizes(operand.shape)
        pieces = [piece for each in found for piece in (each.before, each.text)]
        pieces.append(result.before.removesuffix("="))
        if not any("…" in piece for piece in pieces):  # side by side they are the line
            assert "".join(pieces).replace(" ", "") == source(event.line.expression).replace(
                " ", ""
            )
        assert result.text == event.line.spelled
        assert np.array_equal(result.value, np.asarray(event.value), equal_nan=True)
