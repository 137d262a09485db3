"""`nnscope list`: the library, a line each."""

from argparse import Namespace

from nnscope.scenario.library import paths
from nnscope.scenario.load import load


def run(_arguments: Namespace) -> int:
    """Print the name and title of every scenario of the library."""
    names = [path.stem for path in paths()]
    width = max(map(len, names), default=0)
    for path in paths():
        print(f"{path.stem:<{width}}  {load(path).title}")
    return 0
