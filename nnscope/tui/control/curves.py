"""What is followed through time: the list of curves, and going along their axis."""

from nnscope.engine.clock import program_clock
from nnscope.engine.watch import probe
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import evaluate
from nnscope.expression.syntax import names
from nnscope.tui.control.bookmarks import Bookmarks
from nnscope.tui.control.command import key, meaning
from nnscope.tui.control.job import Job, JobKind
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.travel import Travel
from nnscope.tui.control.work import Work
from nnscope.tui.draw.axis import Axis, Mark
from nnscope.tui.panes.time import TimePane
from nnscope.tui.view import CurveList


class Curves:
    """Keeps which curve is chosen, and has the curves computed as far as the run has come."""

    def __init__(self, stage: Stage, work: Work, travel: Travel, bookmarks: Bookmarks) -> None:
        self._stage = stage
        self._work = work
        self._travel = travel
        self._bookmarks = bookmarks
        self.shown = CurveList()
        self._first = 1 if stage.worker.program.cost else 0  # the cost is always there
        self._chosen = 0
        self._given_up = -1  # so many iterations were reached when the user interrupted
        self._aimed = 0  # the iteration that was asked for last

    def follow(self) -> None:
        """Take the newest curves and marks."""
        shown = CurveList(self._stage.worker.watched.curves, self._chosen, self._marks())
        if shown != self.shown:
            self.shown = shown

    def _marks(self) -> tuple[Mark, ...]:
        """List the marks of the axis: where searches stopped, the first bad number, letters."""
        worker, bookmarks = self._stage.worker, self._bookmarks
        clock, bad = program_clock(worker.program), worker.frame.first_bad
        times = [(time, "●") for time in sorted(bookmarks.stopped)]
        times += [(time, letter) for letter, time in sorted(bookmarks.marks.items())]
        marks = tuple(Mark(clock.iteration(time), sign) for time, sign in times)
        return marks if bad is None else (*marks, Mark(bad, "‼"))

    # going along the axis

    @key("time.back", "comma,shift+left", "earlier", "go ten columns of the plot back in time", -10)
    @key("time.next", "full_stop,shift+right", "later", "go ten columns of the plot on in time", 10)
    @meaning("time.left", -1)
    @meaning("time.right", 1)
    def scrub(self, columns: int) -> None:
        """Go some columns of the plot further, or back."""
        is_going = self._work.kind is JobKind.SEEKING
        frame, axis = self._stage.view.frame, self._stage.pane(TimePane).axis
        here = self._aimed if is_going else frame.iteration
        count = max(len(frame.costs), here + 1)
        self.go_to(Axis(count, axis.width).moved(here, columns))

    def go_to(self, iteration: int) -> None:
        """Go to this line of another iteration."""
        self._aimed = iteration
        clock = program_clock(self._stage.worker.program)
        self._travel.to(lambda time: clock.same_line_at(time, iteration), scrubbing=True)

    # what is followed

    @key("follow", "w", "follow", "follow a number through time, beside the cost")
    def ask(self) -> None:
        """Ask for a number and follow it; an empty answer drops the chosen curve."""
        view, dropped = self._stage.view, self._droppable()
        cell = ", ".join(map(str, view.cell))
        example = view.selected.text + (f"[{cell}]" if cell else "")
        question = f"Follow a number, such as {example} or np.linalg.norm({view.selected.text}):"
        if dropped >= 0:
            question += f"   (empty: drop {self._stage.worker.watched.curves[dropped].text})"

        def take(answer: str) -> None:
            if answer.strip():
                self._follow(answer.strip())
            else:
                self.drop()

        self._stage.ask(question, self._wrong, take)

    def _wrong(self, answer: str) -> str:
        """Say what is wrong with an expression, or nothing."""
        try:
            if answer.strip():
                expression = probe(self._stage.worker.program, answer.strip()).expression
                values = self._stage.view.frame.values
                if all(name in values for name in names(expression)):
                    evaluate(expression, values)
        except ExpressionError as error:
            return str(error)
        return ""

    def _follow(self, text: str) -> None:
        worker = self._stage.worker
        new = probe(worker.program, text)
        followed = [curve.expression for curve in worker.watched.curves]
        at = followed.index(new.expression) if new.expression in followed else len(followed)
        self._chosen, self._given_up = at + self._first, -1
        job = Job(JobKind.FOLLOWING, f"following {text}")
        self._work.begin(job, lambda: worker.follow(new))

    def _droppable(self) -> int:
        """Give the place of the curve that an empty answer drops; -1 if there is none."""
        last = len(self._stage.worker.watched.curves) - 1
        return min(self._chosen - self._first, last) if self._chosen >= self._first else last

    @meaning("curve.drop")
    def drop(self) -> None:
        """Follow the chosen curve no longer; where that is the cost, the last one."""
        worker, dropped = self._stage.worker, self._droppable()
        if dropped >= 0:
            job = Job(JobKind.FOLLOWING, "dropping a curve")
            self._work.begin(job, lambda: worker.forget(dropped))

    @meaning("curve.up", -1)
    @meaning("curve.down", 1)
    def choose(self, step: int) -> None:
        """Choose the next or the previous curve."""
        last = len(self._stage.worker.watched.curves) + self._first - 1
        self._chosen = min(max(self._chosen + step, 0), max(last, 0))
        self._stage.refresh_view()

    # keeping up with the run

    def catch_up(self) -> str:
        """Bring the curves up to where the run has come, if that is quick; give what went wrong."""
        worker = self._stage.worker
        return worker.catch_up().error if self._is_behind and worker.watched.is_quick else ""

    def compute(self) -> None:
        """Bring the curves up in the background, if they are behind."""
        if self._is_behind:
            job = Job(JobKind.FOLLOWING, "computing the curves")
            self._work.begin(job, self._stage.worker.catch_up)

    @property
    def _is_behind(self) -> bool:
        worker = self._stage.worker
        return worker.watched.behind > 0 and len(worker.frame.costs) > self._given_up

    def give_up(self) -> None:
        """Leave the curves as far as they are, until the run has gone farther."""
        self._given_up = len(self._stage.worker.frame.costs)
