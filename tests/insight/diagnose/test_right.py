"""No false alarm: right arrays in other orders of operations, and right programs."""

import os
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nnscope.commands.diagnosing import diagnosed
from nnscope.commands.loading import read_program
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.operation import Kind
from nnscope.expression.syntax import Expression, Name, Number, children, with_operands
from nnscope.expression.table import row_of
from nnscope.insight.diagnose.given import diagnose_given
from nnscope.insight.diagnose.slips.slip import Kind as SlipKind
from nnscope.program.model import Phase, Program
from tests.insight.diagnose.planting import Network, networks, program_of, script_of

Array = NDArray[np.float64]
SETS = int(os.environ.get("NNSCOPE_RIGHT_SETS", "24"))
PROGRAMS = Path(__file__).parent.parent.parent / "script" / "programs"


def products_by_loops(left: Array, right: Array) -> Array:
    """Multiply matrices as a learner does by hand: example by example."""
    found = np.zeros((left.shape[0], right.shape[1]))
    for at in range(left.shape[1]):
        found += np.outer(left[:, at], right[at])
    return found


Product = Callable[[Array, Array], Array]
PRODUCTS: tuple[Product, ...] = (
    products_by_loops,
    lambda left, right: np.einsum("ij,jk->ik", left, right),
    lambda left, right: (right.T @ left.T).T,
    lambda left, right: np.asarray(left.astype(np.float32) @ right.astype(np.float32), np.float64),
)


def computed(part: Expression, values: Mapping[str, Value], product: Product) -> Value:
    """Compute an expression part by part, its products of matrices in another way."""
    if isinstance(part, Name | Number):
        return evaluate(part, values)
    operands = {f"part{at}": computed(each, values, product)
                for at, each in enumerate(children(part))}  # fmt: skip
    if row_of(part).kind is Kind.PRODUCT:
        left, right = (np.asarray(each) for each in operands.values())
        return product(left, right)
    return evaluate(with_operands(part, [Name(name) for name in operands]), operands)


def in_other_order(program: Program, product: Product) -> Mapping[str, Value]:
    """Compute an iteration by another kind of product."""
    values = {**program.start}
    for line in program.lines:
        values[line.target] = computed(line.expression, values, product)
    judged = (Phase.FORWARD, Phase.BACKWARD)
    return {line.spelled: values[line.target] for line in program.lines if line.phase in judged}


def right_sets() -> list[tuple[Network, int]]:
    found = ((network, at) for network in networks(1 + SETS // 32) for at in range(len(PRODUCTS)))
    return list(islice(found, SETS))


def test_right_arrays_in_another_order() -> None:
    wrong = []
    for network, at in right_sets():
        program = program_of(network)
        arrays = in_other_order(program, PRODUCTS[at])
        if diagnose_given(program, arrays).findings:
            wrong.append((network, at))
    assert wrong == []


@pytest.mark.parametrize("name", ["relu_where", "momentum", "class_network", "network_lists"])
def test_right_scripts(name: str) -> None:
    program = read_program(str(PROGRAMS / f"{name}.py"), tell=lambda _: None)
    found = diagnosed(program)
    assert found.findings == ()
    assert found.right


def test_a_line_without_effect_is_found_in_the_source(tmp_path: Path) -> None:
    path = tmp_path / "still.py"
    program = program_of(next(iter(networks(1))))
    text = script_of(program)
    line = next(each.text for each in program.lines if each.target == program.carried["b1"])
    path.write_text(text.replace(line, "b1 = b1"), encoding="utf-8")
    row = path.read_text(encoding="utf-8").splitlines().index("    b1 = b1") + 1
    (finding,) = diagnosed(read_program(str(path), tell=lambda _: None)).findings
    assert finding.place.at is not None
    assert (finding.place.at.row, finding.kind) == (row, SlipKind.MISSING)
