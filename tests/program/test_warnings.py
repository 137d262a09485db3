"""What is said at loading of a scenario that can run, but not to any good."""

import pytest

from tests.samples import PAIR, library, program

OUTPUT = 'units = 1\nactivation = "sigmoid"'
OWN = '[[override]]\ntarget = "{}"\nexpression = "{}"\n'
CLASSES = """\
[data]
X = [[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]]
Y = [[1.0, 0.25, 0.0], [0.0, 0.75, 1.0]]
[[layer]]
units = 2
activation = "softmax"
weights = [[0.5, -0.25], [0.125, 1.0]]
[loss]
name = "softmax_cross_entropy"
"""
PRINTED = CLASSES.replace("0.25, 0.0]", "0.5, 0.0]")


def ended(activation: str, text: str = PAIR) -> str:
    return text.replace(OUTPUT, f'units = 1\nactivation = "{activation}"')


@pytest.mark.parametrize(
    ("activation", "words"),
    [
        ("relu", "those of relu can be any number from 0 up: the cost can become nan."),
        ("tanh", "those of tanh lie between -1 and 1"),
        ("identity", "those of identity can be any number: the cost"),
        ("leaky_relu", "those of leaky_relu can be any number: the cost"),
        ("softplus", "those of softplus can be any number from 0 up"),
        ("softmax", "those of softmax sum to 1, and a single one is always 1. End with sigmoid"),
    ],
)
def test_an_output_that_is_no_probability(activation: str, words: str) -> None:
    (warning,) = program(ended(activation)).notes.warnings
    assert warning.startswith("[loss], name: binary_cross_entropy takes ")
    assert words in warning


def test_an_output_under_softmax_cross_entropy() -> None:
    (warning,) = program(CLASSES.replace('"softmax"', '"relu"')).notes.warnings
    assert "softmax_cross_entropy takes outputs between 0 and 1" in warning
    assert warning.endswith("End with softmax")
    assert not program(CLASSES.replace('"softmax"', '"sigmoid"')).notes.warnings


@pytest.mark.parametrize(
    "text",
    [
        PAIR,
        CLASSES,
        ended("relu", PAIR.replace("binary_cross_entropy", "mean_squared_error")),
        ended("identity") + OWN.format("A2", "sigmoid(Z2)"),
        ended("identity") + OWN.format("J", "np.sum(A2)"),
        PRINTED.replace('entropy"', 'entropy"\ngradient = "chained"'),
        PRINTED + OWN.format("dZ1", "A1 * np.sum(Y, axis=0) - Y"),
        PRINTED.replace("softmax_cross_entropy", "mean_squared_error"),
    ],
)
def test_nothing_is_said_of_what_goes_together(text: str) -> None:
    assert program(text).notes.warnings == ()


def test_one_pass_over_printed_outputs_is_looked_at() -> None:
    once = ended("identity").partition("[training]")[0]
    assert "identity" in program(once).notes.warnings[0]  # an output above 1
    printed = once.replace("[[0.75, -1.0]]", "[[0.0, 0.0]]")  # 0.2 for each
    assert program(printed).notes.warnings == ()
    assert "sum to 1" in program(ended("softmax").partition("[training]")[0]).notes.warnings[0]


def test_targets_that_do_not_sum_to_one() -> None:
    assert program(PRINTED).notes.warnings == (
        "[data], Y: the targets of example 1 sum to 1.25, not to 1, so dZ1 is not the gradient of "
        'the cost. Mend Y, or write gradient = "chained" under [loss]',
    )
    more = PRINTED.replace("0.75, 1.0", "0.75, 2.0")
    assert "of example 1 (and of 1 more) sum" in program(more).notes.warnings[0]
    row = PRINTED.replace("[data]", 'notation = "row"\n[data]')
    row = row.replace("[[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]]", "[[1.0, -0.5], [0.5, 2.0]]")
    row = row.replace("[[1.0, 0.5, 0.0], [0.0, 0.75, 1.0]]", "[[0.0, 1.0], [1.0, 0.5]]")
    assert "example 1 sum to 1.5" in program(row).notes.warnings[0]


@pytest.mark.parametrize("name", ["two_layer", "deep_network", "single_neuron_relu"])
def test_the_library_has_nothing_doubtful(name: str) -> None:
    assert library(name).notes.warnings == ()
