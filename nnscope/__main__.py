"""`python -m nnscope` and `nnscope` begin here."""

import sys

from nnscope.commands.starting import interrupted_at_once


def main() -> int:
    """Run the command line; give its exit status."""
    with interrupted_at_once():
        from nnscope.cli import main as run  # noqa: PLC0415

    return run()


if __name__ == "__main__":
    sys.exit(main())
