"""The second names that a script gives to a gradient: `dZ1 = dA1` makes no new array.

A recording has the array once, under its first name. But where the derivative of an activation is
left out, just this line is wrong; so it is put back, and the lines behind it read it.
"""

import ast
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from nnscope.expression.syntax import Name, names, substitute
from nnscope.program.model import Line, Phase, Program, SourceSpan, Variable

_PHASES = (Phase.BACKWARD, Phase.UPDATE)


class Alias(Struct, frozen=True):
    """A statement that gives a value a second name: the two names, and where it stands."""

    name: str
    of: str
    at: SourceSpan


def with_aliases(program: Program) -> Program:
    """Put a line into a script's program for each second name of a gradient that is read."""
    for file, rows in program.notes.sources.items():
        for alias in _aliases(file, "\n".join(rows)):
            for line in program.lines:
                if line.phase in _PHASES and line.spelled == alias.of:
                    program = _put_back(program, line, alias)
    return program


def alias_of(program: Program, spelled: str) -> Alias | None:
    """Give the last statement of a script that gives a value a second name; None without one."""
    found = [alias for file, rows in program.notes.sources.items()
             for alias in _aliases(file, "\n".join(rows)) if alias.of == spelled]  # fmt: skip
    return found[-1] if found else None


def _aliases(file: str, text: str) -> Iterator[Alias]:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=ast.Name(of)) if name != of:
                row = node.lineno
                yield Alias(name, of, SourceSpan(file, row, (), f"{name} = {of}", row, row))


def _put_back(program: Program, line: Line, alias: Alias) -> Program:
    """Put the second name of a line's value before the first line that reads it by that name."""
    places = [place for place, each in enumerate(program.lines)
              if line.target in names(each.expression) and _is_reader(each, alias)]  # fmt: skip
    if not places:
        return program
    id_ = _new_id(program, alias.name)
    variable = Variable(id_, alias.name, program.variables[line.target].shape)
    lines = [replace(each, expression=substitute(each.expression, {line.target: variable.name}))
             if place in places else each
             for place, each in enumerate(program.lines)]  # fmt: skip
    own = Name(line.target, alias.of if line.target != alias.of else "")
    lines.insert(places[0], Line(id_, own, line.phase, line.layer, written=alias.name,
                                 at=alias.at))  # fmt: skip
    return replace(program, lines=tuple(lines), variables={**program.variables, id_: variable})


def _is_reader(line: Line, alias: Alias) -> bool:
    """Tell whether a line stands behind the statement and reads the value by the second name."""
    if line.at is None or line.at.file != alias.at.file or line.at.row <= alias.at.row:
        return False
    try:
        tree = ast.parse(line.at.text)
    except SyntaxError:
        return False
    return any(isinstance(node, ast.Name) and node.id == alias.name for node in ast.walk(tree))


def _new_id(program: Program, name: str) -> str:
    taken, id_ = program.variables, name
    while id_ in taken:
        id_ += "_"
    return id_
