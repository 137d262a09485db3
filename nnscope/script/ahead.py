"""A script that is looked at while it still runs."""

import threading
import time
from pathlib import Path

from nnscope.script.errors import ScriptError
from nnscope.script.options import ScriptOptions
from nnscope.script.process import KeepRecording, Running
from nnscope.script.record import Recorded, as_it_is

_FIRST = 1.0
"""So many seconds a script may run before what is there is opened."""

_TICK = 0.02


class Ahead:
    """Runs a script in the background, and gives what was recorded by now."""

    def __init__(self, script: Path, options: ScriptOptions) -> None:
        self._script, self._options = script, options
        self._far = 0, 0.0
        self._is_wanted = True
        self._seen: Recorded | None = None
        self._latest = Recorded()
        self._problem: ScriptError | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def is_running(self) -> bool:
        """Whether the script runs, or what it recorded is still to come."""
        return self._thread.is_alive()

    @property
    def latest(self) -> Recorded:
        """What was recorded by now."""
        return self._latest

    def begin(self, keep_going: KeepRecording) -> Recorded:
        """Run the script until it has ended, or some of its iterations can be looked at.

        `keep_going` is asked as long as there is nothing to look at. Raises `ScriptError` where the
        script can't be run.
        """
        self._thread.start()
        try:
            while self.is_running and not (self._far[0] and self._far[1] > _FIRST):
                self._thread.join(_TICK)
                if not keep_going(*self._far):
                    self.end()
                    self._thread.join()
        except KeyboardInterrupt:
            self.end()
            self._thread.join()
        if self._problem is not None:
            raise self._problem
        return self._latest

    def end(self) -> None:
        """End the script; what was recorded by then stays."""
        self._is_wanted = False

    def _run(self) -> None:
        try:
            with Running(self._script, self._options) as run:
                why = run.wait(lambda count, seconds: self._look(run, count, seconds))
                run.end()
                self._latest = run.recorded(why)
        except ScriptError as problem:
            self._problem = problem

    def _look(self, run: Running, count: int, seconds: float) -> bool:
        if run.so_far is not None and run.so_far is not self._seen:
            self._seen, self._latest = run.so_far, as_it_is(run.so_far)
        self._far = count, max(seconds, 1e-9)
        return self._is_wanted


def record_ahead(
    script: Path, options: ScriptOptions, keep_going: KeepRecording
) -> tuple[Recorded, Ahead | None]:
    """Run a script; give what was recorded by now, and what goes on with it if it still runs."""
    ahead = Ahead(script, options)
    begun = time.monotonic()

    def told(count: int, seconds: float) -> bool:
        return keep_going(count, seconds or time.monotonic() - begun)

    recorded = ahead.begin(told)
    return recorded, ahead if ahead.is_running else None
