"""The numbers of a chain for one cell: they multiply to what its largest path brings."""

from math import prod

import pytest

from nnscope.commands.loading import read_program
from nnscope.engine.timeline import Timeline
from nnscope.insight.chain.at_cell import path_numbers
from nnscope.insight.chain.factors import factors
from nnscope.insight.chain.paths import path_sum, path_sums


@pytest.mark.parametrize("scenario", ["two_layer", "deep_network_he", "single_neuron"])
def test_the_numbers_of_the_factors_multiply_to_the_largest_path(scenario: str) -> None:
    program = read_program(scenario)
    timeline = Timeline(program)
    timeline.seek(len(program.lines))
    frame, told = timeline.frame(), 0
    for line in program.lines:
        cell = (0,) * len(program.shapes[line.target])
        sums = path_sums(frame, line.target, cell) if line.gradient_of else ()
        found = path_numbers(frame, sums)
        if found is None:
            continue
        told += 1
        assert len(found.numbers) == len(factors(program, line.gradient_of))
        assert found.product == pytest.approx(prod(found.numbers))
        largest = path_sum(frame, line.target, cell)
        if not largest.closing:
            assert found.product == pytest.approx(largest.paths[0].value)
    assert told >= 3


def test_the_numbers_of_a_weight() -> None:
    program = read_program("two_layer")
    timeline = Timeline(program)
    timeline.seek(program.line_of["dW2"] + 1)
    frame = timeline.frame()
    found = path_numbers(frame, path_sums(frame, "dW2", (0, 0)))
    assert found is not None
    assert found.cell == "dW2[0, 0]"
    assert found.numbers == pytest.approx((-2.000437, 0.25, -0.01557446), rel=1e-6)
