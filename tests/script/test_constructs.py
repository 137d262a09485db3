import subprocess
import sys
from pathlib import Path

from nnscope.script.options import ScriptOptions
from nnscope.script.process import record
from tests.script.shell import written

CONSTRUCTS = Path(__file__).with_name("constructs.py.txt")  # so that no linter mends it


def printed_plain(script: Path, *arguments: str) -> str:
    """Run a script as Python does, and give what it prints."""
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_all_constructs_of_python_do_what_they_do_without_hooks(tmp_path: Path) -> None:
    script = written(tmp_path, CONSTRUCTS.read_text(encoding="utf-8"))
    recorded, printed = record(script, ScriptOptions(arguments=("a", "--b")))
    assert printed == printed_plain(script, "a", "--b")
    assert "no training loop was found" in recorded.error


def test_modules_and_data_beside_a_script_are_found(tmp_path: Path) -> None:
    (tmp_path / "numbers.csv").write_text("1,2\n3,4\n")
    written(tmp_path, "def doubled(x):\n    return x * 2\n", "helpers.py")
    (tmp_path / "pack").mkdir()
    written(tmp_path, "from . import inner\nvalue = inner.value\n", "pack/__init__.py")
    written(tmp_path, "value = 3.5\n", "pack/inner.py")
    script = written(tmp_path, """\
        import os, sys
        import helpers, pack
        from pathlib import Path
        print(helpers.doubled(pack.value), sys.path[0] == os.path.dirname(__file__))
        print(Path(__file__).with_name("numbers.csv").read_text(), sys.argv[1:], os.getcwd())
        """)  # fmt: skip
    _, printed = record(script, ScriptOptions(arguments=("x",)))
    assert printed == printed_plain(script, "x")


def test_a_generator_gives_batches_in_the_middle_of_its_own_loop(tmp_path: Path) -> None:
    script = written(tmp_path, """\
        import numpy as np
        X = np.arange(16.0).reshape(8, 2) / 16
        W, k = np.zeros((2, 1)), 0
        def batches():
            while True:
                for first in range(0, 8, 4):
                    yield X[first : first + 4]
        batch = batches()
        while k < 20:
            x = next(batch)
            d = x @ W - 1.0
            W -= 0.1 * x.T @ d
            k += 1
        print(W.tolist())
        """)  # fmt: skip
    recorded, printed = record(script)
    assert recorded.error == ""
    assert recorded.iterations == 20
    assert len(recorded.fed["x"]) == 20
    assert printed == printed_plain(script)


def test_warnings_name_the_row_of_the_script_once(tmp_path: Path) -> None:
    script = written(tmp_path, """\
        import numpy as np
        import warnings
        big = np.array([1000.0])
        for i in range(3):
            np.exp(big)
        np.log(big - 1000.0)
        warnings.warn("mine")
        """)  # fmt: skip
    _, printed = record(script)
    rows = [line.partition("homework.py:")[2] for line in printed.splitlines()[::2]]
    assert rows == [
        "5: RuntimeWarning: overflow encountered in exp",
        "6: RuntimeWarning: divide by zero encountered in log",
        "7: UserWarning: mine",
    ]
