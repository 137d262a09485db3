"""The axes of arrays in words: `the m examples (axis 1)`."""

from nnscope.expression.shapes import Axis


def axis_meaning(name: str) -> str:
    """Say what the letter of an axis counts: examples, inputs, or the units of a layer."""
    if name == "m":
        return "examples"
    return "inputs" if name == "n0" else f"units of layer {name[1:]}"


def axis_words(axis: Axis, number: int) -> str:
    """Name an axis of an array, counted from 0, by what it counts where that is known."""
    if not axis.name:
        return f"axis {number}"
    return f"the {axis.name} {axis_meaning(axis.name)} (axis {number})"
