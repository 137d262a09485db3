"""Products of matrices and vectors, as functions, and the rules that `@` shares with them."""

import numpy as np

from nnscope.expression.operation import Kind, Operation, Rules

OF_MATRICES: Rules = ("g @ b.T", "a.T @ g")
"""The gradient by each factor of a product of matrices (Goodfellow, Bengio and Courville, Deep
Learning, equation 6.46 and its neighbours)."""

OF_RANKS: tuple[tuple[tuple[int, ...], Rules], ...] = (
    ((1, 1), ("g * b", "g * a")),
    ((2, 1), ("_column(g) * b", "a.T @ g")),
    ((1, 2), ("g @ b.T", "_column(a) * g")),
)
"""The same where a factor is a vector: by a matrix beside it, the outer product."""

PRODUCTS: tuple[Operation, ...] = tuple(
    Operation(
        name=name,
        kind=Kind.PRODUCT,
        call=call,
        operands=2,
        vjp=OF_MATRICES,
        vjp_of_ranks=OF_RANKS,
        symbol="{0} {1}",
        written_as="a @ b",
        meaning="rows times columns",
    )
    for name, call in (("np.dot", np.dot), ("np.matmul", np.matmul))
)
