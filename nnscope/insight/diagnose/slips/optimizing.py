"""Slips of an optimizer's own lines, with what there is to say about each."""

from collections.abc import Iterator, Mapping

from nnscope.expression.syntax import Expression
from nnscope.insight.check.miswritten import MISWRITTEN, Miswriting
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.slip import Kind, Slip

_WHY: Mapping[str, tuple[str, str]] = {
    "square-not-taken": (
        "the two running means of Adam look alike",
        "under the root stands a mean of signs and sizes, which may be negative: nan",
    ),
    "root-left-out": (
        "the formula divides by the root of s, and s itself is at hand",
        "small gradients make very long steps",
    ),
    "epsilon-elsewhere": (
        "both places of epsilon are printed, in different texts",
        "the steps differ only where gradients are near epsilon",
    ),
    "epsilon-left-out": (
        "epsilon looks like something that does not matter",
        "a gradient that is 0 from the start divides by 0",
    ),
    "beta-exchanged": (
        "which of the two keeps what was there is easily mixed up",
        "the state follows the last gradient alone, and remembers next to nothing",
    ),
    "share-left-out": (
        "courses print momentum with and without 1 - beta",
        "the state is 1 / (1 - beta) times as large: so are the steps, or under a root its root",
    ),
    "share-put-in": (
        "courses print momentum with and without 1 - beta",
        "the state is 1 - beta times as large, and so are the steps",
    ),
    "state-forgotten": (
        "the state is made anew in each iteration, as a local variable is",
        "there is no momentum: each step knows the last gradient alone",
    ),
    "state-not-decayed": (
        "the sum over all gradients is AdaGrad's, and looks much like it",
        "the state grows without end: the steps too, or under a root they die out",
    ),
    "correction-left-out": (
        "v and s start at 0, and are too small at first: the correction is a line of its own",
        "the first steps are too short, or where s is not corrected far too long",
    ),
    "correction-in-state": (
        "`v /= 1 - beta ** t` corrects the mean itself, which the next iteration goes on with",
        "every correction is corrected again, so the means grow far too large",
    ),
    "correction-multiplied": (
        "the correction is remembered as a factor",
        "the first steps are next to nothing",
    ),
    "correction-without-step": (
        "the t in beta ** t is an exponent, and looks like an index",
        "the correction never fades, so all later steps are too long",
    ),
    "step-off-by-one": (
        "a loop counts from 0, and the paper counts steps from 1",
        "the first correction divides by 0, or corrects too little",
    ),
    "other-beta": (
        "beta1 and beta2 differ by one digit",
        "the means forget too fast or too slowly, or are corrected for a start they did not have",
    ),
    "sign-of-step": (
        "one convention puts the minus into the velocity, others into the update",
        "the step goes up the slope",
    ),
    "rate-not-applied": (
        "it is in the velocity in one convention, and in the update in others",
        "the steps are as long as the gradient itself",
    ),
    "rate-applied-twice": (
        "it is in the velocity in one convention, and in the update in others",
        "the steps are by a learning rate too short",
    ),
    "not-divided": (
        "the line of gradient descent was left as it was",
        "it is momentum, and no longer fits the step to each cell",
    ),
}
_BOOK = (
    "Kingma and Ba 2015, algorithm 1; Goodfellow, Bengio and Courville, Deep Learning, chapter 8"
)


def _slip(entry: Miswriting) -> Slip:
    why, effect = _WHY[entry.name]
    kind = Kind.CONVENTION if entry.is_convention else Kind.SCALE

    def plant(line: Expression, _context: Context) -> Iterator[Expression]:
        yield from entry.forms(line)

    return Slip(entry.name, kind, f"the line is {entry.words}", why, effect, _BOOK, plant)


OPTIMIZER_SLIPS = tuple(_slip(entry) for entry in MISWRITTEN)
