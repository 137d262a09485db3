"""`nnscope hunt`: a program with one slip in it, to be found in the debugger."""

from argparse import Namespace
from secrets import randbelow

from nnscope.commands.loading import load_named, why_no_cost
from nnscope.commands.open import need_terminal, show
from nnscope.commands.recording import tell
from nnscope.commands.settings import settings
from nnscope.expression.errors import ExpressionError
from nnscope.insight.hunt.hunt import hunt
from nnscope.scenario.errors import wrong

_SEEDS = 10_000


def run(arguments: Namespace) -> int:
    """Plant a slip of the level, or take the bug that the file has, and open the debugger."""
    own = settings()
    need_terminal()  # before a script is run for nothing
    told = list[str]()
    program = load_named(arguments, tell=told.append)
    for text in told:
        tell(text)  # it stands there when the debugger is left
    if not program.cost:
        raise wrong(arguments.file, f"{why_no_cost(program)}, so there is no cost that a wrong "
                    "line would show in")  # fmt: skip
    seed = randbelow(_SEEDS) if arguments.seed is None else arguments.seed
    try:
        hunted = hunt(program, arguments.level, seed)
    except ExpressionError as error:
        raise wrong(arguments.file, str(error)) from None
    app = show(own, hunted, None, [hunted.origin.title + ". ! accuses a line."])
    return app.return_code or 0
