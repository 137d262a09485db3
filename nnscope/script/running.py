"""A script with hooks in it, in the process of its own."""

import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import threading
import types
from collections.abc import Callable, Container, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from nnscope.modified import modified
from nnscope.script import endings
from nnscope.script.errors import LostError
from nnscope.script.following import FollowingHooks
from nnscope.script.idle import IdleHooks
from nnscope.script.instrument import HOOKS, Site, instrument
from nnscope.script.iterations import Iterations
from nnscope.script.printed import Listening, Printed
from nnscope.script.record import Recorded, SourceFile
from nnscope.script.source_text import SourceText, read_source, with_call
from nnscope.script.steps import Variant
from nnscope.script.straight import straight
from nnscope.script.tape import Known, Pass
from nnscope.script.uncalled import uncalled
from nnscope.script.whole import WholeHooks


class Running:
    """A script with hooks in it, and what they have noted."""

    def __init__(self, script: Path, row: int | None, call: str = "", run: int = 1) -> None:
        self._script, self._folder, self._row, self._call = script, script.parent, row, call
        self.sites: list[Site] = []
        known = Known()
        self.iterations = Iterations(self.sites, known, row, run)
        self.hooks = WholeHooks(self, known, self._is_own, FollowingHooks, IdleHooks)
        self._sources: dict[str, SourceText] = {}
        self._files: dict[str, SourceFile] = {}
        self._printed = Printed(self.hooks.loops)
        self._first = 0  # the pass of the training loop that is iteration 0
        self._lock = threading.RLock()  # a handler of signals may come to it, too
        self._builtins = dict(builtins.__dict__)
        self._loops: set[int] = set()
        self._broken = ""  # why nothing more is recorded
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)

    def _forked(self) -> None:
        """Record nothing in a process that the script forked: another thread may hold the lock."""
        self._broken = "it is another process"
        self.hooks.end()

    @property
    def name(self) -> str:
        """The name of the file."""
        return self._script.name

    @property
    def own(self) -> Container[str]:
        """The files that have hooks."""
        return self._sources

    def place(self, file: str, row: int) -> str:
        """Write a row of a file for the reader."""
        source = self._sources.get(file)
        return source.place(row) if source else f"{Path(file).name}, line {row}"

    def _is_own(self, file: str) -> bool:
        return file in self._sources

    def stop(self, why: str) -> None:
        """Record no more."""
        self._broken = self._broken or why

    def ended(self, now: Pass) -> None:
        """Take a pass that is complete, or was broken off."""
        was_known = self.iterations.is_found
        self._take(now.loop, partial(self.iterations.ended, now, self.hooks.loops()))
        if not was_known and self.iterations.is_found:
            with self._lock:
                # this pass and the one before
                self._first = self._printed.complete(now.loop) - 2
        if not self.iterations.is_found:
            self._loops.add(now.loop)
        self.hooks.trace = self.iterations.trace

    def followed(self, loop: int, variant: Variant, values: list[Any], anew: set[int]) -> None:
        """Take a pass that did what one before it had done."""
        self._take(loop, partial(self.iterations.followed, variant, values, anew))

    def resumed(self, before: Pass) -> None:
        """Take the pass before one that is recorded whole again."""
        with self._lock:
            self.iterations.resumed(before)

    def changed_in_place(self) -> None:
        """Learn that what the latest pass has made was changed, and is not known any more."""
        with self._lock:
            self.iterations.changed_in_place()

    def is_awaiting(self) -> bool:
        """Tell whether the training loop is to be recorded when it begins anew."""
        return self.iterations.is_awaited

    def is_done(self) -> bool:
        """Tell whether the training loop was among those that have ended."""
        return self.iterations.is_shown or self.iterations.problem is not None

    def _take(self, loop: int, take: Callable[[], None]) -> None:
        """Take a pass of a loop; nothing that goes wrong here may reach the script."""
        if self._broken:
            self._end()
            return
        with self._lock:
            try:
                take()
            except MemoryError:
                self._broken = "there was no more memory for recording it"
            except Exception as error:
                self._broken = f"nnscope failed to follow it ({type(error).__name__}: {error})"
            self._printed.ended(loop)
        if self._broken or self.iterations.problem is not None:
            self._end()

    def _end(self) -> None:
        """Note nothing any more: the script runs faster, and what it prints is not asked for."""
        self.hooks.end()
        self._printed.end()

    def recorded(self, error: str, is_last: bool = True) -> Recorded:
        """Give what was recorded so far; `error` says how the script ended, if not well."""
        with self._lock:
            if is_last and self.hooks.is_within:
                self.changed_in_place()
            if is_last:
                self.iterations.give_up()
            found = self.iterations.recorded(self._told(error), is_last)
        if is_last and not found.lines and not found.error:
            found = self._forward() or msgspec.structs.replace(found, error=self._no_loop())
        notes = (*(each.note for each in self._sources.values() if each.note), *self._skipped())
        notes += (self._no_loop(),) if is_last and found.lines and not found.carried else ()
        return msgspec.structs.replace(found, notes=notes, is_whole=is_last, sources=self._files,
                                       printed=self._by_iteration(is_last))  # fmt: skip

    def _forward(self) -> Recorded | None:
        """Give what a script computes that trains nothing; None where --loop names a loop."""
        now = self.hooks.straight if self._row is None else None
        try:
            return straight(now, self.sites) if now is not None else None
        except LostError as problem:
            return Recorded(error=f"{self._no_loop()}; {self._lost(problem)}")

    def _by_iteration(self, is_last: bool) -> dict[int, list[str]]:
        """Give what was printed; before the loop is known, nobody can tell in which iteration."""
        loop = self.iterations.loop if self.iterations.is_shown else None
        if loop is None:
            return self._printed.by_iteration(-1, 0) if is_last else {}
        return self._printed.by_iteration(loop, self._first)

    def _skipped(self) -> tuple[str, ...]:
        """Say which passes of the training loop are not shown."""
        count, loop = self.iterations.skipped, self.iterations.loop
        if not count or loop is None:
            return ()
        site = self.sites[loop]
        what = "pass does" if count == 1 else f"{count} passes do"
        return (f"The first {what} something else than those that follow, "
                f"and can't be shown: {self.place(site.file, site.row)}",)  # fmt: skip

    def _told(self, error: str) -> str:
        """Say what ended the recording: what went wrong in it, else how the script ended."""
        problem = self.iterations.problem
        if problem is not None:
            return self._lost(problem)
        if self._broken:
            return f"{self._script.name}: {self._broken}"
        return error

    def _lost(self, problem: LostError) -> str:
        site = self.sites[problem.site]
        return f"{self.place(site.file, site.row)}: `{site.text}` {problem.why}"

    def _no_loop(self) -> str:
        """Say why there is no iteration."""
        name, rows = self._script.name, sorted({self.sites[each].row for each in self._loops})
        listed = ", ".join(map(str, rows[:5])) + (" and more" if len(rows) > 5 else "")
        if self._row and self._row not in rows:
            others = f"; loops ran in line {listed}" if rows else ""
            return f"{name}: no loop ran in line {self._row}, which --loop names{others}"
        if rows:
            return (f"{name}: no training loop was found: in none of the loops that ran (line "
                    f"{listed}) is an array made by adding to what it was; --loop LINE says "
                    "which one it is")  # fmt: skip
        source = self._sources.get(str(self._script))
        told = uncalled(source.text) if source else ""
        return f"{name}: no training loop ran" + (f": {told}" if told else "")

    def compiled(self, path: Path) -> types.CodeType:
        """Compile a file of the script with hooks; raises what `read_source` does."""
        source = read_source(path)
        source = with_call(source, self._call) if path == self._script else source
        self._sources[str(path)] = source
        self._files[str(path)] = SourceFile(source.text, modified(path) or 0)
        tree = instrument(source.text, str(path), self.sites)
        return compile(tree, str(path), "exec", dont_inherit=True)

    def run(self) -> str:
        """Run the script; say how it ended, if not well."""
        main = types.ModuleType("__main__")
        main.__dict__.update(__file__=str(self._script), __cached__=None, __builtins__=builtins)
        setattr(builtins, HOOKS, self.hooks)
        if self._script.suffix == ".ipynb":
            main.__dict__["display"] = print  # a notebook finds it there
        sys.modules["__main__"] = main
        sys.stdout = Listening(sys.stdout, self._printed)
        sys.meta_path.insert(0, _Beside(self, self._folder))
        error = self._executed(main)
        builtins.__dict__.update(self._builtins)  # a script may have put others in their places
        return self._ending(error) if error is not None else ""

    def _executed(self, main: types.ModuleType) -> BaseException | None:
        """Run the script; give what it ended with."""
        try:
            exec(self.compiled(self._script), main.__dict__)
        except SystemExit as error:
            return error if error.code not in (None, 0) else None
        except BaseException as error:
            return error
        return None

    def _ending(self, error: BaseException) -> str:
        try:
            return endings.told(error, self._script.name, self.own, self.place)
        except Exception:
            return f"{self._script.name}: {type(error).__name__}"


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
        exec(self._running.compiled(Path(str(module.__file__))), module.__dict__)
