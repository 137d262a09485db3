"""Programs whose iterations do not all run the same lines, put together by hand."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from nnscope.expression.evaluate import Value, freeze
from nnscope.program.model import Line, Program
from nnscope.program.order import order_of
from tests.hand_built import HandBuilt

MARGIN = """
f = np.dot(x, w) - b
J = np.maximum(0, 1 - y * f) + 0.01 * np.sum(w * w)
dw = 0.02 * w
w = w - rate * dw
"""
"""The iteration of a support vector machine whose example is far enough from the border."""

INSIDE = """
f = np.dot(x, w) - b
J = np.maximum(0, 1 - y * f) + 0.01 * np.sum(w * w)
hinge = x * y
dw = 0.02 * w - hinge
w = w - rate * dw
b = b - rate * y
"""
"""That of an example inside the margin: it moves b as well."""

SHORT = """
f = np.dot(x, w) - b
w = w - rate * f * x
b = b + m
m = m * 0.5 - w[0] * 0.1
"""
"""One without a cost, which changes what no other does."""


class Counted:
    """Feeds each form an example, by the number of the iteration, of a size of its own."""

    is_even = True
    count = 1
    names = ("x", "y")

    def __init__(self, size: int) -> None:
        self._size = size

    def at(self, iteration: int) -> Mapping[str, Value]:
        """Draw the example of an iteration."""
        draw = np.random.default_rng(iteration)
        return {"x": freeze(draw.normal(size=self._size)), "y": np.float64(iteration % 2 * 2 - 1)}

    def place(self, iteration: int) -> tuple[int, int]:
        """Count each iteration as an epoch."""
        return iteration, 0


@dataclass(frozen=True, eq=False)
class WithForms(HandBuilt):
    """An origin that keeps the text of each form; `numbers` say which one each iteration has."""

    texts: tuple[str, ...] = (MARGIN, INSIDE, SHORT)
    numbers: tuple[int, ...] = (0,)

    def program(self) -> Program:
        """Put the forms together."""
        forms = [self._form(text) for text in self.texts]
        return replace(forms[0], others=tuple(forms[1:]), order=order_of(self.numbers))

    def _form(self, text: str) -> Program:
        cost = "J" if "J =" in text else ""
        form = HandBuilt(self.name, text, self.start, cost, self.iterations).program()
        carried = {name: form.carried.get(name, name) for name in ("w", "b", "m")}
        return replace(form, origin=self, carried=carried, feed=Counted(3))

    def edited(self, line: Line, expression: str) -> Program:
        """Edit the first form that has a line."""
        number, form = next((number, form) for number, form in enumerate(self.program().forms)
                            if line in form.lines)  # fmt: skip
        lines = self.texts[number].strip().splitlines()
        lines[form.line_of[line.target]] = f"{line.spelled} = {expression}"
        texts = [*self.texts]
        texts[number] = "\n".join(lines)
        return dataclasses.replace(self, texts=tuple(texts)).program()

    def with_iterations(self, iterations: int) -> Program:
        """Take another number of iterations."""
        return dataclasses.replace(self, iterations=iterations).program()


def with_forms(numbers: Sequence[int], iterations: int = 40) -> Program:
    """Make a program of three forms; `numbers` say which one each iteration has."""
    start = {"w": np.array([0.3, -0.2, 0.7]), "b": np.float64(0.1), "m": np.float64(0.5),
             "rate": np.float64(0.1), **Counted(3).at(0)}  # fmt: skip
    origin = WithForms("forms", "", start, iterations=iterations, numbers=tuple(numbers))
    return origin.program()
