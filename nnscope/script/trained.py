"""Which of the values that are carried on are trained, and which are the state of an optimizer."""

from collections.abc import Mapping

from nnscope.expression.parse import parse
from nnscope.expression.syntax import names
from nnscope.script.record import Recorded


def trained(recorded: Recorded) -> set[str]:
    """List the parameters without momentum and its like.

    A parameter leads to the next value of all that it trains with. State leads to itself and to
    one parameter: to fewer values than that does, or only the two updates read it.
    """
    reads = {line.id: {*names(parse(line.expression))} for line in recorded.lines}
    led = {id_: _led_to(id_, reads, recorded.carried) for id_ in recorded.parameters}
    ends = {*recorded.carried.values()}
    only_updates = {id_ for id_ in led if {line for line in reads if id_ in reads[line]} <= ends}
    return {
        id_ for id_ in led
        if not any(
            id_ in led[other] and (len(led[other]) > len(led[id_]) or id_ in only_updates)
            for other in led[id_] - {id_} if other in led
        )
    }  # fmt: skip


def _led_to(start: str, reads: Mapping[str, set[str]], carried: Mapping[str, str]) -> set[str]:
    """List the carried values whose next value depends on one, within an iteration."""
    found = {start}
    for id_, read in reads.items():
        if read & found:
            found.add(id_)
    return {id_ for id_, end in carried.items() if end in found}
