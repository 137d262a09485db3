"""The process that runs a script: `python -m nnscope.script.child RESULT ROW SCRIPT [ARGUMENTS]`.

It does what `python SCRIPT ARGUMENTS` does, with hooks in the script and in the modules beside it,
and writes what was recorded to the file RESULT, however the script ends.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import traceback
import types
from collections.abc import Sequence
from pathlib import Path

import msgspec

from nnscope.script.hooks import Hooks
from nnscope.script.instrument import HOOKS, Site, instrument
from nnscope.script.iterations import Iterations
from nnscope.script.printed import Listening, Printed
from nnscope.script.record import Recorded, SourceFile, encoded
from nnscope.script.tape import Pass


class Running:
    """A script with hooks in it, and what they have noted."""

    def __init__(self, script: Path, row: int | None) -> None:
        self._script, self._folder = script, script.parent
        self.sites: list[Site] = []
        self.iterations = Iterations(self.sites, row)
        self.hooks = Hooks(self._ended, self._is_own)
        self.sources: dict[str, SourceFile] = {}
        self.printed = Printed(self.hooks.loops)
        self._first = 0  # the pass of the training loop that is iteration 0

    def _is_own(self, file: str) -> bool:
        return file in self.sources

    def _ended(self, now: Pass) -> None:
        """Take a pass that is complete."""
        was_known = self.iterations.loop is not None
        self.iterations.ended(now)
        self.printed.ended(now.loop)
        if not was_known and self.iterations.loop is not None:
            self._first = self.printed.complete(now.loop) - 2  # this one and the one before

    def recorded(self, error: str) -> Recorded:
        """Give all that was recorded; `error` says how the script ended, if not well."""
        loop = self.iterations.loop
        printed = self.printed.by_iteration(-1 if loop is None else loop, self._first)
        found = self.iterations.recorded(error)
        return msgspec.structs.replace(found, sources=self.sources, printed=printed)

    def compiled(self, path: Path) -> types.CodeType:
        """Compile a file of the script with hooks; raises `SyntaxError`."""
        text = path.read_text("utf-8-sig")
        self.sources[str(path)] = SourceFile(text, path.stat().st_mtime_ns)
        tree = instrument(text, str(path), self.sites)
        return compile(tree, str(path), "exec")

    def run(self) -> str:
        """Run the script; say how it ended, if not well."""
        main = types.ModuleType("__main__")
        main.__dict__.update({"__file__": str(self._script), HOOKS: self.hooks})
        sys.modules["__main__"] = main
        sys.stdout = Listening(sys.stdout, self.printed)
        sys.meta_path.insert(0, _Beside(self, self._folder))
        try:
            exec(self.compiled(self._script), main.__dict__)
        except SystemExit:
            return ""
        except BaseException as error:
            return self._told(error)
        return ""

    def _told(self, error: BaseException) -> str:
        """Say what an exception was, and on which row of the script."""
        rows = [f"{Path(each.filename).name}, line {each.lineno}"
                for each in traceback.extract_tb(error.__traceback__)
                if self._is_own(each.filename)]  # fmt: skip
        if isinstance(error, SyntaxError):
            rows = [f"{Path(error.filename or '').name}, line {error.lineno}"]
        where = f"{rows[-1]}: " if rows else ""
        return f"{where}{type(error).__name__}: {error}"


class _Beside(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the modules that lie beside a script with hooks in them."""

    def __init__(self, running: Running, folder: Path) -> None:
        self._running, self._folder = running, folder

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: types.ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a module beside the script, or in a package there."""
        found = importlib.machinery.PathFinder.find_spec(fullname, path)
        origin = found.origin if found is not None else None
        if found is None or origin is None or not origin.endswith(".py"):
            return None
        folder = Path(origin).resolve()
        if self._folder not in folder.parents or "site-packages" in folder.parts:
            return None
        return importlib.util.spec_from_file_location(
            fullname,
            origin,
            loader=self,
            submodule_search_locations=found.submodule_search_locations,
        )

    def exec_module(self, module: types.ModuleType) -> None:
        """Run a module with hooks."""
        module.__dict__[HOOKS] = self._running.hooks
        exec(self._running.compiled(Path(str(module.__file__))), module.__dict__)


def main() -> None:
    """Run the script that the arguments name."""
    result, row, script, *arguments = sys.argv[1:]
    path = Path(script).resolve()
    sys.argv, sys.path[0] = [script, *arguments], str(path.parent)
    os.environ.setdefault("MPLBACKEND", "Agg")  # plots open no window
    running = Running(path, int(row) or None)
    error = running.run()
    problem = running.iterations.problem
    if problem is not None and not error:
        site = running.sites[problem.site]
        error = f"{Path(site.file).name}, line {site.row}: `{site.text}` {problem.why}"
    Path(result).write_bytes(encoded(running.recorded(error)))


if __name__ == "__main__":
    main()
