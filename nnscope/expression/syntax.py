"""The tree of an expression: everything the language can say, and nothing else.

The nodes are immutable and compare by value, so two lines are the same line exactly when their
trees are equal. Numbers and names are data classes: a struct can't leave a field out of that.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

Option = int | bool | None
"""The value of a keyword argument: `axis=1`, `keepdims=True`."""


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A number that was written down: `2`, `0.01`. As in NumPy, 1 and 1.0 are not the same."""

    value: int | float

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and repr(self.value) == repr(other.value)

    def __hash__(self) -> int:
        return hash(repr(self.value))


@dataclass(frozen=True, slots=True)
class Name:
    """A value of the program: `W1`, `learning_rate`.

    `id` is the only one of its program. `written` is how the reader writes it, where that is
    something else: two values may go by one name, one after the other.
    """

    id: str
    written: str = field(default="", compare=False, repr=False)

    @property
    def spelled(self) -> str:
        """The name as the reader writes it."""
        return self.written or self.id


class Unary(Struct, frozen=True):
    """`-x` or `not x`."""

    operator: str
    operand: "Expression"


class Binary(Struct, frozen=True):
    """Two operands and what joins them: arithmetic, a comparison, or `and` and `or`."""

    operator: str
    left: "Expression"
    right: "Expression"


class Transpose(Struct, frozen=True):
    """`x.T`: the axes in reverse order."""

    operand: "Expression"


class Slice(Struct, frozen=True):
    """`start:stop:step` inside an index."""

    start: int | None
    stop: int | None
    step: int | None


Items = tuple[int | Slice, ...]
"""What stands in an index, one for an axis."""


class Index(Struct, frozen=True):
    """`x[0, 1:3]`: one item an axis, an integer or a slice."""

    operand: "Expression"
    items: Items


class Call(Struct, frozen=True):
    """`np.sum(x, axis=1)`: a listed function, its arguments and its keyword options."""

    function: str
    arguments: tuple["Expression", ...]
    options: tuple[tuple[str, Option | Items], ...] = ()

    def option(self, name: str) -> Option:
        """Give the value of the keyword `name`, or None where it was not written."""
        value = dict(self.options).get(name)
        return None if isinstance(value, tuple) else value


Operated = Unary | Binary | Transpose | Index | Call
"""A node with operands: an operator, or a function that is called."""

Expression = Number | Name | Operated


def children(expression: Expression) -> tuple[Expression, ...]:
    """List the direct operands of a node, left to right."""
    match expression:
        case Unary(_, operand) | Transpose(operand) | Index(operand, _):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Call(_, arguments, _):
            return arguments
    return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield the node and all below it, from the top, left to right."""
    yield expression
    for child in children(expression):
        yield from walk(child)


def names(expression: Expression) -> tuple[str, ...]:
    """List the names that an expression reads, each once, in the order of their first use."""
    return tuple(dict.fromkeys(node.id for node in walk(expression) if isinstance(node, Name)))


def substitute(expression: Expression, by: Mapping[str, Expression]) -> Expression:
    """Replace each name that `by` knows with the expression it stands for there."""
    if isinstance(expression, Name):
        return by.get(expression.id, expression)
    return with_children(expression, lambda child: substitute(child, by))


def with_children(expression: Expression, form: Callable[[Expression], Expression]) -> Expression:
    """Give the node with another form of each of its direct operands."""
    match expression:
        case Unary(operator, operand):
            return Unary(operator, form(operand))
        case Binary(operator, left, right):
            return Binary(operator, form(left), form(right))
        case Transpose(operand):
            return Transpose(form(operand))
        case Index(operand, items):
            return Index(form(operand), items)
        case Call(function, arguments, options):
            return Call(function, tuple(form(each) for each in arguments), options)
    return expression


def with_operands(expression: Expression, operands: Sequence[Expression]) -> Expression:
    """Give the node with these in place of its direct operands, in their order."""
    rest = iter(operands)
    return with_children(expression, lambda _: next(rest))
