"""What holds for all tests: one BLAS thread a process, set before NumPy is imported anywhere.

The tests run in as many processes as there are processors; more threads would only wait for each
other, and the number of threads decides bits.
"""

import gc
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_collection_finish() -> None:
    """Never look for garbage among what was imported and collected: a tenth of all time went there.

    What the tests themselves leave is still looked for, if less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
