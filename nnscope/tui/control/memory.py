"""The memory that the history may hold."""

from nnscope.byte_sizes import megabytes, read_bytes
from nnscope.tui.control.command import key
from nnscope.tui.control.job import Job, JobKind
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.work import Work


class Memory:
    """Asks how much may be kept."""

    def __init__(self, stage: Stage, work: Work) -> None:
        self._stage = stage
        self._work = work

    @key("memory", "M", "memory", "set how much memory the history may hold")
    def ask(self) -> None:
        """Ask for another cap; where there is less room than is held, kept iterations go."""
        worker = self._stage.worker
        held, cap = worker.held / 2**20, megabytes(worker.timeline.history.cap)
        question = f"The history holds {held:.1f} of {cap} MB. Let it hold at most (64MB, 1GB):"
        self._stage.ask(question, _wrong_size, lambda answer: self._resize(read_bytes(answer)))

    def _resize(self, cap: int) -> None:
        worker = self._stage.worker
        job = Job(JobKind.RESIZING, "setting the memory")
        self._work.begin(job, lambda: worker.resize(cap))
        if (least := worker.timeline.history.least) > cap:
            size = f"{least / 2**20:.1f} MB"
            self._stage.tell(f"The costs of the whole run take {size}: they are kept anyway.")


def _wrong_size(answer: str) -> str:
    try:
        read_bytes(answer)
    except ValueError as error:
        return str(error)
    return ""
