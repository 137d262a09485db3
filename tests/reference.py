"""The parts of the pages in docs/ that are made of the program's own tables."""

import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

from nnscope.network.losses import LOSSES, Loss
from nnscope.scenario.arrays import DIVISORS, SCALES, ArrayTable
from nnscope.scenario.datasets import DATASETS
from nnscope.scenario.draws import DRAWS, NEEDS
from nnscope.scenario.schema import (
    EvaluateTable,
    ExpectTable,
    LayerTable,
    LineTable,
    LossTable,
    NamesTable,
    NetworkTable,
    OverrideTable,
    ScenarioTable,
    StopTable,
    TrainingTable,
)
from tests.reference_commands import commands, ids, options

ROOT = Path(__file__).parent.parent
README, FILE_FORMAT, SCREEN, COMMANDS = (
    ROOT / "README.md", ROOT / "docs/file-format.md", ROOT / "docs/screen.md",
    ROOT / "docs/commands.md",
)  # fmt: skip
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))
START, END = "<!-- made of the tables of the program: {} -->", "<!-- end of {} -->"

TABLES: dict[str, type[msgspec.Struct]] = {
    "top level": ScenarioTable,
    "`[names]`": NamesTable,
    "an array": ArrayTable,
    "`[[layer]]`": LayerTable,
    "`[network]`": NetworkTable,
    "`[[line]]`": LineTable,
    "`[loss]`": LossTable,
    "`[training]`": TrainingTable,
    "`[[override]]`": OverrideTable,
    "`[[evaluate]]`": EvaluateTable,
    "`[[expect]]`": ExpectTable,
    "`[[stop]]`": StopTable,
}


def keys() -> Iterator[str]:
    """List every key of every table, with what it may be and what it is where it is left out."""
    yield "| table | key | what it may be | left out |"
    yield "|---|---|---|---|"
    for table, struct in TABLES.items():
        fields = msgspec.structs.fields(struct)
        hints = typing.get_type_hints(struct, include_extras=True)
        for field in fields:
            told = " or ".join(dict.fromkeys(words(hints[field.name])))
            is_rest = get_origin(hints[field.name]) is dict and struct is not ScenarioTable
            name = "its other keys" if is_rest else f"`{field.name}`"
            yield f"| {table} | {name} | {told} | {left_out(field)} |"


def words(kind: Any) -> Iterator[str]:
    """Say in words what a value of a type is."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        bounds = [part for part in parts[1:] if isinstance(part, msgspec.Meta)]
        least = next((meta.ge for meta in bounds if meta.ge is not None), None)
        for word in words(parts[0]):
            yield f"{word} from {least:g} up" if least is not None else word
    elif origin in (types.UnionType, typing.Union):
        for part in parts:
            yield from words(part)
    elif origin is Literal:
        yield ", ".join(f'`"{choice}"`' for choice in parts if choice)
    elif origin in (list, tuple):
        inner = " or ".join(words(parts[0]))
        inner = inner.replace("whole number", "whole numbers")
        yield "several tables" if inner == "table" else f"list of {inner}"
    elif kind is not type(None):
        yield WORDS.get(origin or kind, "table" if origin is dict else "")


WORDS = {
    str: "text", int: "whole number", float: "number", bool: "`true`, `false`",
    dict: "table", Any: "number, list or table",
    **dict.fromkeys([*TABLES.values()], "table"),
}  # fmt: skip


def left_out(field: msgspec.structs.FieldInfo) -> str:
    """Write what a key is by default, as it would stand in a file."""
    if field.required:
        return "needed"
    default = field.default
    if default is msgspec.NODEFAULT or default in (None, "", ()):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, msgspec.Struct):
        return ""
    return f'`"{default}"`' if isinstance(default, str) else f"`{default}`"


def losses() -> Iterator[str]:
    """List the losses; the first factor of a name is its default."""
    yield "| `name` | `factor` | J | `average`, unless told | `gradient`, unless told |"
    yield "|---|---|---|---|---|"
    firsts = {loss.name: loss for loss in reversed(LOSSES)}
    for loss in LOSSES:
        default = " (default)" if loss is firsts[loss.name] and _has_factors(loss) else ""
        where = f"`{loss.average}`" if loss.divisor else "nothing to divide by"
        combined = ", ".join(f"`{name}`" for name in loss.combined)
        how = f"`combined` behind {combined}, else `chained`" if combined else "`chained`"
        yield f"| `{loss.name}` | `{loss.factor}`{default} | `{loss.cost}` | {where} | {how} |"


def _has_factors(loss: Loss) -> bool:
    return sum(loss.name == each.name for each in LOSSES) > 1


def scales() -> Iterator[str]:
    """List the scales of starting weights, and what they may be divided by."""
    yield "| in the table of the weights | which means | after |"
    yield "|---|---|---|"
    for key, sign, table in (("scale", "*", SCALES), ("divide", "/", DIVISORS)):
        for name, each in table.items():
            yield f'| `{key} = "{name}"` | `{sign} {each.formula}` | {each.reference} |'


def draws() -> Iterator[str]:
    """List the draws and the data sets, each told by its own docstring."""
    yield "| array | with | what it is |"
    yield "|---|---|---|"
    for name, draw in DRAWS.items():
        needed = ", ".join(f"`{key}`" for key in NEEDS.get(name, ()))
        yield f'| `draw = "{name}"` | {needed} | {told(draw)} |'
    for name, dataset in DATASETS.items():
        yield f'| `dataset = "{name}"` | | {told(dataset)} |'


def told(function: Callable[..., object]) -> str:
    """Give a docstring on one line."""
    return " ".join((function.__doc__ or "").split())


BLOCKS: dict[str, tuple[Path, Callable[[], Iterator[str]]]] = {
    "keys": (FILE_FORMAT, keys),
    "losses": (FILE_FORMAT, losses),
    "scales": (FILE_FORMAT, scales),
    "draws": (FILE_FORMAT, draws),
    "ids": (SCREEN, ids),
    "commands": (COMMANDS, commands),
    "options": (COMMANDS, options),
}


def made(name: str) -> str:
    """Write a block with its marks."""
    return "\n".join([START.format(name), *BLOCKS[name][1](), END.format(name)])


def renew(name: str) -> None:
    """Write a block into its page as the tables have it now."""
    page = BLOCKS[name][0]
    before, _, rest = page.read_text(encoding="utf-8").partition(START.format(name))
    _, _, after = rest.partition(END.format(name))
    page.write_text(before + made(name) + after, encoding="utf-8")
