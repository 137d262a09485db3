"""Dropout masks: drawn anew in each iteration, the same ones whenever that iteration is run again.

The mask of a layer is 1 for a cell that stays and 0 for one that is dropped (inverted dropout:
Srivastava and others 2014, section 10; what stays is scaled up by 1 / keep).
"""

from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from nnscope.expression.evaluate import Value, held
from nnscope.network.batches import Batches
from nnscope.scenario.random import Sizes, Stream
from nnscope.scenario.schema import Generator, Precision


class Mask(Struct, frozen=True):
    """The mask of one layer: its name, the share of cells that it keeps, and its axes."""

    name: str
    keep: float
    units: int
    units_axis: int | None
    is_vector: bool

    def shape(self, examples: int) -> Sizes:
        """Give its shape for so many examples: that of the layer's activation."""
        if self.units_axis is None:
            return ()
        if self.is_vector:
            return (self.units,)
        return (self.units, examples) if self.units_axis == 0 else (examples, self.units)


class Masks(Struct, frozen=True, eq=False):
    """A feed of masks, beside the batches where there are some.

    Iteration k draws from a generator that starts at `seed` + k, the masks in the order of the
    layers: `rand(*shape) < keep`, as numbers of the `dtype`. `examples` is how many there are
    without batches.
    """

    masks: tuple[Mask, ...]
    dtype: Precision
    generator: Generator
    seed: int
    examples: int
    batches: Batches | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The masks, behind what the batches change."""
        own = tuple(mask.name for mask in self.masks)
        return (*self.batches.names, *own) if self.batches else own

    is_even = True  # the smaller batch has a form of its own

    @property
    def count(self) -> int:
        """The number of batches in an epoch, 1 where all examples are one."""
        return self.batches.count if self.batches else 1

    def place(self, iteration: int) -> tuple[int, int]:
        """Give the epoch of an iteration, and the number of its batch in it, both from 0."""
        return self.batches.place(iteration) if self.batches else (iteration, 0)

    def at(self, iteration: int) -> Mapping[str, Value]:
        """Give the batch and the masks of an iteration, read-only."""
        found: dict[str, Value] = self.batches.at(iteration) if self.batches else {}
        examples = self.batches.length(iteration) if self.batches else self.examples
        stream = Stream(self.generator, (self.seed + iteration) % 2**32)
        for mask in self.masks:
            kept = np.asarray(stream.rand(mask.shape(examples)) < mask.keep, dtype=self.dtype)
            found[mask.name] = held(kept)
        return found
