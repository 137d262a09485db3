"""Published worked examples as scenarios: every number that a source printed must come out."""

from pathlib import Path

import numpy as np
import pytest

from nnscope.insight.check.printed_numbers import Check, verify
from nnscope.network.build import build
from nnscope.scenario.load import load, parse

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.toml"))


def told(check: Check) -> str:
    """Say of one expectation what was printed and what was found, to the last digit."""
    expectation = check.expectation
    printed = expectation.shape if expectation.value is None else expectation.value.tolist()
    found = np.shape(check.found) if expectation.value is None else np.asarray(check.found).tolist()
    return (
        f"iteration {expectation.iteration} ({expectation.when}), {expectation.text}: "
        f"{check.agreeing} of {expectation.count} numbers agree within {expectation.tolerance:g}\n"
        f"  printed {printed}\n  found   {found}"
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_printed_number_comes_out(path: Path) -> None:
    checks = list(verify(build(load(path))))
    wrong = [told(check) for check in checks if not check.passed]
    assert not wrong, f"{path.name}\n" + "\n".join(wrong)
    assert sum(check.expectation.count for check in checks) > 0, f"{path.name} expects nothing"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_file_says_what_it_is_and_who_printed_it(path: Path) -> None:
    scenario = load(path)
    assert scenario.title != path.stem
    assert scenario.source


def test_the_collection_is_whole() -> None:
    assert len(FILES) >= 80
    assert sum(build(load(path)).notes.expectations != () for path in FILES) == len(FILES)


@pytest.mark.parametrize(
    ("name", "printed", "misprinted"),
    [
        ("A06_l_model_forward", "0.70498921", "0.70498931"),
        ("A06_l_model_forward", "0.70498921", "0.70498922"),
        ("A17_logistic_propagate", "2.39507239", "2.39507249"),
        ("B13_flower", "0.217504", "0.217505"),
        ("D01_mazur", "0.298371109", "0.298371119"),
    ],
)
def test_a_wrong_digit_is_noticed(name: str, printed: str, misprinted: str) -> None:
    path = FOLDER / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count(printed) == 1
    checks = list(verify(build(parse(text.replace(printed, misprinted), path))))
    wrong = [check for check in checks if not check.passed]
    assert len(wrong) == 1
    assert wrong[0].agreeing == wrong[0].expectation.count - 1
