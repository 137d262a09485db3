"""The forward pass of a program on other data, or with what so many updates have left."""

from collections.abc import Collection, Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from nnscope.expression.errors import ExpressionError, ShapeError, UnknownNameError
from nnscope.expression.evaluate import Value, evaluate, held
from nnscope.expression.number_types import number_type, of_type
from nnscope.expression.parse import check_name, parse
from nnscope.expression.shapes import Axis, Shape, infer, sizes
from nnscope.expression.suggest import did_you_mean
from nnscope.expression.syntax import Expression, Name, names, substitute
from nnscope.program.data import inputs, targets
from nnscope.program.layers import layers
from nnscope.program.model import Line, Phase, Program


class Evaluation(Struct, frozen=True, eq=False):
    """The forward lines of a program, and the cost's, on data of their own.

    `given` has what differs from the training: data, counts of it, masks. `trained` are the other
    values that an iteration starts from. `shown` has by name the expressions that are wanted, their
    names standing for variables. `shapes` has the shape of every value, `cost` is its id, empty
    where there are no targets to judge by.
    """

    name: str
    lines: tuple[Line, ...]
    given: Mapping[str, Value]
    trained: tuple[str, ...]
    shown: Mapping[str, Expression]
    shapes: Mapping[str, Shape]
    cost: str

    def values(self, start: Mapping[str, Value]) -> dict[str, Value]:
        """Run the lines on what an iteration starts from; give every value by its id.

        Raises `ExpressionError` for what can't be computed.
        """
        values = {**{name: start[name] for name in self.trained}, **self.given}
        for line in self.lines:
            values[line.target] = evaluate(line.expression, values)
        return values

    def results(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Give what is shown of these values, by the names that the reader knows.

        That is the cost, then what is wanted; where nothing is, the last forward line.
        """
        wanted = [self.cost] if self.cost else []
        if not self.shown:
            wanted += [line.target for line in self.lines if line.phase is Phase.FORWARD][-1:]
        spelled = {line.target: line.spelled for line in self.lines}
        own = {spelled[id_]: values[id_] for id_ in wanted}
        return own | {name: evaluate(each, values) for name, each in self.shown.items()}

    def meant(self, expression: Expression) -> Expression:
        """Put variables, and what is shown by name, for the names that a reader has written."""
        known = _known(self.lines, self.shapes)
        return substitute(expression, {**known, **self.shown})


def evaluation(
    program: Program,
    name: str,
    data: Mapping[str, Value],
    shown: Mapping[str, str],
    without: Collection[str] = (),
) -> Evaluation:
    """Prepare the forward pass of a program on data of its own.

    `data` is by id and takes the place of what the training reads, `without` names data that is
    not there, so that the lines that need it are left out. `shown` are expressions to be computed,
    as text by name. Raises `ExpressionError` for shapes that do not fit, and unknown names.
    """
    ones = {name: number_type(program.start[name]).type(1) for name in program.notes.dropped}
    given = {**data, **_counts(program, data), **ones}
    trained = tuple(name for name in program.start if name not in given and name not in without)
    shapes = {name: program.shapes[name] for name in trained}
    shapes |= {name: _shape(program, name, value) for name, value in given.items()}
    lines = list[Line]()
    for line in program.lines:
        if line.phase in (Phase.FORWARD, Phase.LOSS) and {*names(line.expression)} <= {*shapes}:
            shapes[line.target] = infer(line.expression, shapes)
            lines.append(line)
    _check_targets(program, shapes)
    known = _known(lines, shapes)
    wanted = {word: _wanted(word, text, known, shapes, program) for word, text in shown.items()}
    cost = program.cost if any(line.target == program.cost for line in lines) else ""
    return Evaluation(name, tuple(lines), given, trained, wanted, shapes, cost)


def other_data(program: Program, data: Mapping[str, ArrayLike]) -> Evaluation:
    """Prepare the forward pass on arrays by name; inputs without targets have none.

    Raises `ExpressionError` for names that are not data, and for arrays that do not fit.
    """
    known = program.notes.data or tuple(program.start)
    for name in data:
        if name not in known:
            raise UnknownNameError(f"`{name}` is not data{did_you_mean(name, known)}")
    arrays = {name: held(np.array(array, number_type(program.start[name])))
              for name, array in data.items()}  # fmt: skip
    target = targets(program)
    is_blind = inputs(program) in data and target not in data
    return evaluation(program, "other data", arrays, {}, {target} if is_blind else ())


def _check_targets(program: Program, shapes: Mapping[str, Shape]) -> None:
    """See that the targets stand cell by cell beside the outputs."""
    target, output = targets(program), layers(program)[-1:]
    if not target or target not in shapes or not output or output[0].activation not in shapes:
        return
    wanted, found = sizes(shapes[output[0].activation]), sizes(shapes[target])
    if wanted != found:
        told = program.spelled(output[0].activation)
        raise ShapeError(f"{target} must have the shape {wanted} of {told}; found {found}")


def _counts(program: Program, data: Mapping[str, Value]) -> dict[str, Value]:
    """Count again what the program counts of its data: m, the number of examples."""
    return {
        name: of_type(np.size(data[of]) if axis is None else np.shape(data[of])[axis],
                      number_type(program.start[name]))
        for name, (of, axis) in program.notes.counts.items()
        if of in data and name in program.start
    }  # fmt: skip


def _shape(program: Program, name: str, value: Value) -> Shape:
    """Name the axes of a given array as those of the array whose place it takes."""
    own = program.shapes[name]
    if len(own) != np.ndim(value):
        return tuple(map(Axis, np.shape(value)))
    return tuple(Axis(size, axis.name) for size, axis in zip(np.shape(value), own, strict=True))


def _known(lines: Collection[Line], shapes: Mapping[str, Shape]) -> dict[str, Name]:
    """Give the variable that each name means behind the last line."""
    made = {line.spelled: Name(line.target, line.spelled) for line in lines}
    return {**{name: Name(name) for name in shapes}, **made}


def _wanted(
    word: str,
    text: str,
    known: Mapping[str, Name],
    shapes: Mapping[str, Shape],
    program: Program,
) -> Expression:
    """Read an expression that is to be shown; raises `ExpressionError` naming its word."""
    taken = {*program.variables, *(each.spelled for each in program.variables.values())}
    if word in taken:
        raise ExpressionError(f"`{word}`: the name is taken, by a value of the program")
    try:
        check_name(word)
        expression = substitute(parse(text), known)
        infer(expression, shapes)
    except ExpressionError as error:
        raise ExpressionError(f"`{word}`: {error}") from None
    return expression
