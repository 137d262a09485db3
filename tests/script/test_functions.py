"""Calls of NumPy in the language."""

from pathlib import Path

import pytest

from tests.script.recording import opened, texts


@pytest.mark.parametrize("name", ["np.abs", "np.absolute"])
def test_the_absolute_value_is_followed_by_either_name(tmp_path: Path, name: str) -> None:
    program = opened(
        tmp_path,
        f"""
for i in range(5):
    size = {name}(X @ W - y)
    W = W - 0.1 * X.T @ size
""",
    )

    assert texts(program)[0] == "size = np.abs(X @ W - y)"
