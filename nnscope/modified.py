"""When a file was changed."""

from pathlib import Path


def modified(path: Path) -> int | None:
    """Give when a file was changed last, in nanoseconds; None where it can't be told."""
    try:
        return path.stat().st_mtime_ns
    except (OSError, ValueError):
        return None
