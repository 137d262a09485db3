"""`nnscope diagnose`: the first wrong line of a program, the fact, and what it comes from."""

import json
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path

from nnscope.commands.diagnosing import diagnosed
from nnscope.commands.loading import load_program
from nnscope.commands.mistakes import MISTAKES, told
from nnscope.commands.output import complain
from nnscope.commands.recording import options_of
from nnscope.insight.diagnose.finding import Diagnosis
from nnscope.insight.diagnose.given import diagnose_given
from nnscope.insight.diagnose.report import diagnosis_object, diagnosis_text, headline
from nnscope.program.model import Program
from nnscope.scenario.errors import wrong
from nnscope.scenario.files import read_arrays
from nnscope.script.options import ScriptOptions

_ARRAYS = ".npz"


def run(arguments: Namespace) -> int:
    """Diagnose each file; exit status 1 if any has a wrong line, 2 if any can't be compared.

    Files of arrays are compared with the one scenario or script that is named with them.
    """
    files = _work(arguments)
    if len(files) == 1:
        ((_, diagnose),) = files
        return _told(diagnose(), arguments.json)
    return max(_in_a_line(file, diagnose, arguments.json) for file, diagnose in files)


def _work(arguments: Namespace) -> list[tuple[str, Callable[[], Diagnosis]]]:
    """List what is to be diagnosed, each with how."""
    options = options_of(arguments)
    arrays = [file for file in arguments.files if file.endswith(_ARRAYS)]
    programs = [file for file in arguments.files if file not in arrays]
    if not arrays:
        return [(file, partial(_of_program, file, options)) for file in programs]
    if len(programs) != 1:
        raise wrong("", f"name one scenario or script that the arrays of {arrays[0]} are to be "
                        "compared with: nnscope diagnose two_layer mine.npz")  # fmt: skip
    program = load_program(programs[0], options=options)
    return [(file, partial(_of_arrays, program, file)) for file in arrays]


def _of_program(file: str, options: ScriptOptions) -> Diagnosis:
    return diagnosed(load_program(file, options=options))


def _of_arrays(program: Program, file: str) -> Diagnosis:
    return diagnose_given(program, read_arrays(Path(file)))


def _told(diagnosis: Diagnosis, as_json: bool) -> int:
    if as_json:
        print(json.dumps(diagnosis_object(diagnosis)))
    else:
        print("\n".join(diagnosis_text(diagnosis)))
    return diagnosis.status


def _in_a_line(file: str, diagnose: Callable[[], Diagnosis], as_json: bool) -> int:
    """Tell of one file of several; one that can't be used does not keep the others from it."""
    try:
        diagnosis = diagnose()
    except MISTAKES as mistake:
        if as_json:
            shown = {"file": file, "status": 2, "clean": False, "trouble": told(mistake)}
            print(json.dumps(shown))
        else:
            complain(told(mistake))
        return 2
    found = {**diagnosis_object(diagnosis), "file": file}
    print(json.dumps(found) if as_json else f"{file}: {headline(diagnosis).partition(': ')[2]}")
    return diagnosis.status
