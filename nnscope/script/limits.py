"""Limits of the process that runs a script, where the system has them."""

from contextlib import suppress

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

CAN_LIMIT_MEMORY = resource is not None
"""Whether this system can limit the memory of a process."""


def limit_memory(size: int) -> None:
    """Let this process have at most so many bytes of address space."""
    if resource is not None:
        with suppress(ValueError, OSError):  # the system allows less already, or can't
            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            resource.setrlimit(resource.RLIMIT_AS, (size, hard))


def unlimit_memory() -> None:
    """Take the limit back: what was recorded is handed over behind it."""
    if resource is not None:
        with suppress(ValueError, OSError):
            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
