"""`nnscope trace`: every event of a run."""

from argparse import Namespace

from nnscope.commands.loading import load_named
from nnscope.engine.timeline import Timeline
from nnscope.export.trace import as_json, as_text
from nnscope.scenario.errors import wrong


def run(arguments: Namespace) -> int:
    """Print events from iteration `start` on, for `iterations` of them or to the end of the run."""
    program = load_named(arguments)
    first = arguments.start
    if first >= program.iterations:
        message = f"iteration {first} is not run: they count from 0 to {program.iterations - 1}"
        raise wrong("--from", message)
    count = program.iterations - first if arguments.iterations is None else arguments.iterations
    timeline = Timeline(program)
    timeline.seek(timeline.clock.begin(first))
    written = as_json if arguments.json else as_text
    for event in timeline.events(timeline.clock.begin(count)):
        print(written(event))
    return 0
