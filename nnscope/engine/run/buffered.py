"""The fast way to run: lines as NumPy calls that write into reused buffers.

The calls are those that the listing makes, on operands of the same layout, so the bits are the
same; what is saved is allocation and repetition. Four things are done:

* every array has a buffer of its own, and every intermediate result one from a pool;
* what never changes (`1 - Y`, `X.T`) is computed once;
* everything that is carried lies in one flat array, and an update writes over what it replaces
  where nothing reads the old value any more;
* updates that are the same for several parameters run at once, see `families`, and so does the
  division by m that their gradients end with, see `divisions`.

What can't be written so is left as its plain source.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnscope.engine.run.divisions import divisions
from nnscope.engine.run.families import Family, Role, families
from nnscope.engine.run.flat_state import StateLayout, cells, starts
from nnscope.engine.run.loop import RunLoop, Test, changes
from nnscope.engine.run.lowerable import never_change
from nnscope.engine.run.samples import Samples
from nnscope.engine.run.schedule import (
    Run,
    Step,
    Together,
    Undivided,
    made_by,
    overwriting,
    schedule,
)
from nnscope.engine.run.statements import Statements
from nnscope.engine.run.writer import build_loop, loop_source
from nnscope.expression.evaluate import Value
from nnscope.expression.number_types import DOUBLE, SINGLE
from nnscope.expression.syntax import Expression, Name, names, substitute
from nnscope.program.model import Program


class Buffered:
    """Writes lines into buffers, with the values of one iteration as an example of every layout.

    `values` are the values at the end of an iteration. `flat` tells of each flat array whose
    variables lie in it. `source` is the text of the loop. See `writer.Policy` for the rest.
    """

    state = "_theta"

    def __init__(
        self,
        program: Program,
        values: Mapping[str, Value],
        tests: Sequence[Test] = (),
        samples: Samples | None = None,
        layout: StateLayout | None = None,
    ) -> None:
        samples = samples or Samples()
        self._program = program
        self._layout = layout or StateLayout(program)
        self._statements = Statements(values, never_change(program))
        self.scope = self._statements.scope
        self.scope |= changes(tests) | (samples.scope if samples.expressions else {})
        self.flat: dict[str, Role] = {}
        self._flat_of: dict[str, Name] = {}  # by the first variable of a role
        self._bind_state()
        self._bind_feed()
        known = [each for each in families(program) if self._is_plain_float(each)
                 and all(map(self._layout.has_together, each.states))]  # fmt: skip
        divided = divisions(program, known, values)
        self.steps: Sequence[Step] = schedule(program, known, tests, samples.expressions, divided)
        fits = {end for name, end in program.carried.items() if self._fits(name, end)}
        self._overwriting = overwriting(program, self.steps, fits)
        for family in known:
            self._bind_family(family)
        self._has_overwritten = self._is_copied = False
        self.source = loop_source(program, self)

    @property
    def computed_once(self) -> Mapping[str, Expression]:
        """What is computed once, before the run, by the name that it gets."""
        return self._statements.computed_once

    @property
    def bound(self) -> Sequence[str]:
        """All names; as parameters they are local ones."""
        return list(self.scope)

    @property
    def behind(self) -> str:
        """The state that the iteration started from: a copy of it, once it is overwritten."""
        self._is_copied |= self._has_overwritten
        return "_began" if self._has_overwritten else "_theta"

    def loop(self) -> RunLoop:
        """Compile the function. Its text comes from checked trees, never from the user."""
        return build_loop(self.source, self.scope)

    # what lies where

    def _bind_state(self) -> None:
        flat = self._layout.pack(self._statements.values)
        self._statements.bind("_theta", flat)
        self.flat["_theta"] = self._layout.names
        for name, view in self._layout.unpack(flat).items():
            self._statements.bind(name, view)
            if not np.ndim(view) and self._layout.kinds[name] != DOUBLE:
                first, last = self._layout.span(name)
                own = flat[first:last].view(self._layout.kinds[name])
                self._statements.bind(f"_cell_of_{name}", own)

    def _bind_feed(self) -> None:
        feed = self._program.feed
        self.scope |= {"_fed": self._program.fed} if feed else {}
        for name in feed.names if feed else ():
            value = self._statements.values[name]
            self._statements.bind(name, np.array(value) if np.ndim(value) else value)

    def _is_plain_float(self, family: Family) -> bool:
        """Tell whether all that a family reads and makes can lie in flat arrays as it is."""
        values = [np.asarray(self._statements.values[id_]) for role in family.roles for id_ in role]
        types = {each.dtype for each in values}
        is_one = len(types) == 1 and types <= {SINGLE, DOUBLE}
        return is_one and all(each.flags.c_contiguous for each in values)

    def _fits(self, name: str, end: str) -> bool:
        """Tell whether a next value has the layout of what it replaces."""
        value = self._statements.values[end]
        is_line = end in self._program.line_of and self._program.before[end] == name
        return is_line and isinstance(value, np.ndarray) and (
            value.ndim > 0 and value.flags.c_contiguous
            and value.dtype == self._layout.kinds[name])  # fmt: skip

    def _bind_family(self, family: Family) -> None:
        for role in family.states:
            first, last = self._layout.span(role[0])[0], self._layout.span(role[-1])[1]
            flat = np.asarray(self.scope["_theta"])[first:last]
            self._bind_flat(role, flat.view(self._layout.kinds[role[0]]))
        for role in (*family.inputs, *family.lines):
            if {*role} <= self._overwriting:
                self._flat_of[role[0]] = self._flat_of[self._program.before[role[0]]]
            else:
                self._overwriting -= {*role}
                self._bind_new(role)

    def _bind_new(self, role: Role) -> None:
        """Give a role a flat array, and its variables views of that."""
        values = [np.asarray(self._statements.values[id_]) for id_ in role]
        kind = values[0].dtype
        sizes = [cells(value.size, kind) for value in values]
        first, each = starts(sizes), DOUBLE.itemsize // kind.itemsize
        flat = np.zeros(first[-1] + sizes[-1]).view(kind)
        for id_, value, at in zip(role, values, first, strict=True):
            part = flat[each * at : each * at + value.size].reshape(value.shape)
            part[...] = value
            self._statements.bind(id_, part)
        self._bind_flat(role, flat)

    def _bind_flat(self, role: Role, flat: np.ndarray[Any, Any]) -> None:
        name = f"_flat_{role[0]}"
        self._statements.bind(name, flat)
        self.flat[name] = role
        self._flat_of[role[0]] = Name(name)

    # the statements

    def begin(self) -> list[str]:
        """Take over the state of the first iteration."""
        numbers = [f"{name} = {cell}" for name, cell in self._numbers()]
        return ["if _state is not _theta:", "    _theta[:] = _state", *numbers]

    def _numbers(self) -> list[tuple[str, str]]:
        """List what is carried without axes, and the text of its cell in the state."""
        names = [name for name in self._program.carried if not self._program.shapes[name]]
        return [(name, f"_cell_of_{name}[0]" if f"_cell_of_{name}" in self.scope
                 else f"_theta[{self._layout.span(name)[0]}]") for name in names]  # fmt: skip

    def feed(self) -> list[str]:
        """Keep a copy of the state where it is wanted later, and copy what the iteration is fed."""
        text = ["_began = _theta.copy()"] if self._is_copied else []
        if self._program.feed:
            text.append("_now = _fed(_k)")
            for name in self._program.feed.names:
                target = f"{name}[...]" if name in self.scope else name
                text.append(f"{target} = _now[{name!r}]")
        return text

    def number(self, expression: Expression) -> tuple[list[str], str]:
        """Write an expression of one number: the lines before it, and its text."""
        return self._statements.number(expression)

    def run(self, step: Run | Undivided | Together) -> list[str]:
        """Write a line, or one that is the same for several variables."""
        if isinstance(step, Undivided):
            return self._statements.assign(step.line.target, step.dividend)
        made, statements = made_by(step), self._statements
        is_over = made[0] in self._overwriting
        if isinstance(step, Together):
            line = step.lines[0]
            flat = {name: self._flat_of[name] for name in names(line.expression)
                    if name in self._flat_of}  # fmt: skip
            target, expression = self._flat_of[line.target].id, substitute(line.expression, flat)
        else:
            expression = step.line.expression
            target = self._program.before[made[0]] if is_over else made[0]
        text = statements.assign(target, expression)
        self._has_overwritten |= is_over
        for id_ in made if is_over else ():  # from here on the arrays hold the next values
            statements.bind(id_, self.scope[self._program.before[id_]])
        return text

    def carry(self) -> list[str]:
        """Copy what has not overwritten what it replaces; views first, while what they show is."""
        carried = self._program.carried
        left = {name: end for name, end in carried.items()
                if end not in self._overwriting and end != name}  # fmt: skip
        text = []
        for role in list(self.flat.values()):
            end = self._flat_of.get(left.get(role[0], ""))
            if end is not None and self._flat_of.get(role[0]) and role != self._layout.names:
                text.append(f"{self._flat_of[role[0]].id}[...] = {end.id}")
                left = {name: each for name, each in left.items() if name not in role}
        arrays = [name for name in left if self._program.shapes[name]]
        arrays.sort(key=lambda name: not self._statements.is_view(left[name]))
        text = [*(f"{name}[...] = {left[name]}" for name in arrays), *text]
        for name, cell in self._numbers():
            text += [f"{cell} = {left[name]}", f"{name} = {cell}"] if name in left else []
        return text
