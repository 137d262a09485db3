"""One sentence a line, put together from the line and the tables."""

import numpy as np
import pytest
from hypothesis import given

from nnscope.expression.parse import parse
from nnscope.expression.shapes import Axis
from nnscope.expression.source import source
from nnscope.insight.chain.factors import links
from nnscope.insight.line.phrase import Recipe
from nnscope.insight.line.sentence import sentence
from nnscope.program.model import Program
from tests.examples import examples
from tests.hand_built import HandBuilt
from tests.samples import NEURON, PAIR, Sample, library, program, samples


def said(built: Program, target: str, mathematics: bool = False) -> str:
    line_of = {line.spelled: index for index, line in enumerate(built.lines)}
    return sentence(built, line_of[target], mathematics)


@pytest.mark.parametrize(("target", "words"), [
    ("Z1", "Z1, the pre-activation of layer 1 (the weighted sum), is the matrix product of W1 and "
           "X, plus b1: line 2 reads it."),
    ("A1", "A1, the activation of layer 1, is tanh of every cell of Z1: "
           "x becomes (e^x - e^-x) / (e^x + e^-x); line 3 reads it."),
    ("J", "J, the cost (the number that training makes smaller), is minus the sum of "
          "Y * np.log(A2) + (1 - Y) * np.log(1 - A2), divided by m: the binary cross "
          "entropy. Source: Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.2."),
    ("dZ2", "dZ2, m times the gradient of J with respect to Z2, is A2 minus Y: by the chain rule "
            "∂J/∂A2 and ∂A2/∂Z2, multiplied, simplify to this."),
    ("dW2", "dW2, the gradient of J with respect to W2, is the matrix product of dZ2 and A1.T, "
            "divided by m (because line 5 divides J by it): by the chain rule dZ2 times "
            "∂Z2/∂W2 = A1.T (line 3)."),
    ("db2", "db2, the gradient of J with respect to b2, is the sum over the m examples (axis 1) of "
            "dZ2, divided by m (because line 5 divides J by it): by the chain rule dZ2 times "
            "∂Z2/∂b2 = 1 (line 3), summed over the m examples (axis 1), because b2 was stretched "
            "there (broadcast)."),
    ("dZ1", "dZ1, m times the gradient of J with respect to Z1, is the matrix product of W2.T "
            "and dZ2, times (cell by cell) (1 - A1 ** 2): by the chain rule dZ2 times ∂Z2/∂A1 = "
            "W2.T (line 3), times ∂A1/∂Z1 = 1 - A1 ** 2 (line 2; tanh' = 1 - tanh², where tanh is "
            "the output)."),
    ("W1", "W1, the weights of layer 1, becomes W1 minus (learning_rate * dW1): gradient descent, "
           "a step that should make the cost smaller. Source: Cauchy 1847."),
])  # fmt: skip
def test_the_lines_of_two_layers(target: str, words: str) -> None:
    assert said(program(PAIR), target) == words


def test_a_slope_that_is_true_or_false_is_told_as_the_numbers_that_it_is() -> None:
    assert said(library("deep_network"), "dZ2") == (
        "dZ2, m times the gradient of J with respect to Z2, is dA2 times (cell by cell) (Z2 > 0): "
        "by the chain rule dA2 times ∂A2/∂Z2 = 1 where Z2 > 0, else 0 (line 4; at 0 itself the "
        "derivative is taken as 0)."
    )


def test_references_stand_behind_the_sentence() -> None:
    text = PAIR.replace('activation = "tanh"', 'activation = "leaky_relu"')
    assert said(program(text), "dZ1").endswith("(line 2). Source: Maas, Hannun and Ng 2013.")


def test_a_function_that_is_an_operator_needs_no_formula() -> None:
    built = HandBuilt("added", "a = np.add(x, 1)\nJ = np.mean(a)", {"x": np.float64(2)}, "J")
    assert said(built.program(), "a") == "a is x plus 1: line 2 reads it."


def test_several_readers_are_enumerated() -> None:
    built = HandBuilt("readers", "a = x * x\nb = a + 1\nc = a * 2\nJ = a + b + c",
                      {"x": np.float64(2)}, "J").program()  # fmt: skip
    assert said(built, "a").endswith("lines 2, 3 and 4 read it.")


def test_a_single_neuron() -> None:
    built = program(NEURON)
    assert said(built, "da") == (
        "da, the gradient of J with respect to a, is 2 times (a - y): by the chain rule ∂J/∂a = "
        "2 * (a - y) (line 3)."
    )
    assert said(built, "dz") == (
        "dz, the gradient of J with respect to z, is da times (a * (1 - a)): by the chain "
        "rule da times ∂a/∂z = a * (1 - a) (line 2; s' = s (1 - s), where s is the output)."
    )


def test_a_line_of_the_scenarios_own_says_why_and_what_it_replaces() -> None:
    assert said(library("two_layer_as_printed"), "dW2") == (
        "dW2, meant to be the gradient of J with respect to W2, is the matrix product of dZ2 and "
        "A1.T, divided by 400, the scenario's own line (the tutorial divides by a stale m = 400; "
        "there are 3 examples); by the chain rule it would be dZ2 times ∂Z2/∂W2 = A1.T (line 3)."
    )


def test_an_edited_line_is_the_users() -> None:
    words = said(program(PAIR).edited("dW2", "dZ2 @ A1.T"), "dW2")
    assert words.startswith("dW2, meant to be the gradient of J with respect to W2, is the matrix")
    assert (
        "product of dZ2 and A1.T, the line that you wrote; by the chain rule it would be" in words
    )


def test_the_end_of_a_forward_only_program() -> None:
    words = said(library("three_layer_forward"), "Y")
    assert words == "Y, the output of the network, is A3: it is the result of the program."


def test_a_softmax_says_its_rule() -> None:
    built = program(PAIR.replace("units = 1\nactivation = \"sigmoid\"\nweights = [[0.75, -1.0]]",
                                 "units = 1\nactivation = \"softmax\"\nweights = [[0.75, -1.0]]")
                    .replace('"binary_cross_entropy"', '"mean_squared_error"'))  # fmt: skip
    assert "softmax over the n2 units of layer 2 (axis 0) of Z2" in said(built, "A2")
    assert "every output depends on every score" in said(built, "dZ2")


def test_in_mathematics() -> None:
    words = said(program(PAIR), "dW2", mathematics=True)
    assert words.startswith("∂J/∂W₂, the gradient of J with respect to W₂, is the matrix product")
    assert "dZ2" not in words


@examples(25)
@given(sample=samples())
def test_every_line_of_any_program_has_one_sentence(sample: Sample) -> None:
    built = sample.program()
    for index, line in enumerate(built.lines):
        for mathematics in (False, True):
            words = sentence(built, index, mathematics)
            name = built.symbol(line.target) if mathematics else line.spelled
            assert words.startswith(f"{name}, ")
            assert words.endswith(".")
            assert "  " not in words
            assert "\n" not in words
        assert not links(built)[index] or "by the chain rule" in sentence(built, index)


@pytest.mark.parametrize(("text", "words"), [
    ("A + B * C", "A plus (B * C)"),
    ("-A", "minus A"),
    ("A ** 2", "A squared"),
    ("A ** 3", "A ** 3"),
    ("A * 2", "A times 2"),
    ("A > B", "A > B"),
    ("np.dot(A, B)", "the matrix product of A and B"),
    ("np.max(np.abs(A), axis=0)",
     "the largest over the n1 units of layer 1 (axis 0) of abs of every cell of A"),
    ("np.sum(A, axis=1)", "the sum over axis 1 of A"),
    ("np.mean(A, axis=0)", "the mean over the n1 units of layer 1 (axis 0) of A"),
    ("np.any(A > 1)", "any of A > 1"),
    ("np.maximum(A, 0)", "maximum of every cell of A and 0"),
    ("np.exp(np.exp(np.exp(np.exp(A))))",
     "exp of every cell of exp of every cell of exp of every cell of np.exp(A)"),
])  # fmt: skip
def test_expressions_in_words(text: str, words: str) -> None:
    shapes = {name: (Axis(3, "n1"), Axis(3)) for name in "ABC"}
    assert Recipe(shapes, source).say(parse(text)) == words
