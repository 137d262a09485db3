"""What made a value, where there is only one object of its kind."""

from pathlib import Path

from tests.script.recording import opened, texts


def test_one_true_is_not_taken_for_another(tmp_path: Path) -> None:
    program = opened(
        tmp_path,
        """
w, v = np.float64(0.5), np.float64(0.7)
for i in range(5):
    first = w > 0
    second = v > 0
    dw = first * w
    dv = second * v
    w = w - 0.1 * dw
    v = v - 0.1 * dv
""",
    )

    assert texts(program)[:2] == ["dw = first * w", "dv = second * v"]
