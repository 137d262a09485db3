import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnscope.insight.numbers import CellFormat, full, short


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-12.0, "-12"), (99999.0, "99999"), (1e5, "1e+5"),
        (0.0031240, "0.003124"), (-1.2124e-5, "-1.212e-5"), (1e-4, "0.0001"), (-3.5, "-3.5"),
        (1234.5678, "1235"), (123456.0, "1.235e+5"), (1e300, "1e+300"), (1 / 3, "0.3333"),
        (math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf"),
    ],
)  # fmt: skip
def test_short_numbers(value: float, text: str) -> None:
    assert short(value) == text


def test_short_numbers_with_fewer_digits() -> None:
    assert (short(1 / 3, 2), short(-2.0e-7, 2), short(0.00996, 2)) == ("0.33", "-2e-7", "0.01")


@given(value=st.floats(-1e308, 1e308))
def test_a_short_number_is_near_and_a_full_one_is_exact(value: float) -> None:
    assert float(short(value)) == pytest.approx(value, rel=6e-4, abs=0)
    assert float(full(value)) == value
    assert len(short(value)) <= 11


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.30000000000000004"), (2.0, "2"), (-0.0, "0"), (1e22, "1e+22"),
        (math.nan, "nan"), (-math.inf, "-inf"), (123456.0, "123456"),
    ],
)  # fmt: skip
def test_full_numbers(value: float, text: str) -> None:
    assert full(value) == text


@pytest.mark.parametrize(
    ("window", "written"),
    [
        ([1, 2, 3], ["1", "2", "3"]),
        ([-12, 3], ["-12", "3"]),
        ([99999, 1], ["99999", "1"]),
        ([1.5, -2], ["1.5000", "-2.0000"]),
        ([0.001, 9999.4], ["0.0010", "9999.4000"]),
        ([-0.0, 0.5], ["0", "0.5000"]),
        ([0.0001, 2], ["1.00e-04", "2.00e+00"]),
        ([100000, 2], ["1.00e+05", "2.00e+00"]),
        ([12345.6], ["1.23e+04"]),
        ([math.nan, 1], ["nan", "1"]),
        ([-math.inf, 0.5], ["-inf", "0.5000"]),
        ([math.nan, math.inf], ["nan", "inf"]),
        ([0, 0], ["0", "0"]),
        ([], []),
    ],
)  # fmt: skip
def test_the_cells_of_a_window_are_written_alike(window: list[float], written: list[str]) -> None:
    cells = CellFormat(np.array(window, dtype=float))
    assert [cells.write(float(value)) for value in window] == written
    assert cells.width == max(map(len, written), default=1)


@given(window=st.lists(st.floats(width=64), min_size=1, max_size=12))
def test_no_cell_is_wider_than_the_width(window: list[float]) -> None:
    cells = CellFormat(np.array(window))
    assert max(len(cells.write(value)) for value in window) == cells.width
    finite = [value for value in window if math.isfinite(value) and value]
    assert all(float(cells.write(value)) != 0 for value in finite)


def test_cells_can_be_made_wider_and_never_narrower() -> None:
    cells = CellFormat(np.array([1.5]))
    assert cells.widened(3).width == 6
    assert cells.widened(9).width == 9


@pytest.mark.parametrize(
    ("window", "digits", "written", "power"),
    [
        ([0.5, -0.25], 3, [".500", "-.250"], 0),
        ([1.5, -2.25], 3, ["1.50", "-2.25"], 0),
        ([99.96, 1], 3, ["100", "1"], 0),
        ([0.00675, -0.000784], 3, ["6.75", "-.78"], -3),
        ([12345.6, 1.0], 3, ["1.23", "~0"], 4),
        ([0.5, -0.25, 0], 2, ["50", "-25", "0"], -2),
        ([5e-324, -5e-324], 2, ["49", "-49"], -325),
        ([1.7e308], 3, ["1.70"], 308),
        ([12, -3], 3, ["12", "-3"], 0),
        ([math.nan, -math.inf], 2, ["nan", "-inf"], 0),
    ],
)  # fmt: skip
def test_few_digits_take_a_power_of_ten_out(
    window: list[float], digits: int, written: list[str], power: int
) -> None:
    cells = CellFormat(np.array(window, dtype=float), digits)
    assert [cells.write(float(value)) for value in window] == written
    assert cells.power == power
