"""What is followed through time: what the debugger's keys do with it."""

from typing import TYPE_CHECKING

from nnscope.engine.clock import program_clock
from nnscope.engine.watch import probe
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import evaluate
from nnscope.expression.syntax import names
from nnscope.program.model import Program
from nnscope.tui.axis import Axis, Mark
from nnscope.tui.prompt import Prompt

if TYPE_CHECKING:
    from nnscope.tui.stage import Stage


class Watching:
    """Keeps what is followed in one debugger, and goes along its axis."""

    def __init__(self, screen: "Stage") -> None:
        self._screen = screen
        self.chosen = 0  # of all curves; the cost, if there is one, is the first
        self._first = 1 if self._program.cost else 0
        self._given_up = -1  # so many iterations were reached when the user interrupted
        self._aimed = 0  # the iteration that was asked for last

    @property
    def _program(self) -> Program:
        return self._screen.session.timeline.program

    # what is followed

    def ask(self) -> None:
        """Ask for a number and follow it; an empty answer drops the chosen curve."""
        screen, view = self._screen, self._screen.view
        cell = ", ".join(map(str, view.cell))
        example = view.selected.text + (f"[{cell}]" if cell else "")
        dropped = self._droppable()
        question = f"Follow a number, such as {example} or np.linalg.norm({view.selected.text}):"
        if dropped >= 0:
            question += f"   (empty: drop {screen.session.watched.curves[dropped].text})"

        def take(answer: str | None) -> None:
            if answer is not None and answer.strip():
                self._follow(answer)
            elif answer is not None:
                self.remove()

        screen.app.push_screen(Prompt(question, self._wrong), take)

    def _wrong(self, answer: str) -> str:
        """Say what is wrong with an expression, or nothing."""
        try:
            if answer.strip():
                expression = probe(self._program, answer.strip()).expression
                values = self._screen.session.frame.values
                if all(name in values for name in names(expression)):
                    evaluate(expression, values)
        except ExpressionError as error:
            return str(error)
        return ""

    def _follow(self, text: str) -> None:
        session, new = self._screen.session, probe(self._program, text.strip())
        followed = [curve.expression for curve in session.watched.curves]
        place = followed.index(new.expression) if new.expression in followed else len(followed)
        self.chosen, self._given_up = place + self._first, -1
        told = text.strip().replace(", ", ",")  # the progress is put behind a comma
        self._screen.begin(f"following {told}", lambda: session.follow(new))

    def _droppable(self) -> int:
        """Give the place of the curve that an empty answer drops; -1 if there is none."""
        last = len(self._screen.session.watched.curves) - 1
        return min(self.chosen - self._first, last) if self.chosen >= self._first else last

    def remove(self) -> None:
        """Follow the chosen curve no longer; where that is the cost, the last one."""
        place, session = self._droppable(), self._screen.session
        if place >= 0:
            self._screen.begin("dropping a curve", lambda: session.forget(place))

    def choose(self, step: int) -> None:
        """Choose the next or the previous curve."""
        last = len(self._screen.session.watched.curves) + self._first - 1
        self.chosen = min(max(self.chosen + step, 0), max(last, 0))

    def catch_up(self) -> bool:
        """Bring the curves up to where the run has come; True says that this takes a while yet."""
        session = self._screen.session
        if not session.watched.behind or len(session.frame.costs) <= self._given_up:
            return False
        if session.watched.is_quick:
            session.catch_up()
            return False
        return True

    def compute(self) -> None:
        """Bring the curves up behind the screen."""
        self._screen.begin("computing the curves", self._screen.session.catch_up)

    @property
    def is_computing(self) -> bool:
        """Whether the work that goes on is for the curves."""
        return self._screen.session.busy.startswith(("computing the curves", "following"))

    def give_up(self) -> None:
        """Leave the curves as far as they are, until the run has gone farther."""
        self._given_up = len(self._screen.session.frame.costs)

    # going along the axis

    def scrub(self, axis: Axis, columns: int) -> None:
        """Go some columns of the plot further, or back."""
        session = self._screen.session
        here = self._aimed if session.busy.startswith("going") else session.frame.iteration
        count = max(len(session.frame.costs), here + 1)
        self.go_to(Axis(count, axis.width).moved(here, columns))

    def go_to(self, iteration: int) -> None:
        """Go to this line of another iteration."""
        self._aimed = iteration
        clock = program_clock(self._program)
        self._screen.to(lambda time: clock.same_line_at(time, iteration), scrubbing=True)

    def marks(self) -> tuple[Mark, ...]:
        """List the marks of the axis: where searches stopped, the first bad number, letters."""
        places, clock = self._screen.stopping.places, program_clock(self._program)
        frame = self._screen.session.frame
        times = [(time, "●") for time in sorted(places.stopped)]
        times += [(time, letter) for letter, time in sorted(places.marks.items())]
        marks = tuple(Mark(clock.iteration(time), sign) for time, sign in times)
        return marks if frame.first_bad is None else (*marks, Mark(frame.first_bad, "‼"))
