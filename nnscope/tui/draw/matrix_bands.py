"""Which matrices stand side by side, in bands one below the other, and how many rows each has."""

from collections.abc import Sequence
from itertools import product

from nnscope.insight.line.operands import Operand
from nnscope.tui.draw.matrix_widths import Firsts, least_and_natural, starts_of
from nnscope.tui.view import two_axes

HEAD = 2  # rows above the cells: the name with its axes, and the column numbers
_SHARES = (1, 2, 3, 4, 6, 8)  # of the width that a matrix may have, tried one after the other


def fitting_bands(
    operands: Sequence[Operand], width: int, height: int, firsts: Firsts
) -> list[list[int]]:
    """Break the matrices into bands that fit into the height; if need be with fewer columns."""
    least, natural = least_and_natural(operands, firsts)
    is_one_band = starts_of(operands, least)[-1] <= width
    rows_of_each = (2,) if is_one_band else (2, 1)  # one row says too little, if there is a choice
    for shown, share in product(rows_of_each, _SHARES):
        wanted = [
            max(few, min(all_, width // share)) for few, all_ in zip(least, natural, strict=True)
        ]
        bands = _bands(operands, wanted, width)
        tall = [max(_tall(operands[place]) for place in band) for band in bands]
        if sum(min(HEAD + shown, rows) for rows in tall) <= height:
            return bands
    return _bands(operands, least, width)


def _bands(operands: Sequence[Operand], wanted: Sequence[int], width: int) -> list[list[int]]:
    """Break a row of matrices, whose cells take `wanted`, where the next one would not fit."""
    bands: list[list[int]] = []
    for place in range(len(operands)):
        longer = [*bands[-1], place] if bands else [place]
        starts = starts_of([operands[at] for at in longer], [wanted[at] for at in longer])
        if bands and starts[-1] <= width:
            bands[-1] = longer
        else:
            bands.append([place])
    return bands


def rows_of(operands: Sequence[Operand], bands: Sequence[list[int]], height: int) -> list[int]:
    """Say how many rows of each matrix are shown."""
    tall = [max(_tall(operands[place]) for place in band) for band in bands]
    rows = [0] * len(operands)
    for band, share in zip(bands, fair_shares(tall, height), strict=True):
        for place in band:
            rows[place] = min(max(1, share - HEAD), _tall(operands[place]) - HEAD)
    return rows


def fair_shares(wanted: Sequence[int], budget: int) -> list[int]:
    """Divide a length: who wants little gets it, the others share the rest evenly."""
    shares, left = [0] * len(wanted), budget
    places = sorted(range(len(wanted)), key=lambda place: wanted[place])
    for count, place in enumerate(places):
        shares[place] = max(0, min(wanted[place], left // (len(places) - count)))
        left -= shares[place]
    return shares


def _tall(operand: Operand) -> int:
    return HEAD + two_axes(operand.value.shape)[0]
