import json
from pathlib import Path

import pytest

from nnscope.script.errors import ScriptError
from nnscope.script.process import record
from nnscope.script.source_text import read_source
from tests.script.shell import TRAINING, written


def notebook(folder: Path, *cells: str) -> Path:
    told = [{"cell_type": "markdown", "source": ["# A title"]}]
    told += [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return written(folder, json.dumps({"cells": told}), "homework.ipynb")


def test_the_cells_run_in_their_order_without_magics(tmp_path: Path) -> None:
    path = notebook(
        tmp_path,
        "%matplotlib inline\n!pip install x\nnp?",
        TRAINING,
        "%%bash\nls\n",
        "print(W.shape)",
    )
    recorded, printed = record(path)
    assert (recorded.iterations, recorded.error, printed) == (40, "", "(2, 1)\n")
    assert recorded.notes == (
        "homework.ipynb: lines that begin with %, ! or end with ? are left out "
        "(cell 1, line 1; cell 1, line 2; cell 1, line 3 and more)",
    )


def test_a_mistake_is_told_by_its_cell(tmp_path: Path) -> None:
    recorded, _ = record(notebook(tmp_path, TRAINING, "x = 1\n1 / 0"))
    assert recorded.error == ("homework.ipynb, cell 2, line 2: ZeroDivisionError: division by zero")


def test_a_row_that_goes_on_is_no_magic(tmp_path: Path) -> None:
    cell = 'a = (7\n% 4)\ntext = """\n%d is\n!"""\nif a:\n    %time\n    b = a\n'
    source = read_source(notebook(tmp_path, cell, "%%time\nc = 1"))
    assert source.text == (
        '# cell 1\na = (7\n% 4)\ntext = """\n%d is\n!"""\nif a:\n    pass  # %time\n    b = a\n'
        "# cell 2\npass  # %%time\nc = 1\n"
    )
    assert [source.place(row) for row in source.left_out] == [
        "homework.ipynb, cell 1, line 7",
        "homework.ipynb, cell 2, line 1",
    ]


@pytest.mark.parametrize("text", ["", "[1]", '{"cells": [{"cell_type": "code"}]}'])
def test_what_is_no_notebook(text: str, tmp_path: Path) -> None:
    path = written(tmp_path, text, "homework.ipynb")
    with pytest.raises(ScriptError, match=r"^homework\.ipynb is not a notebook of Jupyter$"):
        read_source(path)
    assert record(path)[0].error == "homework.ipynb is not a notebook of Jupyter"


def test_a_script_is_read_in_the_encoding_that_it_says(tmp_path: Path) -> None:
    path = tmp_path / "homework.py"
    path.write_bytes("# coding: latin-1\nprint('é')\n".encode("latin-1"))
    assert record(path)[1] == "é\n"
