"""The phase of each line, read off what depends on what."""

from collections.abc import Mapping, Sequence

from nnscope.expression.syntax import names
from nnscope.program.assignment import Assignment
from nnscope.program.model import Phase


def phases(lines: Sequence[Assignment], cost: str, carried: Mapping[str, str]) -> list[Phase]:
    """Tell the phase of each line, given the id of the cost and what is carried.

    Forward is what the cost depends on, the loss is the cost. An update makes what the next
    iteration starts from, or leads there alone without being a gradient. The rest is the backward
    pass; without a cost there is none, and the rest is forward.
    """
    reads = {line.target: set(names(line.expression)) for line in lines}
    nexts = set(carried.values())
    forward = _ancestors(cost, {id_: read - nexts for id_, read in reads.items()})
    updates = _updates(lines, reads, {*forward, cost} - {""}, carried)
    rest = Phase.BACKWARD if cost else Phase.FORWARD
    return [
        Phase.LOSS if line.target == cost
        else Phase.FORWARD if line.target in forward
        else Phase.UPDATE if line.target in updates
        else rest
        for line in lines
    ]  # fmt: skip


def _ancestors(target: str, reads: Mapping[str, set[str]]) -> set[str]:
    found, waiting = set[str](), [target] if target in reads else []
    while waiting:
        for name in reads[waiting.pop()]:
            if name in reads and name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _updates(
    lines: Sequence[Assignment],
    reads: Mapping[str, set[str]],
    forward: set[str],
    carried: Mapping[str, str],
) -> set[str]:
    """Find the lines of the update, from the last one back.

    Beside what is carried on, a line that only updates read belongs to them if it reads an update
    itself (a corrected moment), or nothing that the forward pass makes or reads of what is trained
    (a learning rate that decays).
    """
    updates = set(carried.values())
    readers_of: dict[str, set[str]] = {}
    for target, names_ in reads.items():
        for name in names_:
            readers_of.setdefault(name, set()).add(target)
    trained = {name for target in forward for name in reads[target]} & carried.keys()
    for line in reversed(lines):
        target = line.target
        readers = readers_of.get(target, set())
        if target in forward or target in updates or not readers or not readers <= updates:
            continue
        computed = {name for name in reads[target] if name in reads}
        if computed & updates or not computed | (trained & reads[target]):
            updates.add(target)
    return updates
