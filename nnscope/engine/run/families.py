"""Updates that are the same for several parameters, but for the names: done at once on flat arrays.

An optimizer has for each parameter the same few lines: `m = beta * m + (1 - beta) * dW1`, then
`W1 = W1 - rate * m`. Where such lines work cell by cell, the arrays that play the same role (all
parameters, all gradients, all moments) can be laid out one after the other, and each line runs once
for all of them. What all of them read (a learning rate, the step number) has no axes and stays.
"""

from functools import lru_cache

from msgspec import Struct, field

from nnscope.expression.operation import Kind
from nnscope.expression.shapes import sizes
from nnscope.expression.syntax import Expression, Name, Number, names, substitute, walk
from nnscope.expression.table import row_of
from nnscope.program.model import Program
from nnscope.program.order import MOST_FORMS

Role = tuple[str, ...]
"""What plays the same part in the updates of several parameters: a variable for each of them."""


class Family(Struct, frozen=True, eq=False):
    """Updates with the same lines. All roles list their variables in the same order.

    `states` are carried from iteration to iteration, `inputs` are made by lines of other kinds,
    such as gradients. `lines` are the targets of the common lines, in the order in which they run;
    the first variable of each has the line that stands for all.
    """

    states: tuple[Role, ...]
    inputs: tuple[Role, ...]
    lines: tuple[Role, ...]

    @property
    def roles(self) -> tuple[Role, ...]:
        """All roles of the family."""
        return (*self.states, *self.inputs, *self.lines)

    def overlaps(self, other: "Family") -> bool:
        """Tell whether two families have a variable in common."""
        own = {id_ for role in self.roles for id_ in role}
        return any(id_ in own for role in other.roles for id_ in role)

    @property
    def targets(self) -> frozenset[str]:
        """Every variable that the lines of the family make."""
        return frozenset(id_ for role in self.lines for id_ in role)


@lru_cache(maxsize=2 * MOST_FORMS)
def families(program: Program) -> tuple[Family, ...]:
    """List the families of updates: each of two parameters or more, none with a common variable."""
    found = list[Family]()
    for ends in _alike(program):
        known = {id_ for family in found for role in family.roles for id_ in role}
        left = tuple(end for end in ends if end not in known)
        family = _Growing(program, [left]).family if len(left) > 1 else None
        others = [each for each in found if family and each.overlaps(family)]
        if others:  # the same arrays in the same roles may still be updated together
            seeds = [role for each in others for role in each.lines]
            family = _Growing(program, [*seeds, left]).family
        if family:
            found = [*(each for each in found if each not in others), family]
    return tuple(found)


def _alike(program: Program) -> list[list[str]]:
    """Group the next values of what is carried by what their lines look like, the last first."""
    groups: dict[Expression, list[str]] = {}
    for end in program.carried.values():
        if end in program.line_of and program.shapes[end]:
            expression = program.lines[program.line_of[end]].expression
            if _is_by_cells(program, expression):
                groups.setdefault(_pattern(program, expression), []).append(end)
    return sorted(
        groups.values(), key=lambda ends: max(program.line_of[end] for end in ends), reverse=True
    )


def _arrays(program: Program, expression: Expression) -> tuple[str, ...]:
    """List the arrays that an expression reads, each once, in the order of their first use."""
    return tuple(name for name in names(expression) if program.shapes[name])


def _pattern(program: Program, expression: Expression) -> Expression:
    """Put the same names for the arrays that an expression reads."""
    arrays = _arrays(program, expression)
    return substitute(expression, {name: Name(f"_{at}") for at, name in enumerate(arrays)})


def _is_by_cells(program: Program, expression: Expression) -> bool:
    """Tell whether each cell is made of the same cell of every array that is read."""
    arrays = {*_arrays(program, expression)}
    shapes = {sizes(program.shapes[name]) for name in arrays}
    return len(shapes) == 1 and all(
        isinstance(node, Name | Number) or row_of(node).kind is Kind.ELEMENTWISE
        for node in walk(expression)
        if {*names(node)} & arrays
    )


class _Growing(Struct, eq=False):
    """A family that grows from the last lines of its updates back to what they begin with."""

    program: Program
    seeds: list[Role]
    role: dict[str, Role] = field(default_factory=dict)
    states: list[Role] = field(default_factory=list)
    inputs: list[Role] = field(default_factory=list)
    lines: list[Role] = field(default_factory=list)

    @property
    def family(self) -> Family | None:
        """The family, None where the updates do not fit together."""
        waiting = list(self.seeds)
        while waiting:  # the latest first: what reads a line is then known before it
            role = max(waiting, key=self._place)
            waiting.remove(role)
            known = {self.role.get(id_) for id_ in role}
            if known == {None} and len({*role}) == len(role):
                self.role |= dict.fromkeys(role, role)
                more = self._added(role)
                if more is None:
                    return None
                waiting += more
            elif known != {role}:
                return None
        self.lines.sort(key=lambda role: self.program.line_of[role[0]])
        found = Family(tuple(self.states), tuple(self.inputs), tuple(self.lines))
        return found if self._is_read_late(found) else None

    def _place(self, role: Role) -> int:
        return max(self.program.line_of.get(id_, -1) for id_ in role)

    def _added(self, role: Role) -> list[Role] | None:
        """Add a role; give those that belong to it, None where it fits in no way."""
        program = self.program
        if all(id_ in program.carried for id_ in role):
            self.states.append(role)
            ends = tuple(program.carried[id_] for id_ in role)
            return [ends] if all(id_ in program.line_of for id_ in ends) else []
        if not all(id_ in program.line_of for id_ in role):
            return None
        is_end = all(id_ in program.before for id_ in role)
        starts = [tuple(program.before[id_] for id_ in role)] if is_end else []
        if self._is_read_here(role) and self._is_alike(role):
            self.lines.append(role)
            return [*starts, *zip(*map(self._reads, role), strict=True)]
        self.inputs.append(role)
        return None if role in self.seeds else starts

    def _is_read_here(self, role: Role) -> bool:
        """Tell whether only the family reads a role, or the next iteration too."""
        lines = self.program.lines
        own = {id_ for known in self.lines for id_ in known}
        readers = {line.target for line in lines if {*role} & {*names(line.expression)}}
        return readers <= own or all(id_ in self.program.before for id_ in role)

    def _is_alike(self, role: Role) -> bool:
        """Tell whether the lines of a role are the same but for names, and work cell by cell."""
        expressions = list(map(self._expression, role))
        patterns = {_pattern(self.program, each) for each in expressions}
        shapes = ({sizes(self.program.shapes[name]) for name in (id_, *self._reads(id_))}
                  for id_ in role)  # fmt: skip
        fit = all(len(own) == 1 for own in shapes)
        return len(patterns) == 1 and fit and _is_by_cells(self.program, expressions[0])

    def _expression(self, id_: str) -> Expression:
        return self.program.lines[self.program.line_of[id_]].expression

    def _reads(self, id_: str) -> tuple[str, ...]:
        return _arrays(self.program, self._expression(id_))

    def _is_read_late(self, family: Family) -> bool:
        """Tell whether all other lines that read what the family makes come after its last one."""
        last = max(map(self._place, family.lines))
        return all(
            index > last
            for index, line in enumerate(self.program.lines)
            if line.target not in family.targets and family.targets & {*names(line.expression)}
        )
