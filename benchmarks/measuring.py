"""Timing contestants against each other: one process, one thread, taking turns."""

import gc
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.contestants import Contestant

Times = dict[str, list[float]]
"""The CPU seconds of an iteration, by contestant, in every round."""


@dataclass(frozen=True)
class Ratio:
    """How one contestant's time compares with another's: in the best rounds, and round by round."""

    best: float
    median: float
    low: float
    high: float


def take_turns(contestants: Mapping[str, Contestant], count: int, rounds: int) -> Times:
    """Let every contestant run `count` iterations in every round; one round before warms up.

    It is CPU time that is measured: everything runs on one thread, and what other programs do on
    the same machine then disturbs least. Who begins changes from round to round.
    """
    times: Times = {label: [] for label in contestants}
    labels = list(contestants)
    for number in range(rounds + 1):
        turn = number % len(labels)
        for label in labels[turn:] + labels[:turn]:
            gc.collect()
            started = time.process_time()
            contestants[label](count)
            spent = (time.process_time() - started) / count
            if number:
                times[label].append(spent)
    return times


def compare(times: Times, above: str, below: str) -> Ratio:
    """Divide one contestant's times by another's; the spread has nine tenths of the rounds."""
    pairs = sorted(a / b for a, b in zip(times[above], times[below], strict=True))
    edge = len(pairs) // 20
    return Ratio(
        min(times[above]) / min(times[below]), statistics.median(pairs), pairs[edge],
        pairs[-1 - edge],
    )  # fmt: skip


def differences(contestants: Mapping[str, Contestant], count: int) -> dict[str, float]:
    """Give each contestant's largest difference from the flat loop's costs, relative to them."""
    wanted = np.array(contestants["flat loop"](count))
    found = {
        label: np.array(run(count)) for label, run in contestants.items() if label != "flat loop"
    }
    return {label: float(np.max(np.abs(costs - wanted) / np.abs(wanted)))
            for label, costs in found.items()}  # fmt: skip
