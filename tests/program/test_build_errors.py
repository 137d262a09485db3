"""Scenarios that read well and yet can't be built, with the words that say why."""

from pathlib import Path

import pytest

from nnscope.expression.shapes import sizes
from nnscope.network.activations import ACTIVATIONS
from nnscope.network.losses import LOSSES
from nnscope.scenario.errors import ScenarioError
from tests.samples import NEURON, PAIR, program

TANH, LOSS, START = '"tanh"', '"binary_cross_entropy"', "[data]"
TARGETS = "Z1, A1, Z2, A2, J, dZ2, dW2, db2, dZ1, dW1, db1, W1, b1, W2, b2"


def problems(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        program(text)
    assert caught.value.path == Path("sample.toml")
    lines = str(caught.value).splitlines()
    assert all(line.startswith("sample.toml: ") for line in lines)
    return [line.removeprefix("sample.toml: ") for line in lines]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (TANH, '"tahn"', "[[layer]] 1, activation: `tahn` is not an activation: "
         "did you mean `tanh`?"),
        (TANH, '"swish"', "[[layer]] 1, activation: `swish` is not an activation: "
         f"it may be {', '.join(ACTIVATIONS)}"),
        ('"sigmoid"', '"sigmod"', "[[layer]] 2, activation: `sigmod` is not an activation: "
         "did you mean `sigmoid`?"),
        (TANH, '{ name = "leaky_relu", slop = 0.1 }', "[[layer]] 1, activation: "
         "`slop` is not a parameter of leaky_relu: did you mean `slope`?"),
        (LOSS, '"binary_crossentropy"', "[loss], name: `binary_crossentropy` is not a loss: "
         "did you mean `binary_cross_entropy`?"),
        (LOSS, '"hinge"', "[loss], name: `hinge` is not a loss: it may be "
         f"{', '.join(dict.fromkeys(loss.name for loss in LOSSES))}"),
        (LOSS, '"mean_squared_error"\nfactor = "halfmean"', "[loss], factor: "
         "`halfmean` is not a factor of mean_squared_error: did you mean `half_mean`?"),
        (LOSS, f'{LOSS}\nfactor = "third"', "[loss], factor: `third` is not a factor of "
         "binary_cross_entropy: it may be mean"),
        ("[training]", '[training]\noptimizer = "gradient_decent"', "[training], optimizer: "
         "`gradient_decent` is not an optimizer: did you mean `gradient_descent`?"),
        ("learning_rate = 0.5", "", "[training]: the key `learning_rate` is missing"),
        ("[training]", '[training]\nconvention = "sum"', "[training], convention: "
         "gradient_descent has only one"),
        ("[training]", '[training]\noptimizer = "momentum"\nconvention = "mean"',
         "[training], convention: `mean` is not a convention of momentum: "
         "it may be sum, average, step"),
        ("[training]", '[training]\noptimizer = "adam"\nbeta = 0.9', "[training], beta: `beta` is "
         "not a key of this table: did you mean `beta1`?"),
        ("[training]", '[training]\noptimizer = "adam"\nbeta2 = 1.0', "[training], beta2: "
         "must be at least 0 and below 1, found 1.0"),
        ("[training]", '[training]\noptimizer = "rmsprop"\nepsilon = -1', "[training], epsilon: "
         "must be at least 0, found -1.0"),
        ("[training]", "[training]\nschedule = { decay = 0.9 }", "[training], schedule: a table "
         'needs a name and numbers, such as { name = "exponential", decay = 0.99 }'),
        ("[training]", '[training]\nschedule = { name = "cosin", period = 9 }',
         "[training], schedule, name: `cosin` is not a schedule: did you mean `cosine`?"),
        ("[training]", '[training]\nschedule = { name = "step" }',
         "[training], schedule: the key `every` is missing"),
        ("[training]", '[training]\nschedule = { name = "step", every = 0 }',
         "[training], schedule, every: must be at least 1, found 0"),
        ("[training]", '[training]\nschedule = { name = "inverse", decay = true }',
         "[training], schedule, decay: expected a number, found true"),
        ("[training]", '[training]\nschedule = { name = "inverse", decay = 1, per = "epohc" }',
         "[training], schedule, per: `epohc` is not what a schedule counts: did you mean `epoch`?"),
        ('"sigmoid"', '"sigmoid"\ndropout = 0.5', "[[layer]] 2: the last layer is the output, of "
         "which nothing is dropped"),
        ("[training]", "[training]\nheat = 0.9", "[training], heat: `heat` is not a key "
         "of this table: it may be optimizer, convention, weight_decay, schedule, iterations, "
         "batch_size, shuffle, shuffle_seed, replacement, batches, learning_rate"),
        ("Y = [[1.0, 0.0, 1.0]]", "Y = [[1.0, 0.0]]", "[data], X and Y: an example is a "
         "column here, so X of shape (2, 3) has 3 and Y of shape (1, 2) has 2; both must have as "
         "many (`transpose = true` in its table turns an array round)"),
        ("Y = [[1.0, 0.0, 1.0]]", "Y = [[1.0, 0.0, 1.0], [1.0, 0.0, 1.0]]", "[data], Y: the shape "
         "must be (1, 3), as that of the output A2; found (2, 3)"),
    ],
)  # fmt: skip
def test_a_choice_that_is_not_there(old: str, new: str, message: str) -> None:
    assert old in PAIR
    assert problems(PAIR.replace(old, new)) == [message]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (START, '[names]\nactivation = "Z"\n[data]',
         "[names]: `Z1` would be the name of two different values"),
        (START, '[names]\ncost = "A1"\n[data]',
         "[names]: `A1` would be the name of two different values"),
        (START, '[names]\ncost = "np"\n[data]',
         "[names]: `np` can't be the name of a value: it is a function of the language"),
        (START, '[names]\nweight = "2"\n[data]',
         "[names]: `21` can't be a name: use letters, digits and _, a letter first"),
        (START, "[data]\nW1 = 1.0",
         "[data], W1: the name is taken: it is a parameter of the network"),
        (START, "[data]\ndW1 = 1.0",
         "[data], dW1: the name is taken: a line of the program computes it"),
        (START, "[data]\nJ = 1.0",
         "[data], J: the name is taken: a line of the program computes it"),
        (START, "[data]\nm = 1.0", "[data], m: the name is taken: it is the number of examples"),
        (START, "[data]\nlearning_rate = 1.0",
         "[data], learning_rate: the name is taken: it is the learning rate"),
        (START, '[data]\n"a b" = 1.0',
         "[data], a b: `a b` can't be a name: use letters, digits and _, a letter first"),
        (START, "[data]\nrelu = 1.0",
         "[data], relu: `relu` can't be the name of a value: it is a function of the language"),
    ],
)  # fmt: skip
def test_a_name_that_can_not_be_had(old: str, new: str, message: str) -> None:
    assert problems(PAIR.replace(old, new)) == [message]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("vdW1", "the optimizer carries it on"),
        ("t", "the optimizer carries it on"),
        ("vdb2_corrected", "a line of the program computes it"),
        ("A1_2", "a line of the program computes it"),
        ("keep1", "it is the share of the cells of A1 that dropout keeps"),
        ("lambd", "it is the strength of the L2 penalty"),
        ("beta1", "it is the beta1"),
        ("D1", "it is drawn for dropout"),
    ],
)
def test_a_name_that_the_update_or_dropout_needs(name: str, message: str) -> None:
    text = PAIR.replace(TANH, f"{TANH}\nkeep = 0.5").replace(LOSS, f"{LOSS}\nl2 = 0.1")
    text = text.replace("[training]", '[training]\noptimizer = "adam"')
    assert problems(text.replace(START, f"[data]\n{name} = 1.0")) == [
        f"[data], {name}: the name is taken: {message}"
    ]


def test_softmax_needs_more_than_a_single_number() -> None:
    assert problems(NEURON.replace('"sigmoid"', '"softmax"')) == [
        "[[layer]] 1, activation: softmax needs several units; scalar notation has one"
    ]


def test_a_misspelt_key_of_the_training_is_two_mistakes() -> None:
    assert problems(PAIR.replace("learning_rate", "lerning_rate")) == [
        "[training], lerning_rate: `lerning_rate` is not a key of this table: did you mean "
        "`learning_rate`?",
        "[training]: the key `learning_rate` is missing",
    ]


OVERRIDE = '[[override]]\ntarget = "{}"\nexpression = "{}"\n'


@pytest.mark.parametrize(
    ("target", "expression", "message"),
    [
        ("loss", "1", f"target: `loss` is not computed by this program: it may be {TARGETS}"),
        ("X", "1", f"target: `X` is not computed by this program: it may be {TARGETS}"),
        ("dW2", "dZ2 @", "expression: `dZ2 @` is not an expression: invalid syntax"),
        ("dW2", "lambda: 0", "expression: a lambda is not part of the language"),
        ("dW2", "dZ2 @ A1 / m", "expression: dZ2 (1, 3) = (n2, m) @ A1 (2, 3) = (n1, m): "
         "the 3 columns (m) on the left must agree with the 2 rows (n1) on the right"),
        ("dW2", "dZ2 @ A1.T / mm", "expression: `mm` has no value: did you mean `m`?"),
        ("Z2", "W2 @ A1 + dW1",
         "expression: `dW1` has no value on this line: it is computed later"),
        ("Z1", "Z1 + 1", "expression: `Z1` has no value on this line: it is computed by this "
         "very line"),
        ("W1", "dZ1", "expression: the result is (2, 3), but W1 must stay (2, 2)"),
    ],
)  # fmt: skip
def test_an_override_that_does_not_fit(target: str, expression: str, message: str) -> None:
    assert problems(PAIR + OVERRIDE.format(target, expression)) == [f"[[override]] 1, {message}"]


@pytest.mark.parametrize(
    ("target", "expression", "message"),
    [
        ("dZ2", "A1 - Y", "dZ2 must have the shape of Z2, (1, 3); found (2, 3)"),
        ("dZ2", "A2.T - Y", "dZ2 must have the shape of Z2, (1, 3); found (3, 3)"),
        ("dZ1", "W2.T @ dZ2 @ A1.T", "dZ1 must have the shape of Z1, (2, 3); found (2, 2)"),
        ("dZ1", "np.sum(dZ2)", "dZ1 must have the shape of Z1, (2, 3); found ()"),
        ("dW1", "dZ1", "dW1 must have the shape of W1, (2, 2); found (2, 3)"),
    ],
)
def test_the_gradient_that_is_misshapen_is_blamed(
    target: str, expression: str, message: str
) -> None:
    """Not a right line behind it, where it is noticed."""
    text = PAIR + OVERRIDE.format("A1", "np.tanh(Z1)") + OVERRIDE.format(target, expression)
    assert problems(text) == [f"[[override]] 2, expression: {message}"]


def test_of_two_misshapen_gradients_the_first_is_blamed() -> None:
    text = PAIR + OVERRIDE.format("dW2", "dZ2 @ A1") + OVERRIDE.format("dZ2", "A2.T - Y")
    assert problems(text)[0].startswith("[[override]] 2, expression: dZ2 must")


def test_a_name_without_a_value_is_no_fault_of_another_line() -> None:
    text = PAIR + OVERRIDE.format("dZ2", "A2.T - Y") + OVERRIDE.format("dW2", "dZ2 @ A1.T / mm")
    assert problems(text) == ["[[override]] 2, expression: `mm` has no value: did you mean `m`?"]


def test_a_line_of_the_scenario_that_does_not_fit_is_blamed_itself() -> None:
    text = PAIR + OVERRIDE.format("dZ1", "1") + OVERRIDE.format("dW1", "dZ1 + A1 @ X")
    assert problems(text)[0].startswith("[[override]] 2, expression: A1 (2, 3)")


@pytest.mark.parametrize(
    ("target", "expression", "message"),
    [
        ("A1", "np.tanh(Z1).T", "A1 must have the shape (2, 3); found (3, 2)"),
        ("A2", "sigmoid(Z2).T", "A2 must have the shape of Y, (1, 3); found (3, 1)"),
        ("Z1", "np.sum(W1 @ X)", "Z1 must have the shape (2, 3); found ()"),
    ],
)
def test_a_forward_line_of_another_shape_is_blamed_where_a_right_line_does_not_fit(
    target: str, expression: str, message: str
) -> None:
    assert problems(PAIR + OVERRIDE.format(target, expression)) == [
        f"[[override]] 1, expression: {message}"
    ]


def test_a_line_of_another_shape_is_let_be_where_all_fits() -> None:
    own = [("Z2", "np.sum(A1, axis=0)"), ("A2", "sigmoid(Z2 * np.mean(W2) + b2)")]
    built = program(PAIR + "".join(OVERRIDE.format(*each) for each in own))
    assert sizes(built.shapes["Z2"]) == (3,)


def test_an_override_of_one_of_several_lines() -> None:
    text = PAIR + OVERRIDE.format("W1", "W1") + "nth = 2\n" + OVERRIDE.format("b1", "b1")
    assert problems(text + "nth = 1\n" + OVERRIDE.format("b1", "b1")) == [
        "[[override]] 1, nth: W1 is assigned 1 time, not 2",
        "[[override]] 3, target: b1 is overridden twice",
    ]


def test_every_wrong_override_is_told() -> None:
    text = PAIR + OVERRIDE.format("W1", "W1") + OVERRIDE.format("dW7", "m")
    assert problems(text + OVERRIDE.format("b1", "b1 b1")) == [
        "[[override]] 2, target: `dW7` is not computed by this program: did you mean `dW2`?",
        "[[override]] 3, expression: `b1 b1` is not an expression at character 4: invalid syntax",
    ]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ('name = "J9"\nvalue = 1.0', ", name: `J9` has no value: did you mean `J`?"),
        ('name = "J +"\nvalue = 1.0', ", name: `J +` is not an expression: invalid syntax"),
        ('name = "W1 @ X @ X"\nvalue = 1.0', ", name: W1 @ X (2, 3) = (n1, m) @ X (2, 3) = (n0, m):"
         " the 3 columns (m) on the left must agree with the 2 rows (n0) on the right"),
        ('name = "J"', ": needs a value or a shape"),
        ('name = "J"\nvalue = 1.0\niteration = 12',
         ", iteration: 12 is not run: iterations count from 0 to 11"),
        ('name = "W1"\nvalue = [1.0, 2.0]',
         ", value: W1 has the shape (2, 2), the value has (2,)"),
        ('name = "J"\nvalue = [1.0, 2.0]\niteration = [3, 12]',
         ", iteration[1]: 12 is not run: iterations count from 0 to 11"),
        ('name = "J"\nvalue = [1.0, 2.0, 3.0]\nevery = 6',
         ", value[2]: 12 is not run: iterations count from 0 to 11"),
        ('name = "J"\nvalue = [1.0, 2.0]\nafter = [12, 13]',
         ", after[1]: 13 is too many: the run makes 12 updates, one an iteration"),
        ('name = "J"\nvalue = 1.0\niteration = 3\nafter = 3',
         ", after: stands beside iteration: say when with one of them"),
        ('name = "W1"\nvalue = 1.0\nwhen = "end"\nafter = 3',
         ", when: stands beside after, which tells when already"),
        ('name = "J"\nvalue = 1.0\nevery = 3',
         ", every: needs a list of values, the first of them for iteration = 0"),
        ('name = "J"\nvalue = []\nafter = 3\nevery = 3',
         ", every: needs a list of values, the first of them for after = 3"),
        ('name = "J"\nvalue = [1.0, 2.0]\niteration = [0, 3]\nevery = 3',
         ", every: stands beside a list in iteration: leave one of them out"),
        ('name = "J"\nvalue = [1.0]\niteration = [0, 3]',
         ", value: has 1 value, but iteration lists 2"),
        ('name = "J"\nvalue = 1.0\nafter = [0, 3]',
         ", value: must be a list, with 2 values as after has; found 1.0"),
        ('name = "J"\nvalue = []\niteration = []',
         ", iteration: an empty list says nothing; write a number, or several"),
        ('name = "J"\nvalue = [1.0, [2.0, 3.0]]\niteration = [0, 3]',
         ", value[1]: J has the shape (), the value has (2,)"),
        ('name = "J"\nvalue = [1.0, "2"]\niteration = [0, 3]',
         ", value[1]: expected a number, a matrix or a table, found '2'"),
    ],
)  # fmt: skip
def test_an_expectation_that_can_not_come_out(keys: str, message: str) -> None:
    assert problems(f"{PAIR}[[expect]]\n{keys}\n") == [f"[[expect]] 1{message}"]


def test_every_wrong_expectation_is_told() -> None:
    text = PAIR + '[[expect]]\nname = "Jx"\nvalue = 1.0\n[[expect]]\nname = "J"\nvalue = 0.5\n'
    assert problems(text + '[[expect]]\nname = "J"\nvalue = 1.0\niteration = 99\n') == [
        "[[expect]] 1, name: `Jx` has no value: did you mean `J`?",
        "[[expect]] 3, iteration: 99 is not run: iterations count from 0 to 11",
    ]


def test_without_training_nothing_is_updated() -> None:
    text = PAIR.partition("[training]")[0]
    keys = '[[expect]]\nname = "J"\nvalue = 1.0\nafter = 1\n'
    assert problems(text + keys) == [
        "[[expect]] 1, after: 1 is too many: without [training] nothing is updated"
    ]
    assert len(program(text + keys.replace("= 1\n", "= 0\n")).notes.expectations) == 1


def mistakes(text: str) -> list[str]:
    """List what is wrong with a scenario, be it found in reading or in building."""
    with pytest.raises(ScenarioError) as caught:
        program(text)
    return [line.removeprefix("sample.toml: ") for line in str(caught.value).splitlines()]


EVALUATE = '[[evaluate]]\nname = "test"\n'
OTHER = "X = [[1.0, 2.0], [3.0, 4.0]]\nY = [[0.0, 1.0]]\n"


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("X = [[1.0, 2.0]]\n", "[[evaluate]] 1: W1 (2, 2) = (n1, n0) @ X (1, 2) = (n0, m): the "
         "2 columns (n0) on the left must agree with the 1 row (n0) on the right"),
        (OTHER.replace("[[0.0, 1.0]]", "[[0.0]]"), "[[evaluate]] 1: Y must have the shape (1, 2) "
         "of A2; found (1, 1)"),
        ("x = [[1.0], [2.0]]\n", "[[evaluate]] 1, x: `x` is not an array of [data]: did you mean "
         "`X`?"),
        ("vlaues = 3\n", "[[evaluate]] 1, vlaues: `vlaues` is not an array of [data]: did you mean "
         "`values`?"),
        ('X = { draw = "rndn", shape = [2, 2] }\n', "[[evaluate]] 1, X, draw: `rndn` is not a kind "
         "of draw: did you mean `randn`?"),
        ("values = 3\n", "[[evaluate]] 1, values: expected a table, found 3"),
        ("values = { right = 3 }\n", "[[evaluate]] 1, values: expected text in quotes, found "
         "{'right': 3}"),
        ('values = { right = "A3 > 0" }\n', "[[evaluate]] 1: `right`: `A3` has no value: did you "
         "mean `A2`?"),
        ('values = { right = "A2 >" }\n', "[[evaluate]] 1: `right`: `A2 >` is not an expression: "
         "invalid syntax"),
        ('values = { A1 = "A2 > 0" }\n', "[[evaluate]] 1: `A1`: the name is taken, by a value of "
         "the program"),
        ('values = { "a b" = "A2 > 0" }\n', "[[evaluate]] 1: `a b`: `a b` can't be "
         "a name: use letters, digits and _, a letter first"),
        (EVALUATE, "[[evaluate]] 2, name: there are two of the name 'test'"),
        ('[[expect]]\nevaluate = "tset"\nname = "J"\nvalue = 1.0\n',
         "[[expect]] 1, evaluate: `tset` is not an [[evaluate]]: did you mean `test`?"),
        ('[[expect]]\nevaluate = "test"\nname = "J"\nvalue = 1.0\nwhen = "end"\n',
         "[[expect]] 1, when: stands beside evaluate, which takes the parameters that the "
         "iteration starts from"),
        ('[[expect]]\nevaluate = "test"\nname = "dW1"\nvalue = 1.0\n',
         "[[expect]] 1, name: `dW1` has no value: did you mean `W1`?"),
    ],
)  # fmt: skip
def test_other_data_that_can_not_be_evaluated(keys: str, told: str) -> None:
    assert mistakes(f"{PAIR}{EVALUATE}{keys}") == [told]


def test_an_evaluation_without_a_name() -> None:
    assert mistakes(PAIR + "[evaluate]\nX = 3\n") == [
        "[evaluate]: write it with two brackets, [[evaluate]]: there may be several"
    ]
    assert mistakes(PAIR + "[[evaluate]]\nX = 3\n") == ["[[evaluate]] 1: the key `name` is missing"]
    scalar = NEURON + '[[evaluate]]\nname = "two"\nx = [1.0, 2.0]\n'
    assert mistakes(scalar) == [
        '[[evaluate]] 1, x: scalar notation has single numbers; take notation = "column"'
    ]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("replacement = true", ", replacement: needs a batch_size: how many examples are drawn at "
         "once"),
        ("replacement = true\nbatch_size = 2\nshuffle = true", ", shuffle: stands beside "
         "replacement: say it with one of them"),
        ("batches = [[0], [3]]", ", batches[1][0]: there is no example 3: they count from 0 to 2"),
        ("batches = [[0], [1, 2], [0]]", ", batches[1]: has 2 examples, the first batch has 1; "
         "only the last may have fewer"),
        ("batches = [[0, 1], [2], [0]]", ", batches[1]: has 1 example, the first batch has 2; "
         "only the last may have fewer"),
        ("batches = [[0]]\nbatch_size = 1", ", batch_size: stands beside batches, which lists the "
         "examples already"),
        ("batches = [[0]]\nreplacement = true", ", replacement: stands beside batches, which lists "
         "the examples already"),
        ("batches = []", ", batches: needs at least 1 entries, found []"),
        ("batches = [[0], []]", ", batches[1]: needs at least 1 entries, found []"),
        ("batches = [[0], [-1]]", ", batches[1][0]: must be at least 0, found -1"),
        ("batches = [0]", ", batches[0]: expected a list [...], found 0"),
        ("batch_size = 4", ", batch_size: 4 is more than the 3 examples"),
        ("batch_size = 1000000000\nreplacement = true", ", batch_size: 2,000,000,000 cells; the "
         "most is 20,000,000"),
        ('batch_size = 2\nshuffle_seed = "x"', ", shuffle_seed: `x` is not one of the choices: it "
         "may be stream"),
    ],
)  # fmt: skip
def test_batches_that_can_not_be(keys: str, message: str) -> None:
    assert mistakes(f"{PAIR}{keys}\n") == [f"[training]{message}"]


def test_examples_of_a_listed_batch_need_an_axis() -> None:
    assert mistakes(f"{NEURON}batches = [[0]]\n") == [
        "[training], batches: needs several examples, as rows or columns"
    ]


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
@pytest.mark.parametrize(
    "key", ["learning_rate", "beta1", "epsilon", "weight_decay", "schedule, decay", "l2", "t"]
)
def test_a_number_of_training_is_finite(key: str, number: str) -> None:
    given = {"learning_rate": "0.5", key: number}
    keys = "\n".join(f"{each} = {value}" for each, value in given.items() if each in _PLAIN)
    text = PAIR.replace("learning_rate = 0.5", f'optimizer = "adam"\n{keys}')
    if key == "l2":
        text = text.replace("[training]", f"l2 = {number}\n[training]")
    if key == "schedule, decay":
        text += f'schedule = {{ name = "exponential", decay = {number} }}\n'
    with pytest.raises(ScenarioError) as caught:
        program(text)
    told = str(caught.value).removeprefix("sample.toml: ")
    place = "[loss]" if key == "l2" else "[training]"
    assert told.startswith(f"{place}, {key}: must be ")
    assert told.endswith(f"found {number}")


_PLAIN = ("learning_rate", "beta1", "epsilon", "weight_decay", "t")


def test_a_wrong_activation_is_told_under_its_own_key() -> None:
    network = "[data]\nX = [[1.0], [2.0]]\n[network]\nsizes = [2, 3, 1]\n"
    told = "`swish` is not an activation: "
    for key in ("hidden", "output"):
        (line, *_) = problems(network + f'{key} = "swish"\n')
        assert line.startswith(f"[network], {key}: {told}")
        (line, *_) = problems(network + f'{key} = {{ name = "leaky_relu", slop = 0.1 }}\n')
        assert line.startswith(f"[network], {key}: `slop` is not a parameter of leaky_relu")


def test_a_number_that_float32_can_not_hold() -> None:
    text = f'dtype = "float32"\n{PAIR.replace("learning_rate = 0.5", "learning_rate = 1e39")}'
    assert problems(text) == ["learning_rate = 1e+39 is too large for float32"]
