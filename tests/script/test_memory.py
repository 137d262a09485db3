"""How copies of arrays lie in memory."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nnscope.script.feed import RecordedFeed
from nnscope.script.memory import behind_boundary, copied, narrowed
from nnscope.script.record import Recorded, decoded, encoded

A = np.arange(60.0).reshape(6, 10)


@pytest.mark.parametrize(("array", "strides"), [
    (A, (80, 8)),
    (A.T, (8, 80)),
    (A[1:4, :2], (24, 8)),
    (A[:, ::3], (64, 16)),
    (A[:, 4], (16,)),
    (A[:, 5], (16,)),
    (A[::-1], (-80, 8)),
    (A[:, ::-1], (80, -8)),
    (A[2:3, :4], (32, 8)),
    (A.reshape(3, 2, 10)[:, :, :5], (96, 48, 8)),
    (A[:, :0], (16, 8)),
    (np.array(3.0), ()),
])  # fmt: skip
def test_gaps_and_directions_are_kept(array: NDArray[np.float64], strides: tuple[int, ...]) -> None:
    assert narrowed(array) == strides
    assert copied(array).strides == strides
    assert np.array_equal(copied(array), array)
    assert narrowed(copied(array)) == strides
    assert behind_boundary(copied(array)) == behind_boundary(array)


@pytest.mark.parametrize(("arrays", "is_even"), [
    ([A[:2].copy(), A[2:4].copy()], True),
    ([np.float64(1), np.float64(2)], True),
    ([A[:2].copy(), A[2:5].copy()], False),
    ([A[:2, :4], A[2:4, :4]], False),
    ([A[0, 1:4], A[1, 1:4]], False),
])  # fmt: skip
def test_a_buffer_is_shared_by_what_lies_alike(
    arrays: list[NDArray[np.float64]], is_even: bool
) -> None:
    fed = [(at, copied(each) if each.ndim else each) for at, each in enumerate(arrays)]

    assert RecordedFeed({"x": fed}, {}).is_even == is_even


def test_they_are_kept_by_what_is_handed_over() -> None:
    start = {"x": A[1:4, :2], "y": A.T, "z": A[::-1]}

    found = decoded(encoded(Recorded(start=start))).start

    assert {name: each.strides for name, each in found.items()} == {
        "x": (24, 8), "y": (8, 80), "z": (-80, 8)}  # fmt: skip
    assert all(np.array_equal(found[name], each) for name, each in start.items())
