"""How the arithmetic of a dense layer is written: examples as columns, as rows, or one number.

In the expressions `A` is what comes in from the layer below, `W` and `b` the parameters, `Z` the
weighted sum; `dZ` is the gradient that arrives from above.
"""

from msgspec import Struct


class Layout(Struct, frozen=True):
    """The products of one notation. The axes count from 0; None where there are none."""

    weighted_sum: str
    weight_gradient: str
    bias_gradient: str
    input_gradient: str
    units_axis: int | None
    examples_axis: int | None


LAYOUTS: dict[str, Layout] = {
    "column": Layout(
        weighted_sum="W @ A",
        weight_gradient="dZ @ A.T",
        bias_gradient="np.sum(dZ, axis=1, keepdims=True)",
        input_gradient="W.T @ dZ",
        units_axis=0,
        examples_axis=1,
    ),
    "row": Layout(
        weighted_sum="A @ W",
        weight_gradient="A.T @ dZ",
        bias_gradient="np.sum(dZ, axis=0, keepdims=True)",
        input_gradient="dZ @ W.T",
        units_axis=1,
        examples_axis=0,
    ),
    "scalar": Layout(
        weighted_sum="W * A",
        weight_gradient="dZ * A",
        bias_gradient="dZ",
        input_gradient="W * dZ",
        units_axis=None,
        examples_axis=None,
    ),
}
