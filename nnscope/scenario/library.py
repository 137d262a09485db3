"""The scenarios that come with nnscope, and how a name on the command line finds its file."""

from math import inf
from pathlib import Path

from nnscope.scenario.errors import one_of, wrong
from nnscope.scenario.read import read_tables

_PACKAGE = Path(__file__).parent.parent


def folder() -> Path:
    """Give the folder of the library: inside the installed package, or of the source tree."""
    installed = _PACKAGE / "library"
    return installed if installed.is_dir() else _PACKAGE.parent / "scenarios"


def paths() -> list[Path]:
    """List the files of the library by name."""
    return sorted(folder().glob("*.toml"))


def lessons() -> dict[Path, str]:
    """List the library from simple to deep: each file with what one learns from it."""
    tables = {path: read_tables(path.read_text(encoding="utf-8"))[0] for path in paths()}
    ordered = sorted(tables, key=lambda path: (tables[path].lesson or inf, path))
    return {path: tables[path].teaches for path in ordered}


def find(name: str) -> Path:
    """Find a scenario by path, or by its name in the library.

    Raises `ScenarioError` where there is none, with the nearest name that there is.
    """
    path = Path(name)
    if path.exists() or (path.suffix == ".toml" and len(path.parts) > 1):
        return path
    library = {entry.stem: entry for entry in paths()}
    if path.stem in library and path.suffix in ("", ".toml"):
        return library[path.stem]
    raise wrong(
        name, f"no such file, and {one_of(path.stem, library, 'a scenario of the library')}"
    )
