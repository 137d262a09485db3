"""The update: the lines of an optimizer for each parameter, and what they start from."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct

from nnscope.expression.evaluate import Value, held
from nnscope.expression.number_types import DOUBLE, NumberType, number_type, of_type
from nnscope.expression.parse import parse
from nnscope.expression.syntax import Name, substitute
from nnscope.network.notation import Notation
from nnscope.network.schedules import Pair, Scheduled, read_numbers, read_schedule
from nnscope.program.assignment import Assignment
from nnscope.program.model import Phase
from nnscope.program.notes import UpdateRule
from nnscope.program.optimizers import COUNTING, DECAY, OPTIMIZERS, Hyperparameter, Optimizer
from nnscope.scenario.errors import one_of, wrong
from nnscope.scenario.schema import TrainingTable

_OWN_KEYS = tuple(key for key in TrainingTable.__struct_fields__ if key != "hyperparameters")
_COUNT = "number of the step, counted from 1"


class Trained(Struct, frozen=True):
    """A parameter with its gradient, both by name, and its layer; `decays` is for weights."""

    name: str
    gradient: str
    layer: int
    decays: bool


def choose_optimizer(training: TrainingTable) -> Optimizer:
    """Look an optimizer up by its name and convention; raises `ScenarioError` for another."""
    known = {each.convention: each for each in OPTIMIZERS if each.name == training.optimizer}
    if not known:
        listed = dict.fromkeys(each.name for each in OPTIMIZERS)
        raise wrong("[training], optimizer", one_of(training.optimizer, listed, "an optimizer"))
    if not training.convention:
        return next(iter(known.values()))
    if training.convention not in known:
        if not any(known):
            raise wrong("[training], convention", f"{training.optimizer} has only one")
        kind = f"a convention of {training.optimizer}"
        raise wrong("[training], convention", one_of(training.convention, known, kind))
    return known[training.convention]


class Updates(Struct, frozen=True, dict=True):
    """Writes the update of the parameters of a network.

    `batches` is the number of batches in an epoch. Raises `ScenarioError` for an unknown optimizer
    or schedule, and for numbers that are missing or can't be.
    """

    training: TrainingTable
    parameters: Sequence[Trained]
    batches: int = 1

    @cached_property
    def optimizer(self) -> Optimizer:
        """The rule that the parameters move by."""
        return choose_optimizer(self.training)

    @cached_property
    def _schedule(self) -> Scheduled | None:
        table = self.training.schedule
        return None if table is None else read_schedule(table)

    @cached_property
    def numbers(self) -> dict[str, float]:
        """The numbers that the lines read and do not change, by name."""
        found = dict(self._given)
        if self._schedule:
            found["initial_rate"] = found.pop("learning_rate")
            found |= self._schedule.numbers
            found |= {"batches": float(self.batches)} if self._schedule.by_epoch else {}
        if self.training.weight_decay:
            found["weight_decay"] = self.training.weight_decay
        return {name: number for name, number in found.items() if name != "t"}

    @cached_property
    def _given(self) -> dict[str, float]:
        known = dict(self.optimizer.hyperparameters)
        if self._schedule:
            known.setdefault("t", Hyperparameter(0.0, 0.0))
        return read_numbers(self.training.hyperparameters, known, "[training]", _OWN_KEYS)

    @property
    def _counts(self) -> bool:
        return self._schedule is not None or COUNTING in self.optimizer.shared

    def _shared(self) -> list[Pair]:
        """Write what is computed once: the learning rate, by the steps before, and the count."""
        scheduled = self._schedule.lines() if self._schedule else []
        counting = [COUNTING] if self._counts else []
        rest = [text for text in self.optimizer.shared if text != COUNTING]
        return [*scheduled, *(_pair(text, {}) for text in (*counting, *rest))]

    def _of(self, trained: Trained) -> list[Pair]:
        """Write what is computed for one parameter."""
        decay = [DECAY] if trained.decays and self.training.weight_decay else []
        meant = _meant(self.optimizer, trained)
        return [_pair(text, meant) for text in (*decay, *self.optimizer.lines)]

    def lines(self) -> list[Assignment]:
        """Write the shared lines, then those of each parameter, in layer order."""
        found = [Assignment(*pair, Phase.UPDATE) for pair in self._shared()]
        for each in self.parameters:
            found += [Assignment(*pair, Phase.UPDATE, each.layer) for pair in self._of(each)]
        return found

    def state(self, parameters: Mapping[str, Value]) -> dict[str, Value]:
        """Give what is carried beside the parameters: the number of steps, and zeros."""
        found: dict[str, Value] = {}
        if self._counts:
            found["t"] = of_type(self._given["t"], self._type_of(parameters))
        for each in self.parameters:
            zeros = np.zeros_like(parameters[each.name])
            for letter in self.optimizer.state:
                name = _meant(self.optimizer, each)[letter].id
                found[name] = held(zeros)
        return found

    @staticmethod
    def _type_of(parameters: Mapping[str, Value]) -> NumberType:
        return next((number_type(value) for value in parameters.values()), DOUBLE)

    @cached_property
    def rules(self) -> dict[str, UpdateRule]:
        """The lines that each parameter is to move by, under its name."""
        title = self.optimizer.full_title
        if self.training.weight_decay:
            title += " with weight decay"
        return {
            each.name: UpdateRule(title, (*self._shared(), *self._of(each)))
            for each in self.parameters
        }

    def describe(self, notation: Notation) -> None:
        """Say what the names of the update mean, and how mathematics writes them."""
        known = self.optimizer.hyperparameters
        for name in self.numbers:
            notation.meanings[name] = name.replace("_", " ")
            if name in known and known[name].symbol:
                notation.symbols[name] = known[name].symbol
        notation.symbols["learning_rate"] = "α"
        if self._schedule:
            told = f"learning rate of this iteration: {self._schedule.name} schedule"
            notation.meanings |= {"learning_rate": told, "epoch": "number of the epoch, from 0"}
            notation.symbols |= {"initial_rate": "α₀", "pi": "π"}
        if self._counts:
            notation.meanings["t"] = _COUNT
        told_of = {**self.optimizer.state, **self.optimizer.meanings}
        for each in self.parameters:
            for letter, meaning in told_of.items():
                words = meaning.format(P=each.name, dP=each.gradient)
                notation.meanings[_meant(self.optimizer, each)[letter].id] = words


def _meant(optimizer: Optimizer, trained: Trained) -> dict[str, Name]:
    """Give the names that the letters of an entry stand for: `v` is vdW1."""
    own = {text.partition(" = ")[0] for text in optimizer.lines} - {"P"}
    meant = {letter: Name(_own_name(letter, trained.gradient)) for letter in own}
    return {**meant, "P": Name(trained.name), "dP": Name(trained.gradient)}


def _own_name(letter: str, gradient: str) -> str:
    stem, _, suffix = letter.partition("_")
    return f"{stem}{gradient}_{suffix}" if suffix else f"{stem}{gradient}"


def _pair(text: str, meant: Mapping[str, Name]) -> Pair:
    """Read a line of an entry, with names put for its letters."""
    target, _, expression = text.partition(" = ")
    return meant[target].id if target in meant else target, substitute(parse(expression), meant)
