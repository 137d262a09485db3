"""A row of the table: everything that there is to know about one function or operator.

To add a function of the language, add its row (`functions.py`); nothing else has a list of names.
Rules, expansions and other ways to write an operation are expressions of the language itself, in
terms of its operands: `x` where there is one, else `a`, `b` and `c`.
"""

import ast
from collections.abc import Callable
from enum import Enum, IntEnum
from math import inf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Kind(Enum):
    """How the cells of a result depend on the cells of the operands; this decides the shape."""

    ELEMENTWISE = "each cell from the same cell of every operand"
    REDUCTION = "one cell from all the cells along an axis"
    ALONG_AXIS = "each cell from all the cells along its axis"
    PRODUCT = "each cell from a row and a column"
    SINGLE = "one truth value, from one of each operand"
    TRANSPOSE = "the same cells, the axes in reverse order"
    INDEX = "some of the cells"
    SPREAD = "each cell from a cell of the first operand, in the shape of the second"
    COUNT = "one number that depends on the shape of the operand alone"
    COLUMN = "the cells of a vector, as a column"
    RESHAPED = "the same cells in the same order, in another shape"
    JOINED = "the cells of the first operand, then those of the second, along an axis"
    OUTER = "each cell from a cell of either vector"


class Truth(Enum):
    """What an operation does to truth values, cells that are true or false and no numbers."""

    NUMBER = "gives numbers, whatever it is given"
    MADE = "gives truth values"
    KEPT = "gives truth values if all its operands, but for its conditions, are truth values"
    REFUSED = "gives numbers; NumPy refuses it where all operands are truth values"


class Binding(IntEnum):
    """How strongly a written form holds its operands together: higher is tighter."""

    OR = 1
    AND = 2
    NOT = 3
    COMPARISON = 4
    SUM = 5
    PRODUCT = 6
    LEADING = 7  # a sign before its operand, as in mathematics: Σ x
    NEGATIVE = 8
    POWER = 9
    ATOM = 10


class Grouping(Enum):
    """Which operand of a row of equal operators needs no brackets: a - b - c is (a - b) - c."""

    LEFT = "left"
    RIGHT = "right"
    NEITHER = "neither"


Rules = tuple[str, ...]
"""A vector-Jacobian product for each operand; empty where no slope passes through."""


class Operation(NamedTuple):
    """One function or operator of the language.

    `name` is how it is written, `python` an operator's class in Python's own grammar.

    Its value: `call` computes it (a ufunc where NumPy has one), `at_complex` for complex numbers
    where NumPy's own is not right, `reduces` is the ufunc whose reduction it is, if any.

    Its slope: `vjp` has for each operand the gradient by that operand, in terms of the operands,
    the result `y`, the gradient `g` that arrives, and the call's own options (`axis=axis`). What an
    operand was broadcast over is summed back by those who use a rule. `vjp_of_ranks` has the rules
    for operands with other numbers of axes. `side` tells, for an operation with kinks, which of
    its branches each cell is on.

    `slope` says in a few words how its derivative is found, for those that one meets in a network.

    `diagonal` is, where a cell of the result depends on several of the operand, how it changes with
    its own, in terms of the result.

    `options` may be written by keyword, those that are `needed` must be; those that are `placed`
    stand behind the operands without their names. `takes_tuple` says that the operands stand in
    brackets of their own; of more than two the first ones are joined first.

    Its shape: `kind`, and `needs_cells` where there is none of an empty array. `truth` says what
    it does to truth values, beyond its first `conditions` operands. `whole` bounds what Python,
    not NumPy, makes of two whole numbers, None where that is no whole number.

    Its text: `symbol` is its mathematical form, with `{0}`, `{1}` for the operands, `bare` that of
    a single name or number; `sign` stands between or before the operands in mathematics (`·`), or
    `cells_sign` between two arrays (`⊙`), and `plain_sign` in the arithmetic of numbers (`^`).
    `binding` and `groups` place brackets; `sets_products_apart` puts a matrix product that stands
    left into brackets that it does not need. `written_as` is the same in operators. `meaning` says
    in words what a function gives, or stands between the operands of an operator (`plus`), and
    `is_named_by_meaning` says that the words are better than its name. `phrase` says the whole
    call, with `{0}`, `{1}` for the operands, `{operands}` for all that stand in a tuple, the
    options by their names, and `{along}` for the axis; without it the words are `meaning of x`.

    A cell of it: `formula` works a cell out by hand, with `{0}`, `{1}` for the numbers of the
    operands, and holds together by `formula_binding`. Where numbers are added up, `term` is how
    each one enters the sum and `addend` computes that; `{0}` of the formula is then the sum,
    `{count}` how many they are, and `{own}` the cell's own number. `so_far` joins the running
    result `a` with the next term `b`. `expansion` is the operation in simpler ones, with the very
    same bits, and `by_sums` in the sums that it consists of, perhaps in other bits; without a
    `formula` a cell is explained by these.

    `activation` is the reference of a function that a layer may have as its activation; its values
    lie between `least` and `most`.
    """

    name: str
    kind: Kind
    call: Callable[..., Any]
    python: type[ast.AST] | None = None
    operands: int = 1
    options: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    placed: tuple[str, ...] = ()
    takes_tuple: bool = False
    at_complex: Callable[..., Any] | None = None
    reduces: np.ufunc | None = None
    vjp: Rules = ()
    slope: str = ""
    diagonal: str = ""
    vjp_of_ranks: tuple[tuple[tuple[int, ...], Rules], ...] = ()
    side: Callable[..., Any] | None = None
    needs_cells: bool = False
    truth: Truth = Truth.NUMBER
    conditions: int = 0
    whole: Callable[[int, int], int | None] | None = None
    symbol: str = ""
    bare: str = ""
    sign: str = ""
    cells_sign: str = ""
    plain_sign: str = ""
    binding: Binding = Binding.ATOM
    groups: Grouping = Grouping.LEFT
    sets_products_apart: bool = False
    written_as: str = ""
    meaning: str = ""
    is_named_by_meaning: bool = False
    phrase: str = ""
    formula: str = ""
    formula_binding: Binding = Binding.ATOM
    term: str = ""
    addend: Callable[[Array], Array] | None = None
    so_far: str = ""
    expansion: str = ""
    by_sums: str = ""
    activation: str = ""
    least: float = -inf
    most: float = inf

    def __repr__(self) -> str:
        return f"Operation({self.name!r})"

    @property
    def word(self) -> str:
        """The name without the module that it comes from."""
        return self.name.rpartition(".")[2]

    @property
    def letters(self) -> tuple[str, ...]:
        """The names that the operands have in its rules and expansions."""
        return ("x",) if self.operands == 1 else ("a", "b", "c")[: self.operands]

    @property
    def is_by_cells(self) -> bool:
        """Whether a ufunc computes it cell by cell."""
        return self.kind is Kind.ELEMENTWISE and isinstance(self.call, np.ufunc)

    def rules(self, ranks: tuple[int, ...]) -> Rules:
        """Give the vector-Jacobian products for operands with these numbers of axes."""
        return dict(self.vjp_of_ranks).get(ranks, self.vjp)
