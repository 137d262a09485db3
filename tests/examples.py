"""How many examples tests of properties try: `NNSCOPE_EXAMPLES=10` makes it ten times as many."""

import os

from hypothesis import HealthCheck, settings

TIMES = float(os.environ.get("NNSCOPE_EXAMPLES", "1"))


def examples(count: int, steps: int = 50) -> settings:
    """Try so many examples, of at most so many steps each; a busy machine may take its time."""
    return settings(
        max_examples=max(1, round(count * TIMES)),
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
