"""The dimension sheet: letters, numbers, and what meets what on every line."""

import pytest
from hypothesis import given

from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.operation import Kind
from nnscope.expression.parse import parse
from nnscope.expression.shapes import Axis, Shape, infer, sizes
from nnscope.expression.syntax import Call, walk
from nnscope.insight.line.shape_fit import LEGEND, fit
from nnscope.insight.line.shape_sheet import dimensions, line_row, render
from tests.examples import examples
from tests.expression.calls import call_of
from tests.samples import NEURON, PAIR, Sample, library, program, samples

N0, N1, M, ONE = Axis(2, "n0"), Axis(4, "n1"), Axis(3, "m"), Axis(1)
SHAPES: dict[str, Shape] = {
    "W": (N1, N0), "X": (N0, M), "b": (N1, ONE), "Z": (N1, M), "v": (M,), "u": (N0,), "m": (),
    "c": (ONE, ONE), "alone": (Axis(1, "n1"), M),
}  # fmt: skip


def fits() -> dict[str, str]:
    """List the fits of two layers, by target."""
    return {row.text.partition(" = ")[0]: row.fit for row in dimensions(program(PAIR)).lines}


def test_the_lines_of_two_layers() -> None:
    found = fits()
    assert found["Z1"] == "(n1, [n0]) @ ([n0], m) + (n1, 1~) -> (n1, m)"
    assert found["A1"] == "np.tanh((n1, m)) -> (n1, m)"
    assert found["dW2"] == "(n2, [m]) @ ([m], n1) / m -> (n2, n1)"
    assert found["db1"] == "np.sum((n1, {m}), axis=1, keepdims=True) / m -> (n1, 1)"
    assert found["dZ1"] == "((n1, [n2]) @ ([n2], m)) * (1 - (n1, m) ** 2) -> (n1, m)"
    assert found["W1"] == "(n1, n0) - learning_rate * (n1, n0) -> (n1, n0)"


@pytest.mark.parametrize(("text", "wanted"), [
    ("W.T @ Z", "(n0, [n1]) @ ([n1], m)"),
    ("u @ X", "([n0],) @ ([n0], m)"),
    ("W @ u", "(n1, [n0]) @ ([n0],)"),
    ("np.dot(W, X)", "np.dot((n1, [n0]), ([n0], m))"),
    ("Z + v", "(n1, m) + (m,)~"),
    ("v + v", "(m,) + (m,)"),
    ("Z * c", "(n1, m) * (1~, 1~)"),
    ("Z - alone", "(n1, m) - (n1~, m)"),
    ("Z / np.sum(Z, axis=0, keepdims=True)", "(n1, m) / np.sum(({n1}, m), axis=0, keepdims=True)~"),
    ("np.where(Z > 0, Z, m)", "np.where((n1, m) > 0, (n1, m), m)"),
    ("np.maximum(Z, b)", "np.maximum((n1, m), (n1, 1~))"),
    ("softmax(Z, axis=0)", "softmax((<n1>, m), axis=0)"),
    ("np.mean(Z)", "np.mean(({n1}, {m}))"),
    ("-(Z - b) ** 2", "-((n1, m) - (n1, 1~)) ** 2"),
    ("Z[:, 0:2]", "(n1, 2)"),
    ("not m", "not m"),
])  # fmt: skip
def test_how_shapes_fit(text: str, wanted: str) -> None:
    assert fit(parse(text), SHAPES) == wanted


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_every_function_of_the_language(row: object) -> None:
    function = next(each for each in FUNCTIONS.values() if each is row)
    named = {Kind.PRODUCT: "WX", Kind.OUTER: "vu"}.get(function.kind, "Z" * function.operands)
    has_axis = "axis" in function.options and function.kind is not Kind.RESHAPED
    found = fit(parse(call_of(function, named, *["axis=0"] * has_axis)), SHAPES)
    mark = {
        Kind.PRODUCT: "[n0]", Kind.REDUCTION: "{n1}", Kind.ALONG_AXIS: "<n1>", Kind.OUTER: "(m,)",
    }  # fmt: skip
    assert found.startswith(f"{function.name}(")
    assert mark.get(function.kind, "(n1, m)") in found


@examples(25)
@given(sample=samples())
def test_any_program_has_a_sheet_that_says_what_it_is(sample: Sample) -> None:
    built = sample.program()
    sheet = dimensions(built)
    assert {row.name: row.sizes for row in sheet.arrays} == {
        each.spelled: sizes(each.shape) for each in built.variables.values()}  # fmt: skip
    assert all(row.meaning for row in sheet.arrays)
    for row, line in zip(sheet.lines, built.lines, strict=True):
        calls = [node for node in walk(line.expression) if isinstance(node, Call)]
        assert all(call.function in row.fit for call in calls)
        assert len(infer(line.expression, built.shapes)) == len(built.shapes[line.target])
    assert render(sheet)


def test_the_axes_are_told() -> None:
    axes = [(axis.name, axis.size, axis.meaning) for axis in dimensions(program(PAIR)).axes]
    assert axes == [
        ("n0", 2, "number of inputs"), ("n1", 2, "number of units of layer 1"),
        ("n2", 1, "number of units of layer 2"), ("m", 3, "number of examples"),
    ]  # fmt: skip
    assert dimensions(program(NEURON)).axes == ()


def test_an_array_in_letters_and_numbers() -> None:
    (row,) = [row for row in dimensions(library("two_layer")).arrays if row.name == "dW1"]
    assert (row.symbol, row.letters, row.sizes) == ("∂J/∂W₁", "(n1, n0)", (4, 2))
    assert row.meaning == "gradient of the cost with respect to W1"


def test_one_line_for_the_screen() -> None:
    row = line_row(library("three_layer_forward"), 0)
    assert (row.index, row.text) == (0, "A1 = X @ W1 + B1")
    assert row.fit == "([n0],) @ ([n0], n1) + (n1,) -> (n1,)"


def test_every_mark_is_in_the_legend() -> None:
    assert [mark for mark, _ in LEGEND] == ["[n0]", "1~", "(n1,)~", "{m}", "<n1>", "m"]
