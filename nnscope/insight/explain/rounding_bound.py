"""How far rounding alone can take a cell from the arithmetic that explains it.

A sum of n terms depends on the order in which they are added: any two orders, also with products
that are rounded together with a sum, lie within 2 n u Σ|terms| of each other (Higham, Accuracy and
Stability of Numerical Algorithms, sections 3.1 and 4.2; u = 2^-53, of float32 2^-24). Which order
a product of matrices is added in is up to the BLAS library and the processor.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
from msgspec.structs import replace

from nnscope.expression.evaluate import Value
from nnscope.expression.number_types import SINGLE, number_type
from nnscope.insight.explain.cell import Explanation, computed

UNIT, SINGLE_UNIT = 2.0**-53, 2.0**-24
_FUNCTION = 8
"""So many units of the last place a function of one cell may be off that of a whole array."""


def rounding_bound(explanation: Explanation) -> float:
    """Give the largest distance that rounding explains; nan where a number is not finite."""
    with np.errstate(all="ignore"):
        return _bound(explanation)


def _bound(explanation: Explanation) -> float:
    explanation = explanation.meant
    own = _FUNCTION * _unit(explanation.exact) * abs(explanation.value)
    if explanation.terms is not None:
        terms = explanation.terms.values
        summed = 2 * (len(terms) + 1) * _unit(terms) * float(np.abs(terms).sum())
        exact = abs(float(np.sum(terms)))
        # a mean, a root or a softmax of the sum is off by as much, relative to its value
        return own + (summed * abs(explanation.value) / exact if exact else summed)
    if not explanation.parts:
        return 0.0
    return own + max(abs(moved - explanation.value) for moved in _moved(explanation))


def _unit(value: Value) -> float:
    return SINGLE_UNIT if number_type(value) == SINGLE else UNIT


def _moved(explanation: Explanation) -> Iterator[float]:
    """Compute a cell again with each of its parts at either end of what rounding allows."""
    ends = [
        (part.value - off, part.value + off) for part in explanation.parts for off in [_bound(part)]
    ]
    for corner in product(*ends):
        pairs = zip(explanation.parts, corner, strict=True)
        parts = [replace(part, exact=np.float64(number)) for part, number in pairs]
        yield float(computed(explanation.expression, parts))
