"""`nnscope diagnose`: the first wrong line of a program, the fact, and what it comes from."""

import json
from argparse import Namespace
from pathlib import Path

from nnscope.commands.diagnosing import diagnosed
from nnscope.commands.loading import load_program
from nnscope.commands.mistakes import MISTAKES, told
from nnscope.commands.output import complain
from nnscope.commands.recording import options_of
from nnscope.insight.diagnose.finding import Diagnosis
from nnscope.insight.diagnose.report import diagnosis_object, diagnosis_text, headline


def run(arguments: Namespace) -> int:
    """Diagnose each file; exit status 1 if any has a wrong line, 2 if any can't be compared."""
    files: list[str] = arguments.files
    if len(files) == 1:
        return _told(_diagnosed(files[0], arguments), arguments.json)
    return max(_in_a_line(file, arguments) for file in files)


def _diagnosed(file: str, arguments: Namespace) -> Diagnosis:
    return diagnosed(load_program(file, options=options_of(arguments)))


def _told(diagnosis: Diagnosis, as_json: bool) -> int:
    if as_json:
        print(json.dumps(diagnosis_object(diagnosis)))
    else:
        print("\n".join(diagnosis_text(diagnosis)))
    return diagnosis.status


def _in_a_line(file: str, arguments: Namespace) -> int:
    """Tell of one file of several; one that can't be used does not keep the others from it."""
    try:
        diagnosis = _diagnosed(file, arguments)
    except MISTAKES as mistake:
        if arguments.json:
            told_of = {"file": Path(file).name, "status": 2, "clean": False}
            print(json.dumps({**told_of, "trouble": told(mistake)}))
        else:
            complain(told(mistake))
        return 2
    found = diagnosis_object(diagnosis)
    print(json.dumps(found) if arguments.json else headline(diagnosis))
    return diagnosis.status
