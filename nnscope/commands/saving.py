"""Keeping arrays in a file, so that an interruption or a full disk never costs what was there."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from nnscope.expression.evaluate import Value
from nnscope.scenario.errors import wrong


def check_place(path: Path, scenario: Path) -> None:
    """Raise `ScenarioError` where no arrays can be kept, before they are computed."""
    where, folder = str(path), path.parent
    if path.suffix != ".npz":
        raise wrong(where, "the name of the file must end in .npz")
    if not folder.is_dir():
        raise wrong(where, f"there is no folder `{folder}`")
    if path.exists() and not path.is_file():
        raise wrong(where, "this is not a file; name one that can be written")
    if path.exists() and path.samefile(scenario):
        raise wrong(where, "this is the scenario itself; name another file")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise wrong(where, "it may not be written there")


def save(path: Path, values: Mapping[str, Value]) -> None:
    """Write arrays beside the file and put them in its place once they are on the disk.

    Raises `OSError` with the name of the file.
    """
    path = path.resolve()
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write(beside, values)
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None
    finally:
        beside.unlink(missing_ok=True)


def _write(path: Path, values: Mapping[str, Value]) -> None:
    with path.open("xb") as file:
        np.savez(file, **values)  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
