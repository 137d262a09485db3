"""The command line. It imports neither NumPy nor Textual; a command's module does when it runs."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from nnscope import __version__
from nnscope.commands.output import abandon, complain, gated
from nnscope.commands.starting import importing
from nnscope.digits import whole_number
from nnscope.script.options import SECONDS, is_script
from nnscope.spelling import nearest
from nnscope.visible import message, quoted

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

EXAMPLES = """\
examples:
  nnscope                             choose a scenario from the library
  nnscope single_neuron               open one by its name
  nnscope my_network.toml             open a file of your own
  nnscope homework.py                 run a script, and open what its lines computed
  nnscope diagnose homework.py        the first wrong line, and why
  nnscope check homework.py -- --epochs 5
  nnscope hunt two_layer --level 2    a slip is put into it: find the line
  nnscope trace two_layer --iterations 1 --json
  nnscope train two_layer --every 1000
  nnscope verify scenarios/*.toml
  nnscope explain two_layer "dW2[0, 1]" --iteration 12
  nnscope shapes deep_network
  nnscope check two_layer_as_printed
  nnscope evaluate my_network.toml --after 1000
  nnscope export two_layer --to svg --iteration 20 --line dW1 > screen.svg

`nnscope COMMAND --help` tells more of a command."""

COMMANDS = ("open", "list", "trace", "train", "verify", "explain", "shapes", "check", "diagnose",
            "hunt", "evaluate", "export", "keys", "serve")  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and give its exit status: 0, 1 for a failed check, 2 for a mistake."""
    # threads change bits, and cost time on small matrices
    for library in ("OPENBLAS", "MKL", "OMP"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    try:
        with gated():
            status = _run(sys.argv[1:] if arguments is None else arguments)
            sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader has seen enough, as with `| head`
        abandon()
        return 141
    except OSError as error:
        abandon()
        return _fail(f"{error.filename}: {error.strerror}")
    return status


def _run(given: list[str]) -> int:
    misspelt = _misspelt(given)
    if misspelt:
        return _fail(misspelt)
    own, of_script = _divided(_with_command(given))
    parsed = parser().parse_args(own, Namespace(arguments=of_script))
    with importing():
        command = import_module(f"nnscope.commands.{parsed.command}")
        from nnscope.commands.mistakes import MISTAKES, told  # noqa: PLC0415

    try:
        status: int = command.run(parsed)
    except BrokenPipeError:
        raise
    except MISTAKES as mistake:
        return _fail(told(mistake))
    return status


def _fail(text: str) -> int:
    complain(text)
    return 2


class _Parser(ArgumentParser):
    """A parser whose messages are short, and that doesn't hide that they can't be written."""

    def _print_message(self, text: str, file: "SupportsWrite[str] | None" = None) -> None:
        (file or sys.stderr).write(text)
        sys.stdout.flush()

    def error(self, text: str) -> NoReturn:
        """End the program with the usage and what is wrong."""
        super().error(message(text.split("\n")))


def _misspelt(given: list[str]) -> str:
    """Say which command was meant where a word with arguments is nearly one; else nothing."""
    are_words = len(given) > 1 and not any(word.startswith("-") for word in given[:2])
    are_words = are_words and not is_script(given[0])
    near = nearest(given[0], COMMANDS) if are_words else ""
    if not near or near == given[0]:
        return ""
    return f"`{given[0]}` is not a command: did you mean `{near}`?"


def _divided(given: list[str]) -> tuple[list[str], list[str]]:
    """Part the words for nnscope from those for a script: behind its name, or behind `--`."""
    scripts = [place for place, word in enumerate(given) if is_script(word)]
    if not scripts:
        return given, []
    if given[0] == "open":
        own, rest = given[: scripts[0] + 1], given[scripts[0] + 1 :]
        return own, rest[1:] if rest[:1] == ["--"] else rest
    own = given[: given.index("--")] if "--" in given else given
    return own, given[len(own) + 1 :]


def _with_command(given: list[str]) -> list[str]:
    """Put `open` before a file: `nnscope FILE` and `nnscope COMMAND` stand side by side."""
    top = ("-h", "--help", "--version", *COMMANDS)
    return given if given and given[0] in top else ["open", *given]


def parser() -> ArgumentParser:
    """Describe the command line."""
    top = _Parser(
        "nnscope", usage="nnscope [FILE]\n       nnscope COMMAND ...", epilog=EXAMPLES,
        description="A debugger for the arithmetic of a neural network.",
        formatter_class=RawDescriptionHelpFormatter,
    )  # fmt: skip
    top.add_argument("--version", action="version", version=f"nnscope {__version__}")
    commands = top.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", prog="nnscope"
    )

    def command(name: str, told: str, example: str) -> ArgumentParser:
        return commands.add_parser(
            name, help=told, description=told[0].upper() + told[1:] + ".",
            epilog=f"example:\n  {example}", formatter_class=RawDescriptionHelpFormatter,
        )  # fmt: skip

    opened = command("open", "open a scenario or script in the debugger (what `nnscope FILE` does)",
                     "nnscope two_layer --memory 64MB")  # fmt: skip
    opened.add_argument("file", metavar="FILE", nargs="?", help="a path, or a name of the library; "
                        "what follows a script is for that")  # fmt: skip
    _add_script(opened)
    opened.add_argument("--memory", type=_bytes, metavar="SIZE",
                        help="what the history may hold (default: as the scenario says, "
                        "or 256MB)")  # fmt: skip
    command("list", "list the scenarios of the library", "nnscope list")
    command("keys", "list the commands of the debugger with their keys", "nnscope keys")
    trace = command("trace", "print every event of a run",
                    "nnscope trace two_layer --iterations 1 --json")  # fmt: skip
    _add_file(trace)
    trace.add_argument("--iterations", type=_positive, metavar="N", help="how many (default: all)")
    trace.add_argument("--from", type=_count, default=0, metavar="K", dest="start",
                       help="the first iteration, counted from 0 (default: 0)")  # fmt: skip
    trace.add_argument("--json", action="store_true", help="one JSON object a line")
    train = command("train", "run fast and print the cost", "nnscope train two_layer --every 1000")
    _add_file(train)
    train.add_argument("--iterations", type=_positive, metavar="N",
                       help="how many (default: as the scenario says)")  # fmt: skip
    train.add_argument("--every", type=_positive, metavar="K",
                       help="print the cost every K iterations (default: ten times)")  # fmt: skip
    train.add_argument("--json", action="store_true", help="one JSON object a line")
    train.add_argument("--save", type=_file_name, metavar="OUT.npz",
                       help="keep every array of the last iteration")  # fmt: skip
    verified = command("verify", "compare scenarios with the numbers that their sources printed",
                       "nnscope verify scenarios/*.toml")  # fmt: skip
    verified.add_argument("files", metavar="FILE", nargs="+", help="paths or names of the library")
    _add_script(verified)
    _add_explain(command)
    _add_shapes(command)
    _add_check(command)
    _add_diagnose(command)
    _add_hunt(command)
    _add_evaluate(command)
    _add_export(command)
    _add_serve(command)
    return top


def _add_explain(command: Callable[[str, str, str], ArgumentParser]) -> None:
    explain = command("explain", "show the arithmetic of one cell, and where its numbers come from",
                      'nnscope explain two_layer "dW2[0, 1]" --iteration 12')  # fmt: skip
    _add_file(explain)
    explain.add_argument("cell", metavar="CELL", help='a single cell, such as "dW2[0, 1]" or J, or '
                         'an expression such as "np.sum(dW2)"')  # fmt: skip
    explain.add_argument("--iteration", type=_count, default=0, metavar="K",
                         help="at the end of this iteration (default: 0)")  # fmt: skip
    explain.add_argument("--largest", action="store_true", help="the largest terms of a sum first")
    explain.add_argument("--json", action="store_true", help="one JSON object")


def _add_shapes(command: Callable[[str, str, str], ArgumentParser]) -> None:
    shapes = command("shapes", "print the shape of every array, and how those of each line fit",
                     "nnscope shapes two_layer")  # fmt: skip
    _add_file(shapes)
    shapes.add_argument("--json", action="store_true", help="one JSON object")


def _add_check(command: Callable[[str, str, str], ArgumentParser]) -> None:
    check = command("check", "compare every gradient with the slope of the cost, and every update "
                    "with its rule", "nnscope check two_layer --iteration 100")  # fmt: skip
    _add_file(check)
    check.add_argument("--iteration", type=_count, default=0, metavar="K",
                       help="at the start of this iteration (default: 0)")  # fmt: skip
    check.add_argument("--sample", type=_positive, metavar="N",
                       help="at most N cells of each gradient, drawn at random (default: all of a "
                       "parameter's, 200 of others)")  # fmt: skip
    check.add_argument("--json", action="store_true", help="one JSON object a line")


def _add_diagnose(command: Callable[[str, str, str], ArgumentParser]) -> None:
    diagnose = command("diagnose", "find the first wrong line of a backward pass, update or cost, "
                       "and say what it comes from", "nnscope diagnose homework.py")  # fmt: skip
    diagnose.add_argument("files", metavar="FILE", nargs="+",
                          help="paths or names of the library; of several, a line each; "
                          "behind one, MINE.npz: arrays of yours to compare with it")  # fmt: skip
    _add_script(diagnose)
    diagnose.add_argument("--json", action="store_true", help="one JSON object a file")


def _add_hunt(command: Callable[[str, str, str], ArgumentParser]) -> None:
    hunt = command("hunt", "open the debugger with one slip put into the program: find the line",
                   "nnscope hunt deep_network_he --level 2 --seed 7")  # fmt: skip
    hunt.add_argument("file", metavar="FILE", nargs="?", default="two_layer",
                      help="a path, or a name of the library (default: two_layer); one that is "
                      "wrong as it stands is taken so; what follows `--` is for a "
                      "script")  # fmt: skip
    hunt.add_argument("--level", type=int, choices=(1, 2, 3), default=1,
                      help="1: a wrong scale or a missing update; 2: a wrong direction; 3: a wrong "
                      "order or cost, and what is hardly seen (default: 1)")  # fmt: skip
    hunt.add_argument("--seed", type=_count, metavar="N",
                      help="the same slip for the same number (default: any)")  # fmt: skip
    _add_script(hunt)


def _add_evaluate(command: Callable[[str, str, str], ArgumentParser]) -> None:
    evaluate = command("evaluate", "train, then run forwards on the data of each [[evaluate]]",
                       "nnscope evaluate my_network.toml --after 1000")  # fmt: skip
    _add_file(evaluate)
    evaluate.add_argument("--after", type=_count, metavar="K",
                          help="after so many updates (default: all)")  # fmt: skip
    evaluate.add_argument("--json", action="store_true", help="one JSON object a line")


def _add_export(command: Callable[[str, str, str], ArgumentParser]) -> None:
    export = command("export", "print a NumPy script of the lines, the scenario that they are, the "
                     "screen of a moment as a picture, or the source of the loop that runs when it "
                     "runs fast",
                     "nnscope export two_layer --to svg --line dW1 > screen.svg")  # fmt: skip
    _add_file(export)
    export.add_argument("--to", required=True,
                        choices=("script", "scenario", "run-loop", "plain-loop", "svg"),
                        help="a script of its own; a scenario file, where the lines are those of "
                        "layers; the loop with reused buffers; the lines as listed; or the "
                        "screen")  # fmt: skip
    shown = export.add_argument_group("the screen (--to svg)")
    shown.add_argument(
        "--iteration",
        type=_count,
        metavar="K",
        help="at the end of this iteration (default: at the start)",
    )
    shown.add_argument(
        "--line", default="", metavar="LINE", help="behind this line of it, such as dW1 or 7"
    )
    shown.add_argument("--pane", default="", metavar="NAME",
                       help="with this pane chosen, such as time, or this picture, such as "
                       "network")  # fmt: skip
    shown.add_argument("--matrix", default="", metavar="NAME",
                       help="with this matrix of the line selected, such as W1")  # fmt: skip
    shown.add_argument("--whole", action="store_true", help="the chosen pane alone")
    shown.add_argument("--size", type=_size, metavar="COLUMNSxROWS",
                       help="of so many columns and rows of text (default: 120x36)")  # fmt: skip
    shown.add_argument("--theme", default="", metavar="NAME",
                       help="dark, light, high-contrast or one of Textual's")  # fmt: skip


def _add_serve(command: Callable[[str, str, str], ArgumentParser]) -> None:
    serve = command("serve", "open the debugger in a browser (needs the extra `serve`)",
                    "nnscope serve two_layer --port 8000")  # fmt: skip
    serve.add_argument("file", metavar="FILE", nargs="?", help="a path, or a name of the library; "
                       "what follows `--` is for a script")  # fmt: skip
    serve.add_argument("--host", default="127.0.0.1",
                       help="the address to listen on (default: %(default)s, which only this "
                       "machine reaches)")  # fmt: skip
    serve.add_argument("--port", type=_port, default=8000, help="(default: %(default)s)")
    serve.add_argument("--url", default="", help="how browsers call it, where that is not "
                       "http://HOST:PORT")  # fmt: skip
    serve.add_argument("--scripts", action="store_true", help="let visitors open scripts, which "
                       "runs them")  # fmt: skip
    _add_script(serve)


def _add_file(command: ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="a path, or a name of the library; what "
                         "follows `--` is for a script")  # fmt: skip
    _add_script(command)


def _add_script(command: ArgumentParser) -> None:
    script = command.add_argument_group("scripts", "FILE may be a script (.py, .ipynb). Opening a "
                                        "script runs it.")  # fmt: skip
    script.add_argument("--loop", type=_positive, default=0, metavar="LINE",
                        help="the line of the training loop (default: it is found)")  # fmt: skip
    script.add_argument("--cost", default="", metavar="NAME",
                        help="the number that is the cost (default: the one that the steps "
                        "follow)")  # fmt: skip
    script.add_argument("--call", default="", metavar="CODE",
                        help="run this behind the script, as if it stood at its end, such as "
                        "'train(X, Y, 100)'")  # fmt: skip
    script.add_argument("--run", type=_positive, default=1, metavar="N",
                        help="where the training loop is run several times, each with new "
                        "parameters: which of these (default: 1)")  # fmt: skip
    script.add_argument("--seconds", type=_seconds, default=SECONDS, metavar="S",
                        help="how long it may run (default: %(default)g)")  # fmt: skip
    script.add_argument("--script-memory", type=_bytes, metavar="SIZE",
                        help="how much memory it may have, on Linux (default: 4GB)")  # fmt: skip
    script.add_argument("--no-scripts", action="store_true",
                        help="run none, as NNSCOPE_NO_SCRIPTS=1 says for all")  # fmt: skip


def _count(text: str) -> int:
    return _at_least(0, text)


def _positive(text: str) -> int:
    return _at_least(1, text)


def _at_least(least: int, text: str) -> int:
    count = whole_number(text)
    if count is None or count < least:
        found = quoted(repr(text))
        raise ArgumentTypeError(f"expected a whole number from {least} up, found {found}")
    return count


def _file_name(text: str) -> str:
    if not text:
        raise ArgumentTypeError("expected the name of a file, found ''")
    return text


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError(f"expected a number of seconds above 0, found {text!r}")
    return seconds


def _port(text: str) -> int:
    port = _at_least(1, text)
    if port > 65535:
        raise ArgumentTypeError(f"expected a port from 1 to 65535, found {port}")
    return port


def _size(text: str) -> tuple[int, int]:
    sides = [whole_number(side) for side in text.lower().split("x")]
    match sides:
        case [int(width), int(height)] if 20 <= width <= 500 and 10 <= height <= 500:
            return width, height
    told = "expected columns x rows, from 20x10 to 500x500, such as 120x36"
    raise ArgumentTypeError(f"{told}; found {quoted(repr(text))}")


def _bytes(text: str) -> int:
    from nnscope.byte_sizes import read_bytes  # noqa: PLC0415

    try:
        return read_bytes(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
