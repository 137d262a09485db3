"""`nnscope export`: something of a scenario in another form."""

from argparse import Namespace

from nnscope.commands.loading import load_named
from nnscope.export.run_loop import plain_loop_text, run_loop_text


def run(arguments: Namespace) -> int:
    """Print the source of a loop."""
    program = load_named(arguments)
    write = run_loop_text if arguments.to == "run-loop" else plain_loop_text
    print(write(program), end="")
    return 0
