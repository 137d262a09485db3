"""Predicting: the next result stays covered until its shape, its sign or its value is typed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from nnscope.engine.frame import Frame
from nnscope.tui.control.command import key
from nnscope.tui.control.inspect import Inspect
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.travel import Travel
from nnscope.tui.panes.matrices import MatricesPane
from nnscope.tui.view import ChainChoice, Checked, CurveList, View

if TYPE_CHECKING:
    from nnscope.insight.predict.question import Question
    from nnscope.insight.predict.tally import Tally


class Cover(Struct, frozen=True, eq=False):
    """A question that is open, and what is shown meanwhile: the frame and the curves before it."""

    question: "Question"
    frame: Frame
    curves: CurveList
    checked: Checked
    then: Callable[[], None]


_BEGINS = "<line.next> asks you to predict the next result before it is shown. <predict> ends it."


class Predict:
    """Asks before a result is shown, and counts what was right."""

    def __init__(self, stage: Stage, travel: Travel, inspect: Inspect) -> None:
        self._stage = stage
        self._travel = travel
        self._inspect = inspect
        self._tally: Tally | None = None
        self._cover: Cover | None = None

    @property
    def is_on(self) -> bool:
        """Whether results are to be predicted; at the end of the run there is none."""
        return self._tally is not None and not self._stage.view.progress.is_at_end

    @key("predict", "Q", "predict", "predict the next result: its shape, sign or value; or no more")
    def toggle(self) -> None:
        """Begin to ask for results before they are shown, or end that with a tally."""
        from nnscope.insight.predict.tally import Tally  # noqa: PLC0415  not at the start

        if self._tally is None:
            self._tally = Tally()
            self._stage.tell(_BEGINS)
        else:
            self._tell("Your predictions", self._tally.text)
            self._tally = None

    def next_line(self, then: Callable[[], None] = lambda: None) -> None:
        """Run the next line, and ask for its result; `then` is done when it is uncovered."""
        before: list[Frame] = []

        def ahead(time: int) -> int:
            before.append(self._stage.view.frame)
            return time + 1

        self._travel.to(ahead, arrived=lambda: self._ask(before[-1], then))

    def covering(self, view: View) -> View:
        """Give a view in which the result that is asked for is covered."""
        cover = self._cover
        # the frame is another one where a script that still runs has given more iterations
        if cover is None or cover.question.frame.time != view.frame.time:
            return view
        return replace(
            view,
            frame=cover.frame,
            chain_choice=ChainChoice(),
            curves=cover.curves,
            checked=cover.checked,
            question=cover.question,
        )

    def _ask(self, before: Frame, then: Callable[[], None]) -> None:
        from nnscope.insight.predict.answers import mistake  # noqa: PLC0415  not at the start
        from nnscope.insight.predict.choose import question  # noqa: PLC0415
        from nnscope.insight.predict.covered import covered, covered_curves  # noqa: PLC0415

        assert self._tally is not None
        view = self._stage.view
        asked = question(view.frame, self._tally.known)
        curves = covered_curves(view.curves.curves, asked)
        marks = tuple(mark for mark in view.curves.marks if mark.iteration <= before.iteration)
        shown = replace(view.curves, curves=curves, marks=marks)
        self._cover = Cover(asked, covered(before, asked), shown, Checked(), then)
        self._inspect.select_result(asked.cell)
        self._show_matrices()
        text = f"{asked.text}   (question {self._tally.count + 1}, Escape skips it)"
        self._stage.ask(text, lambda typed: mistake(asked, typed), self._take, left=self._skip)

    def _show_matrices(self) -> None:
        """Have the operands in sight."""
        pane = self._stage.pane(MatricesPane)
        maximized = pane.screen.maximized
        if maximized is not None and maximized is not pane:
            pane.screen.minimize()
        if not pane.display:  # a narrow screen shows another pane
            self._stage.choose_pane(MatricesPane.NAME)

    def _take(self, typed: str) -> None:
        from nnscope.insight.predict.answers import is_right  # noqa: PLC0415  not at the start
        from nnscope.insight.predict.misses import explanation, right_answer  # noqa: PLC0415

        question = self._uncovered()
        found = is_right(question, typed)
        assert self._tally is not None
        self._tally.answered(question, found)
        self._end("" if found else f"✗ Not {typed.strip()}. {explanation(question, typed)}")
        if found:
            self._stage.tell(f"✓ {right_answer(question)}")

    def _skip(self) -> None:
        assert self._tally is not None
        self._tally.skip()
        self._uncovered()
        self._end("")

    def _uncovered(self) -> "Question":
        """Uncover the result, and do what was to be done then."""
        assert self._cover is not None
        cover, self._cover = self._cover, None
        cover.then()
        self._stage.refresh_view()
        return cover.question

    def _end(self, told: str) -> None:
        """Say what there is to say of an answer; at the end of the run the tally, too."""
        assert self._tally is not None
        tally = self._tally.text if self._stage.view.progress.is_at_end else ""
        if told or tally:
            self._tell("Prediction", "\n\n".join(filter(None, (told, tally))))

    def _tell(self, title: str, text: str) -> None:
        from nnscope.tui.dialogs.told import ToldScreen  # noqa: PLC0415  not at the start

        self._stage.open(ToldScreen(title, text))
