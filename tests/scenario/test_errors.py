from pathlib import Path

import msgspec
import pytest

from nnscope.scenario.errors import ScenarioError
from nnscope.scenario.load import load, parse
from nnscope.scenario.schema import ScenarioTable

DATA = "[data]\nX = [[1, 2, 3], [4, 5, 6]]\nY = [[0, 1, 0]]\n"
LAYER = "[[layer]]\nunits = 1\n"
LOSS = '[loss]\nname = "mean_squared_error"\n'
MODEL = DATA + LAYER + LOSS

SEVERAL = """
titel = "x"
seed = -1
[data]
X = 1
[[layer]]
units = "4"
bais = 0
[loss]
gradient = "chain"
"""

KEY = "is not a key of this table: did you mean"
TABLE = "is not a key or table of a scenario: did you mean"
AT_TOP = "is not a key or table of a scenario: it may be " + ", ".join(
    field.name for field in msgspec.structs.fields(ScenarioTable)
)
WHOLE = "a whole number must be below 2**63; write a larger one as 1e20"
TWO_BRACKETS = "write it with two brackets, [[layer]]: there may be several"
ENTRY = "expected a number, a matrix or a table, found"

# each: the file -> the lines of the message
MISTAKES: dict[str, tuple[str, ...]] = {
    # not TOML
    "title = hello\n": ("line 1, column 9: not valid TOML: Invalid value",),
    "seed = 1\n[data\nX = 1\n": (
        "line 2, column 6: not valid TOML: Expected ']' at the end of a table declaration",
    ),
    'title "two layers"\n': (
        "line 1, column 7: not valid TOML: Expected '=' after a key in a key/value pair",
    ),
    'title = "a"\ntitle = "b"\n': ("line 2, column 12: not valid TOML: Cannot overwrite a value",),
    "units = 4,\n": (
        "line 1, column 10: not valid TOML: Expected newline or end of document after a statement",
    ),
    "[data]\nX = [1, 2\n": ("not valid TOML: Unclosed array (at end of document)",),
    "x = " + "[" * 5000: ("the brackets are nested too deeply",),
    "[data]\nX = 1\n[data]\nY = 1\n": (
        "line 3, column 6: not valid TOML: the table [data] stands twice",
    ),
    "[layer]\nunits = 1\n[layer]\nunits = 2\n": (
        f"line 3, column 7: not valid TOML: the table [layer] stands twice; {TWO_BRACKETS}",
    ),
    "[[layer]]\nunits = 1\n[layer]\nunits = 2\n": (
        f"line 3, column 7: not valid TOML: the table [layer] stands twice; {TWO_BRACKETS}",
    ),
    "[layer]\nunits = 1\n\n[[layer]] # the second\nunits = 2\n": (
        f"line 4, column 8: not valid TOML: the table [layer] stands above; {TWO_BRACKETS}",
    ),
    "seed = 1" + "0" * 5000: ("not valid TOML: a number has far too many digits",),
    "seed = 9223372036854775808\n": (f"`seed`: {WHOLE}",),
    DATA + f"V = [[1, 1{'0' * 400}]]\n" + LAYER + "units_ = -9223372036854775809\n": (
        f"[data], V[0][1]: {WHOLE}",
        f"[[layer]] 1, units_: {WHOLE}",
    ),
    "title = [0x" + "f" * 9000 + "]\n": (f"`title`[0]: {WHOLE}",),
    # no network
    "": ("there is no network: write [[layer]] tables, [network] with sizes, or [[line]] tables",),
    DATA: (
        "there is no network: write [[layer]] tables, [network] with sizes, or [[line]] tables",
    ),
    DATA + "[network]\nsizes = [2, 1]\n" + LAYER: (
        "[network]: stands beside [[layer]]: describe the network in one of them",
    ),
    # the top of the file
    'titel = "x"\n' + MODEL: (f"`titel`: `titel` {TABLE} `title`?",),
    "[dta]\nX = 1\n" + LAYER: (f"`dta`: `dta` {TABLE} `data`?",),
    DATA + "[[layers]]\nunits = 4\n": (f"`layers`: `layers` {TABLE} `layer`?",),
    "zzz = 1\n" + MODEL: (f"`zzz`: `zzz` {AT_TOP}",),
    "title = 3\n" + MODEL: ("`title`: expected text in quotes, found 3",),
    'notation = "colum"\n' + MODEL: (
        "`notation`: `colum` is not one of the choices: did you mean `column`?",
    ),
    'notation = "matrix-like"\n' + MODEL: (
        "`notation`: `matrix-like` is not one of the choices: it may be column, row, scalar",
    ),
    'rng = "mt"\n' + MODEL: ("`rng`: `mt` is not one of the choices: it may be legacy, default",),
    "seed = -1\n" + MODEL: ("`seed`: must be at least 0, found -1",),
    "seed = 1.5\n" + MODEL: ("`seed`: expected a whole number, found 1.5",),
    'seed = "1"\n' + MODEL: ("`seed`: expected a whole number, found '1'",),
    "seed = true\n" + MODEL: ("`seed`: expected a whole number, found true",),
    'rng = "legacy"\nseed = 4294967296\n' + MODEL: ("`seed`: a legacy seed must be below 2**32",),
    "data = 3\n" + LAYER: ("`data`: expected a table, found 3",),
    'layer = "dense"\n' + DATA: ("`layer`: expected a list [...], found 'dense'",),
    'loss = "mse"\n' + DATA + LAYER: ("`loss`: expected a table, found 'mse'",),
    DATA + "[layer]\nunits = 1\n": (
        "[layer]: write it with two brackets, [[layer]]: there may be several",
    ),
    MODEL + '[override]\ntarget = "dW1"\n[expect]\nname = "J"\n': (
        "[override]: write it with two brackets, [[override]]: there may be several",
        "[expect]: write it with two brackets, [[expect]]: there may be several",
    ),
    '"q\\nz" = 1\n' + MODEL: (f"`q\\nz`: `q\\nz` {AT_TOP}",),
    # tables
    DATA + "[[layer]]\nunit = 4\n": (f"[[layer]] 1, unit: `unit` {KEY} `units`?",),
    DATA + LAYER + '[[layer]]\nunits = "4"\n': (
        "[[layer]] 2, units: expected a whole number, found '4'",
    ),
    DATA + "[[layer]]\nunits = 0\n": ("[[layer]] 1, units: must be at least 1, found 0",),
    DATA + LAYER + "activation = 3\n": (
        "[[layer]] 1, activation: expected text in quotes or a table, found 3",
    ),
    DATA + LAYER + "activation = { slope = 0.1 }\n": (
        "[[layer]] 1, activation: a table needs a name and numbers, "
        'such as { name = "leaky_relu", slope = 0.1 }',
    ),
    DATA + LAYER + 'activation = { name = "leaky_relu", slope = true }\n': (
        "[[layer]] 1, activation, slope: expected a finite number, found true",
    ),
    DATA + LAYER + 'activation = { name = "leaky_relu", slope = inf }\n': (
        "[[layer]] 1, activation, slope: expected a finite number, found inf",
    ),
    DATA + '[network]\nsizes = [2, 3, 3, 1]\nhidden = { name = "leaky_relu", slope = "1" }\n': (
        "[network], hidden, slope: expected a finite number, found '1'",
    ),
    DATA + "[network]\nsizes = [2]\n": ("[network], sizes: needs at least 2 entries, found [2]",),
    DATA + '[network]\nsizes = [2, "4", 1]\n': (
        "[network], sizes[1]: expected a whole number, found '4'",
    ),
    DATA + "[network]\nsizes = [3, 1]\n": ("[network], sizes[0]: is 3, but `X` has 2 rows",),
    'notation = "row"\n' + DATA + "[network]\nsizes = [2, 1]\n": (
        "[network], sizes[0]: is 2, but `X` has 3 columns",
    ),
    DATA + LAYER + "train_bias = 1\n": (
        "[[layer]] 1, train_bias: expected true or false, found 1",
    ),
    DATA + LAYER + "dropout = 1.0\n": (
        "[[layer]] 1, dropout: must be at least 0 and below 1, found 1.0",
    ),
    DATA + LAYER + "keep = 0\n": ("[[layer]] 1, keep: must be above 0 and at most 1, found 0.0",),
    DATA + LAYER + "keep = nan\n": ("[[layer]] 1, keep: must be above 0 and at most 1, found nan",),
    DATA + LAYER + "keep = 0.5\ndropout = 0.5\n": (
        "[[layer]] 1, keep: stands beside dropout: say it with one of them",
    ),
    DATA + LAYER + 'dropout = "half"\n': ("[[layer]] 1, dropout: expected a number, found 'half'",),
    MODEL + "l2 = -1\n": ("[loss], l2: must be at least 0.0, found -1",),
    MODEL + "[training]\nweight_decay = -0.1\n": (
        "[training], weight_decay: must be at least 0.0, found -0.1",
    ),
    MODEL + '[training]\nschedule = "cosine"\n': (
        "[training], schedule: expected a table, found 'cosine'",
    ),
    DATA + "[network]\n": ("[network]: the key `sizes` is missing",),
    DATA + '[network]\nsizes = [2, 1]\nhiden = "tanh"\n': (
        f"[network], hiden: `hiden` {KEY} `hidden`?",
    ),
    DATA + LAYER + "[loss]\n": ("[loss]: the key `name` is missing",),
    MODEL + 'gradient = "combine"\n': (
        "[loss], gradient: `combine` is not one of the choices: did you mean `combined`?",
    ),
    MODEL + "factor = 0.5\n": ("[loss], factor: expected text in quotes, found 0.5",),
    MODEL + "[training]\niterations = 0\n": (
        "[training], iterations: must be at least 1, found 0",
    ),
    MODEL + "[training]\niterations = 1e4\n": (
        "[training], iterations: expected a whole number, found 10000.0",
    ),
    MODEL + '[training]\nlearning_rate = "0.5"\nbeta = true\n': (
        "[training], learning_rate: expected a number, found '0.5'",
        "[training], beta: expected a number, found true",
    ),
    DATA + LAYER + "[training]\niterations = 3\n": ("[training]: needs a [loss] to make smaller",),
    MODEL + '[[override]]\ntarget = "dW2"\n': ("[[override]] 1: the key `expression` is missing",),
    MODEL + '[[override]]\ntarget = "dW2"\nexpresion = "X"\n': (
        f"[[override]] 1, expresion: `expresion` {KEY} `expression`?",
    ),
    MODEL + '[[expect]]\nname = "J"\n[[expect]]\nvalue = 3\n': (
        "[[expect]] 2: the key `name` is missing",
    ),
    MODEL + '[[expect]]\nname = "J"\nwhen = "begin"\n': (
        "[[expect]] 1, when: `begin` is not one of the choices: it may be start, end",
    ),
    MODEL + '[[expect]]\nname = "J"\niteration = -1\n': (
        "[[expect]] 1, iteration: must be at least 0, found -1",
    ),
    MODEL + '[[expect]]\nname = "J"\niteration = "x"\n': (
        "[[expect]] 1, iteration: expected a whole number or a list [...], found 'x'",
    ),
    MODEL + '[[expect]]\nname = "J"\nafter = [0, -1]\n': (
        "[[expect]] 1, after[1]: must be at least 0, found -1",
    ),
    MODEL + '[[expect]]\nname = "J"\nevery = 0\n': (
        "[[expect]] 1, every: must be at least 1, found 0",
    ),
    MODEL + '[[expect]]\nname = "J"\ntolerance = "1e-3"\n': (
        "[[expect]] 1, tolerance: expected a number, found '1e-3'",
    ),
    '[names]\ninputs = "x"\n' + MODEL: (f"[names], inputs: `inputs` {KEY} `input`?",),
    # data and shapes
    "[data]\nX = [[1], [2]]\n" + LAYER + LOSS: ("[data]: the array `Y` is missing",),
    "[data]\nY = [[1]]\n" + LAYER + "weights = [[1, 2]]\n": ("[data]: the array `X` is missing",),
    LAYER + LOSS + "[data]\nY = [[1]]\n": ("[data]: the array `X` is missing",),
    LAYER + DATA: ("[data]: stands after the layers, which need `X`: move it up",),
    "[data]\nX = 3\n" + LAYER + LAYER: (
        "[data], X: needs rows and columns, such as [[1, 2], [3, 4]]",
    ),
    '[data]\nX = [[1], ["2"]]\n' + LAYER: (f"[data], X[1][0]: {ENTRY} '2'",),
    DATA + "[[layer]]\nunits = 100000000000\n": (
        "[[layer]] 1, weights: 200,000,000,000 cells; the most is 20,000,000",
        "[[layer]] 1, bias: 100,000,000,000 cells; the most is 20,000,000",
    ),
    DATA + LAYER + 'bias = { draw = "randn", scale = "he" }\n': (
        "[[layer]] 1, bias, scale: `he` is for the weights of a layer; give a number here",
    ),
    DATA + LAYER + "weights = true\n": (f"[[layer]] 1, weights: {ENTRY} true",),
    DATA + LAYER + "weights = 2020-01-01\n": (f"[[layer]] 1, weights: {ENTRY} 2020-01-01",),
    DATA + "V = [[1], [1, 2, 3]]\n" + LAYER: (
        "[data], V[1]: 3 numbers, but the first row has 1 number: rows must be equally long",
    ),
    DATA + LAYER + "weights = [[1, 2, 3]]\n": (
        "[[layer]] 1, weights: the shape must be (1, 2), found (1, 3)",
    ),
    DATA + LAYER + "weights = [[1], [2]]\n": (
        "[[layer]] 1, weights: the shape must be (1, 2), found (2, 1); "
        "it is the transpose of what is wanted",
    ),
    DATA + LAYER + "weights = [1, 2]\n": (
        "[[layer]] 1, weights: the shape must be (1, 2), found (2,)",
    ),
    DATA + LAYER + 'weights = "zeros"\n': (f"[[layer]] 1, weights: {ENTRY} 'zeros'",),
    DATA + LAYER + "weights = [[[1]]]\n": (
        "[[layer]] 1, weights[0][0]: a matrix has rows and columns, no deeper lists",
    ),
    DATA + LAYER + "weights = [[]]\n": ("[[layer]] 1, weights[0]: an empty list is not an array",),
    DATA + LAYER + 'weights = [[1, "2"]]\n': (f"[[layer]] 1, weights[0][1]: {ENTRY} '2'",),
    DATA + LAYER + "bias = [1, 2]\n": ("[[layer]] 1, bias: the shape must be (1, 1), found (2,)",),
    DATA + "V = [[1, 2], [1, 2, 3]]\n" + LAYER: (
        "[data], V[1]: 3 numbers, but the first row has 2 numbers: rows must be equally long",
    ),
    # scalar notation
    'notation = "scalar"\n[data]\nx = [1, 2]\n' + LAYER: (
        '[data], x: scalar notation has single numbers; take notation = "column"',
    ),
    'notation = "scalar"\n[data]\nx = 1\n[[layer]]\nunits = 2\n': (
        "[[layer]] 1, units: scalar notation has one unit a layer",
    ),
    'notation = "scalar"\n[data]\nx = 1\n[network]\nsizes = [2, 1]\n': (
        "[network], sizes: scalar notation has one input, and one unit a layer",
    ),
    # several at once, each at its place
    SEVERAL: (
        f"`titel`: `titel` {TABLE} `title`?",
        "`seed`: must be at least 0, found -1",
        f"[[layer]] 1, bais: `bais` {KEY} `bias`?",
        "[[layer]] 1, units: expected a whole number, found '4'",
        "[loss]: the key `name` is missing",
        "[loss], gradient: `chain` is not one of the choices: did you mean `chained`?",
    ),
    DATA + 'V = { draw = "rndn", shape = [1] }\n' + LAYER + "weights = [[1]]\nbias = [1, 2, 3]\n": (
        "[data], V, draw: `rndn` is not a kind of draw: did you mean `randn`?",
        "[[layer]] 1, weights: the shape must be (1, 2), found (1, 1)",
        "[[layer]] 1, bias: the shape must be (1, 1), found (3,)",
    ),
}


@pytest.mark.parametrize(
    ("text", "lines"), MISTAKES.items(), ids=[" ".join(lines)[:60] for lines in MISTAKES.values()]
)
def test_a_mistake_is_told_with_its_place(
    text: str, lines: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert str(caught.value).splitlines() == [f"{path}: {line}" for line in lines]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (DATA + '[network]\nsizes = [2, "4", 1]\n', "[network], sizes[1]"),
        (DATA + "[network]\nsizes = [2, 4, 0]\n", "[network], sizes[2]"),
        (MODEL + '[[expect]]\nname = "J"\nshape = ["1"]\n', "[[expect]] 1, shape[0]"),
    ],
)
def test_a_mistake_inside_a_list_is_told_with_its_entry(text: str, where: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse(text, Path("mine.toml"))
    assert [problem.where for problem in caught.value.problems] == [where]
