"""How the lines of an optimizer are written wrongly: each slip as a rewriting of a right line."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Name,
    Number,
    children,
    names,
    with_operands,
)

_RATE = "learning_rate"
_BETAS = {"beta1": "beta2", "beta2": "beta1"}


class Miswriting(Struct, frozen=True, eq=False):
    """One way to write a line of an optimizer wrongly, in words that follow its title.

    It `is_convention` where other texts print just that.
    """

    name: str
    words: str
    forms: Callable[[Expression], Iterator[Expression]]
    is_convention: bool = False


def _everywhere(
    line: Expression, form: Callable[[Expression], Iterator[Expression]]
) -> Iterator[Expression]:
    """Yield a line with one part of it in another form."""
    yield from form(line)
    operands = children(line)
    for at, operand in enumerate(operands):
        for new in _everywhere(operand, form):
            yield with_operands(line, [*operands[:at], new, *operands[at + 1 :]])


def _of(
    form: Callable[[Expression], Iterator[Expression]],
) -> Callable[[Expression], Iterator[Expression]]:
    return lambda line: _everywhere(line, form)


def _unsquared(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("**", base, Number(2)):
            yield base


def _unrooted(part: Expression) -> Iterator[Expression]:
    match part:
        case Call("np.sqrt", (inner,)):
            yield inner


def _epsilon_moved(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("+", Call("np.sqrt", (inner,)), small):
            yield Call("np.sqrt", (Binary("+", inner, small),))
        case Call("np.sqrt", (Binary("+", inner, small),)):
            yield Binary("+", Call("np.sqrt", (inner,)), small)


def _without_epsilon(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("+", inner, Name("epsilon")):
            yield inner


def _exchanged(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("+", Binary("*", beta, state), Binary("*", rest, new)) if _is_rest(rest):
            yield Binary("+", Binary("*", rest, state), Binary("*", beta, new))


def _without_share(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("*", rest, new) if _is_rest(rest):
            yield new


def _with_share(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("+", Binary("*", Name() as beta, _) as before, Name() as new):
            yield Binary("+", before, Binary("*", Binary("-", Number(1), beta), new))


def _is_rest(part: Expression) -> bool:
    return isinstance(part, Binary) and part.operator == "-" and part.left == Number(1)


def _forgotten(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("+" | "-", Binary("*", Name(), Name()), new):
            yield new


def _not_decayed(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("+" | "-" as sign, Binary("*", Name(), Name() as state), new):
            yield Binary(sign, state, new)


def _uncorrected(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("/", state, Binary("-", Number(1), Binary("**", _, Name("t")))):
            yield state


def _multiplied(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("/", state, Binary("-", Number(1), Binary("**", _, Name("t"))) as share):
            yield Binary("*", state, share)


def _corrected_in_place(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("+", Binary("*", Name(beta), Name()), _) if beta in _BETAS:
            below = Binary("-", Number(1), Binary("**", Name(beta), Name("t")))
            yield Binary("/", part, below)


def _without_step(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("-", Number(1), Binary("**", beta, Name("t"))):
            yield Binary("-", Number(1), beta)
            yield Binary("-", Number(1), Binary("*", beta, Name("t")))


def _off_by_one(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("**", beta, Name("t") as step):
            yield Binary("**", beta, Binary("+", step, Number(1)))
            yield Binary("**", beta, Binary("-", step, Number(1)))


def _other_beta(part: Expression) -> Iterator[Expression]:
    match part:
        case Name(beta) if beta in _BETAS:
            yield Name(_BETAS[beta])


def _all_other_betas(line: Expression) -> Iterator[Expression]:
    from nnscope.expression.syntax import substitute  # noqa: PLC0415

    if {*names(line)} & _BETAS.keys():
        yield substitute(line, {old: Name(new) for old, new in _BETAS.items()})
    yield from _everywhere(line, _other_beta)


def _other_sign(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("-", left, right) if left != Number(1):
            yield Binary("+", left, right)
        case Binary("+", left, right) if right != Name("epsilon"):
            yield Binary("-", left, right)


def _without_rate(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("*", Name(rate), other) if rate == _RATE:
            yield other


def _rate_again(line: Expression) -> Iterator[Expression]:
    def again(part: Expression) -> Iterator[Expression]:
        if isinstance(part, Name) and part.id not in (_RATE, "epsilon", "t", *_BETAS, "beta"):
            yield Binary("*", Name(_RATE), part)

    yield from _everywhere(line, again)


def _undivided(part: Expression) -> Iterator[Expression]:
    match part:
        case Binary("/", above, Binary("+", Call("np.sqrt"), _)) | Binary(
            "/", above, Call("np.sqrt")
        ):
            yield above
        case Binary("/", above, Binary("+", Call("np.sqrt") as root, small)):
            yield Binary("+", Binary("/", above, root), small)


MISWRITTEN = (
    Miswriting("square-not-taken", "without the square of the gradient", _of(_unsquared)),
    Miswriting("root-left-out", "without the root", _of(_unrooted)),
    Miswriting("epsilon-elsewhere", "with epsilon on the other side of the root",
               _of(_epsilon_moved), is_convention=True),
    Miswriting("epsilon-left-out", "without epsilon", _of(_without_epsilon)),
    Miswriting("beta-exchanged", "with beta and 1 - beta exchanged", _of(_exchanged)),
    Miswriting("share-left-out", "without the factor 1 - beta", _of(_without_share)),
    Miswriting("share-put-in", "with a factor 1 - beta", _of(_with_share)),
    Miswriting("state-forgotten", "without what was there before", _of(_forgotten)),
    Miswriting("state-not-decayed", "without beta before what was there", _of(_not_decayed)),
    Miswriting("correction-left-out", "without the correction for the start at 0",
               _of(_uncorrected)),
    Miswriting("correction-multiplied", "multiplied by the correction", _of(_multiplied)),
    Miswriting("correction-without-step", "corrected without the power of t", _of(_without_step)),
    Miswriting("step-off-by-one", "with t off by one", _of(_off_by_one)),
    Miswriting("correction-in-state", "corrected in place, so that the correction is carried on",
               _of(_corrected_in_place)),
    Miswriting("other-beta", "with the other beta", _all_other_betas),
    Miswriting("sign-of-step", "with the wrong sign", _of(_other_sign)),
    Miswriting("rate-not-applied", "without the learning rate", _of(_without_rate)),
    Miswriting("rate-applied-twice", "with the learning rate once more", _rate_again),
    Miswriting("not-divided", "without the division by the root", _of(_undivided)),
)  # fmt: skip
