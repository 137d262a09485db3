"""What the rules of health find while the program runs: each is told once."""

from nnscope.insight.health.rule import Finding
from nnscope.tui.panes.health import HealthPane
from nnscope.tui.view import View


class Findings:
    """Keeps which findings the user has seen, or could have seen."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._of_work = ""  # what was told while the work that is going on has lasted

    def note(self, view: View) -> None:
        """Take what is on the screen, in the status line, for known."""
        self._known |= {finding.rule.name for finding in view.findings}

    def at_end(self, view: View) -> str:
        """Tell once more, at the end of a work, what was told meanwhile: it may have been brief."""
        self.news(view)
        told, self._of_work = self._of_work, ""
        return told

    def news(self, view: View) -> str:
        """Tell what has not been told before; empty where there is nothing."""
        new = [each for each in view.findings if each.rule.name not in self._known]
        self.note(view)
        told = " ".join(_told(finding, view) for finding in new)
        self._of_work = " ".join(filter(None, (self._of_work, told)))
        return told


def _told(finding: Finding, view: View) -> str:
    where = finding.where(view.frame.program.called)
    return (f"! {finding.rule.name} in iteration {view.frame.iteration}: {where}: "
            f"{finding.comparison}. <pane.{HealthPane.NAME}> tells more.")  # fmt: skip
