"""Random keys on the debugger, with what is shown afterwards held against a plain recorded run."""

import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from textual.pilot import Pilot
from textual.widgets import Input

from nnscope.engine.find.search import Found
from nnscope.network.build import build
from nnscope.program.model import Program
from nnscope.scenario.load import load
from nnscope.tui.app import NnscopeApp
from nnscope.tui.control.job import Outcome
from nnscope.tui.control.worker import Worker
from nnscope.tui.dialogs.letter import LetterPrompt
from nnscope.tui.dialogs.prompt import Prompt
from nnscope.tui.keymap import BINDINGS
from tests.engine.histories import Plain
from tests.forms import with_forms
from tests.hand_built import HAND_BUILT
from tests.samples import LIBRARY, Sample, program, samples
from tests.tui.screens import debugger, press, send, settle, shown

SIZES = ((60, 18), (80, 24), (120, 36), (160, 45), (200, 60))
PUBLISHED = Path(__file__).parent.parent / "published"
ITERATIONS = 60  # of a run at most, so that it can be recorded whole
_FORMS = ([0, 1], [0, 1, 1, 2], [0] * 9 + [2] * 12 + [1] * 19)
OWN = '\n[[override]]\ntarget = "{}"\nexpression = "1"\n'
_RANDOM = 200
_QUITS = {"q", "colon"}
_KEYS = [key for binding in BINDINGS for key in binding.key.split(",") if key not in _QUITS]
_HASTE = 0.25  # so many keys come before the one before them is done
_ANSWERS = ("", "0", "1", "3", "59", "a", "J", "J < 0.5", "J < 0.5 begins", "J changes by 0.01",
            "W1[0, 0] changes sign", "np.max(np.abs(dW1)) > 0.1 time 2", "line dW1",
            "line 3 time 2", "health dead units", "health rising cost begins", "W1", "dW1[0, 0]",
            "np.log(-Z1)", "np.sum(Z1)", "Z1 > 0", "1", "dZ1", "0 * J", "1e200 * Z1", "64kB",
            "8MB")  # fmt: skip


async def press_at_random(
    built: Program, size: tuple[int, int], count: int, seed: str
) -> list[str]:
    """Press so many keys, some in haste; nothing may break, and the moment must be the right one.

    The keys are given for a message.
    """
    draw, pressed = random.Random(seed), list[str]()
    async with shown(NnscopeApp(built), size) as pilot:
        mistakes = _watched(debugger(pilot).worker)
        for _ in range(count):
            key = draw.choice(_KEYS)
            pressed.append(key)
            if draw.random() < _HASTE and len(pilot.app.screen_stack) == 2:
                send(pilot, key)
                continue
            await press(pilot, key)
            await _answered(pilot, draw, pressed)
        await settle(pilot)
        await _left(pilot)
        assert pilot.app._exception is None, pressed
        assert not mistakes, (mistakes, pressed)
        screen = debugger(pilot)
        assert screen.worker.job is None, pressed
        assert screen.view.frame is screen.worker.frame, pressed
        assert Plain(screen.worker.program).agrees(screen.worker.frame), pressed
    return pressed


def _watched(worker: Worker) -> list[str]:
    """Give a list to which every mistake of nnscope itself is put that the worker has caught."""
    guarded, mistakes = worker._guarded, list[str]()

    def watched(work: Callable[[], Found | None]) -> Outcome:
        outcome = guarded(work)
        mistakes.extend(each for each in [outcome.error] if each and "nnscope itself" in each)
        return outcome

    worker._guarded = watched  # type: ignore[method-assign]
    return mistakes


async def _answered(pilot: Pilot[None], draw: random.Random, pressed: list[str]) -> None:
    """Answer a question that was asked, and leave whatever is open on top."""
    if isinstance(pilot.app.screen, LetterPrompt):
        letter = draw.choice("ab1")
        pressed.append(letter)
        await press(pilot, letter)
    elif isinstance(pilot.app.screen, Prompt):
        answer = draw.choice(_ANSWERS)
        pressed.append(f"{answer!r}")
        pilot.app.screen.query_one(Input).value = answer
        await press(pilot, "enter")
    await _left(pilot)


async def _left(pilot: Pilot[None]) -> None:
    while len(pilot.app.screen_stack) > 2:
        await press(pilot, "escape")


def programs(share: int) -> list[tuple[str, Callable[[], Program]]]:
    """List what there is by name: the library, and a `share`-th of the examples and random ones.

    Nothing is built before it is called.
    """
    published = sorted(PUBLISHED.glob("*.toml"))[::share]
    return [
        *((path.stem, partial(_of_file, path)) for path in sorted(LIBRARY.glob("*.toml"))),
        *((path.stem, partial(_of_file, path)) for path in published),
        *((name, origin.program) for name, origin in HAND_BUILT.items()),
        *((f"forms {numbers}", partial(with_forms, numbers)) for numbers in _FORMS),
        *_random_scenarios(_RANDOM // share),
    ]


def _of_file(path: Path) -> Program:
    """Build a scenario, cut to so many iterations."""
    built = build(load(path))
    is_long = built.iterations > ITERATIONS
    return built.origin.with_iterations(ITERATIONS) if is_long else built


def _random_scenarios(count: int) -> Iterator[tuple[str, Callable[[], Program]]]:
    """Give random scenarios, always the same ones; every third has a gradient that broadcasts."""
    found = list[Sample]()

    @settings(max_examples=count, derandomize=True, database=None, deadline=None,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(sample=samples(iterations=12))
    def collect(sample: Sample) -> None:
        found.append(sample)

    collect()
    for number, sample in enumerate(found[:count]):
        yield f"random {number}", partial(_of_sample, sample, broadcasts=number % 3 == 0)


def _of_sample(sample: Sample, broadcasts: bool) -> Program:
    built = sample.program()
    targets = [line.spelled for line in built.lines if line.gradient_of in built.parameters]
    return program(sample.text + OWN.format(targets[-1])) if broadcasts and targets else built
