"""Numbers that the engine does not compute with."""

from pathlib import Path

import pytest

from nnscope.script.errors import ScriptError
from tests.script.recording import opened


@pytest.mark.parametrize("start", ["W.astype(np.float32)", "W.astype(np.float16)"])
def test_a_parameter_of_less_precision_is_refused(tmp_path: Path, start: str) -> None:
    with pytest.raises(ScriptError, match=r"line 9: .* has numbers of float\d\d, and nnscope"):
        opened(
            tmp_path,
            f"""
W = {start}
for i in range(5):
    W = W - np.float32(0.1) * W
""",
        )
