"""Scenarios whose lines are written out: what is read off them, what is declared, what is wrong."""

from pathlib import Path

import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from nnscope.insight.check.gradients import check_all
from nnscope.insight.check.iteration import iteration_at
from nnscope.insight.check.verdicts import Verdict
from nnscope.insight.evaluate import evaluate_after
from nnscope.program.model import Evidence, Phase, Program
from nnscope.scenario.errors import ScenarioError
from tests.samples import program, same

DATA = """
[data]
X = [[0.05], [0.1]]
Y = [[0.01], [0.99]]
W1 = [[0.15, 0.2], [0.25, 0.3]]
W2 = [[0.4, 0.45], [0.5, 0.55]]
rate = 0.5
"""
FORWARD = ("A1 = sigmoid(W1 @ X)", "A2 = sigmoid(W2 @ A1)", "J = np.sum((Y - A2) ** 2) / 2")
DELTA = ("d2 = (A2 - Y) * A2 * (1 - A2)", "dW2 = d2 @ A1.T")
HIDDEN = ("dA1 = W2.T @ d2", "dW1 = (dA1 * A1 * (1 - A1)) @ X.T")
LAST = ("W2 = W2 - rate * dW2", "W1 = W1 - rate * dW1")
EARLY = (*FORWARD, *DELTA, LAST[0], *HIDDEN, LAST[1])
LATE = (*FORWARD, *DELTA, *HIDDEN, *LAST)
TRAINING = "[training]\niterations = 12\n"


def text(lines: tuple[str, ...], more: str = TRAINING, data: str = DATA, **keys: str) -> str:
    """Write lines as tables; `keys` are more keys of a line, by its target."""
    tables = []
    for line in lines:
        target, _, expression = line.partition(" = ")
        own = keys.get(target, "")
        tables.append(f'[[line]]\ntarget = "{target}"\nexpression = "{expression}"\n{own}\n')
    return f"{data}\n{''.join(tables)}{more}"


def by_hand(lines: tuple[str, ...], iterations: int) -> dict[str, object]:
    """Run the lines as Python does."""
    names = {
        "X": np.array([[0.05], [0.1]]), "Y": np.array([[0.01], [0.99]]), "rate": np.float64(0.5),
        "W1": np.array([[0.15, 0.2], [0.25, 0.3]]), "W2": np.array([[0.4, 0.45], [0.5, 0.55]]),
    }  # fmt: skip
    own: dict[str, object] = {"np": np, "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
    for _ in range(iterations):
        for line in lines:
            exec(line, own, names)
    return dict(names)


def phases(built: Program) -> list[str]:
    return [f"{line.phase.value} {line.spelled} {line.gradient_of}".strip() for line in built.lines]


def test_what_is_read_off_lines_in_their_author_s_order() -> None:
    assert phases(program(text(EARLY))) == [
        "forward A1", "forward A2", "loss J", "backward d2", "backward dW2 W2", "update W2",
        "backward dA1 A1", "backward dW1 W1", "update W1",
    ]  # fmt: skip


@pytest.mark.parametrize("lines", [EARLY, LATE])
def test_the_lines_run_as_they_stand(lines: tuple[str, ...]) -> None:
    built = program(text(lines))
    wanted = by_hand(lines, 12)
    stepped, ran = Timeline(built), Timeline(built)
    for _ in range(stepped.length):
        stepped.step()
    ran.seek(ran.length)
    for name in ("W1", "W2", "A2", "dW1", "J"):
        found = ran.frame().by_name[name]
        assert same(found, stepped.frame().by_name[name])
        np.testing.assert_allclose(np.asarray(found), np.asarray(wanted[name]), rtol=1e-13)


def test_a_gradient_through_weights_that_were_updated_is_wrong() -> None:
    verdicts = {}
    for lines in (EARLY, LATE):
        iteration = iteration_at(program(text(lines)), 0)
        verdicts[lines] = {
            check.name: check.verdict for check in check_all(iteration) if check.name != "dA1"
        }
    assert set(verdicts[LATE].values()) == {Verdict.RIGHT}
    assert verdicts[EARLY] == {"dW2": Verdict.RIGHT, "dW1": Verdict.WRONG}


def test_gradients_that_are_handed_in() -> None:
    lines = ("dZ = dA * (Z > 0)", "dW = dZ @ A.T / m", "s = np.sum(Z)", "W = W - 0.1 * dW")
    data = "[data]\ndA = [[1.0, 2.0]]\nZ = [[3.0, -1.0]]\nA = [[1.0, 0.5]]\nW = [[2.0]]\nm = 2\n"
    built = program(text(lines, "", data, dZ='gradient_of = "Z"\nmeaning = "what comes back"'))
    assert phases(built) == ["backward dZ Z", "backward dW", "forward s", "update W"]
    assert built.lines[0].evidence is Evidence.DECLARED
    assert built.meanings["dZ"] == "what comes back"
    assert built.meanings["dA"] == "data of the scenario"
    assert (built.cost, built.iterations, built.carried) == ("", 1, {"W": "W_next"})
    assert built.notes.data == ("dA", "Z", "A", "m")


def test_phases_and_the_cost_may_be_declared() -> None:
    lines = ("E = np.sum(X)", "J = 2 * E", "half = J / 2")
    built = program(text(lines, "", E='phase = "loss"', half='phase = "update"'))
    assert built.cost == "E"
    assert [line.phase for line in built.lines] == [Phase.LOSS, Phase.BACKWARD, Phase.UPDATE]
    named = program('[names]\ncost = "half"\n' + text(lines, ""))
    assert named.cost == "half"


def test_a_gradient_belongs_to_what_the_name_held_before_it() -> None:
    lines = ("a = W1 @ X", "a = np.tanh(a)", "J = np.sum(a)", "da = 1 + 0 * a")
    built = program(text(lines, "", da='gradient_of = "a"'))
    assert built.lines[3].gradient_of == "a_2"


def test_an_edit_keeps_the_other_lines() -> None:
    built = program(text(EARLY))
    edited = built.edited("dA1", "0 * W2.T @ d2")
    assert [line.text for line in edited.lines if line.is_edited] == ["dA1 = 0 * W2.T @ d2"]
    assert len(edited.lines) == len(built.lines)
    twice = edited.edited("W2_next", "W2")
    assert [line.target for line in twice.lines if line.is_edited] == ["W2_next", "dA1"]
    assert built.origin.with_iterations(3).iterations == 3


def test_a_forward_pass_on_other_data() -> None:
    more = '[[evaluate]]\nname = "other"\nX = [[1.0], [2.0]]\n' + TRAINING
    built = program(text(EARLY, more))
    (found,) = evaluate_after(built, built.notes.evaluations, 0)
    assert list(found.results) == ["A2"]
    with_targets = more.replace("X =", "Y = [[0.0], [0.0]]\nX =")
    built = program(text(EARLY, with_targets))
    (found,) = evaluate_after(built, built.notes.evaluations, 0)
    assert list(found.results) == ["J", "A2"]


LINES = text(LATE)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('target = "A1"', 'target = "A 1"', "[[line]] 1, target: `A 1` can't be a name: use "
         "letters, digits and _, a letter first"),
        ("(W1 @ X)", "(W1 @)", "[[line]] 1, expression: `sigmoid(W1 @)` is not an expression at "
         "character 13: invalid syntax"),
        ("sigmoid(W1 @ X)", "W3 @ X", "[[line]] 1, expression: `W3` has no value: did you mean "
         "`W2`?"),
        ("sigmoid(W1 @ X)", "sigmoid(W1 @ dA1)", "[[line]] 1, expression: `dA1` has no value on "
         "this line: it is computed later"),
        ("W2.T @ d2", "d2 @ W2", "[[line]] 6, expression: d2 (2, 1) @ W2 (2, 2): the 1 column on "
         "the left must agree with the 2 rows on the right"),
        ("W2 - rate * dW2", "W2[0:1, :]", "[[line]] 8, expression: the result is (1, 2), but W2 "
         "must stay (2, 2), as the next iteration starts from it; give it another name"),
        ("np.sum((Y - A2) ** 2) / 2", "(Y - A2) ** 2", "the cost J must be one number; found "
         "(2, 1)"),
        ('target = "dA1"', 'target = "dA1"\ngradient_of = "A3"', "[[line]] 6, gradient_of: `A3` is "
         "not a value of this program: did you mean `A2`?"),
        ('target = "dA1"', 'target = "dA1"\nphase = "back"', "[[line]] 6, phase: `back` is not one "
         "of the choices: did you mean `backward`?"),
        ('target = "dA1"', 'tagret = "dA1"', "[[line]] 6, tagret: `tagret` is not a key of this "
         "table: did you mean `target`?"),
        ("[training]", "[training]\nlearning_rate = 0.1", "[training]: has only iterations where "
         "the lines are written out; put numbers that they read into [data]"),
        ("[training]", "[[layer]]\nunits = 1\n[training]", "[[layer]]: stands beside [[line]]: the "
         "lines are the whole program"),
        ("[training]", '[[override]]\ntarget = "J"\nexpression = "1"\n[training]',
         "[[override]]: stands beside [[line]]: the lines are the whole program"),
        ("[training]", '[loss]\nname = "huber"\n[training]', "[loss]: stands beside [[line]]: the "
         "lines are the whole program"),
        ("rate = 0.5\n", "rate = 0.5\nlambda = 1\n", "[data], lambda: `lambda` can't be a name: "
         "use letters, digits and _, a letter first"),
    ],
)  # fmt: skip
def test_lines_that_can_not_be(old: str, new: str, told: str) -> None:
    assert LINES.count(old) == 1
    with pytest.raises(ScenarioError) as caught:
        program(LINES.replace(old, new))
    assert str(caught.value).removeprefix("sample.toml: ").splitlines() == [told]


def test_every_line_that_is_no_expression_is_told() -> None:
    with pytest.raises(ScenarioError) as caught:
        program(text(("a = 1 +", "b = X", "c = (")))
    assert [each.where for each in caught.value.problems] == [
        "[[line]] 1, expression", "[[line]] 3, expression",
    ]  # fmt: skip
    assert caught.value.path == Path("sample.toml")


def test_a_large_program_is_not_run_to_be_opened() -> None:
    data = "".join(f'{name} = {{ draw = "rand", shape = [1000, 1000] }}\n' for name in "XW")
    lines = ("A = X @ W", "J = np.sum(A)", "dW = X.T @ (1 + 0 * A)", "W = W - 0.1 * dW")
    built = program(text(lines, "", f"[data]\n{data}"))
    assert [(line.gradient_of, line.evidence) for line in built.lines if line.gradient_of] == [
        ("W", Evidence.GUESSED)
    ]


def test_there_are_not_too_many_lines() -> None:
    lines = tuple(f"a{number} = X" for number in range(501))
    with pytest.raises(ScenarioError, match="`line`: more than 500 entries are too many"):
        program(text(lines))
