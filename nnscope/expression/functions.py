"""The functions of the language by their names, from the rows that say all about them."""

from nnscope.expression.operation import Operation
from nnscope.expression.rows.activations import ACTIVATIONS
from nnscope.expression.rows.arithmetic import ARITHMETIC
from nnscope.expression.rows.arrangements import ARRANGEMENTS
from nnscope.expression.rows.choices import CHOICES
from nnscope.expression.rows.elementwise import ELEMENTWISE
from nnscope.expression.rows.of_python import OF_PYTHON
from nnscope.expression.rows.of_scipy import OF_SCIPY
from nnscope.expression.rows.precision import PRECISION
from nnscope.expression.rows.products import PRODUCTS
from nnscope.expression.rows.reductions import REDUCTIONS
from nnscope.expression.rows.statistics import STATISTICS

FUNCTIONS: dict[str, Operation] = {
    row.name: row
    for row in (
        *ACTIVATIONS,
        *ELEMENTWISE,
        *ARITHMETIC,
        *CHOICES,
        *REDUCTIONS,
        *STATISTICS,
        *PRODUCTS,
        *ARRANGEMENTS,
        *PRECISION,
        *OF_PYTHON,
        *OF_SCIPY,
    )
}
"""The functions that an expression may call."""
