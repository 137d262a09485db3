"""A diagnosis as text, for a reader and in one line, and as what JSON has."""

from collections.abc import Iterator
from typing import Any

from nnscope.expression.source import source
from nnscope.insight.diagnose.finding import Cause, Diagnosis, Finding
from nnscope.program.model import Line

_RIGHT = "no wrong line was found"


def diagnosis_text(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield the lines of a whole diagnosis, the first wrong line of the program first."""
    yield headline(diagnosis)
    for finding in diagnosis.findings:
        yield ""
        yield from finding_text(diagnosis, finding)
    for target, reason in diagnosis.untold:
        yield f"? {_named(diagnosis, target)} is not judged: {reason}"
    yield from (f"note: {remark}" for remark in diagnosis.remarks)
    if diagnosis.not_given:
        yield f"not given: {', '.join(diagnosis.not_given)}"


def headline(diagnosis: Diagnosis) -> str:
    """Say in one line what came out."""
    name = diagnosis.program.name
    if diagnosis.trouble:
        return f"{name} can't be compared: {diagnosis.trouble}"
    if not diagnosis.findings:
        return f"{name}: {_RIGHT}; {_counted(len(diagnosis.right))} right"
    first = (diagnosis.wrong or diagnosis.findings)[0]
    if not diagnosis.wrong:
        return f"{name}: no line is wrong; {where(diagnosis, first.place)}: {first.facts[-1]}"
    more = len(diagnosis.wrong) - 1
    others = f", and {more} more" if more else ""
    causes = [cause.slip.title for cause in first.causes if cause.is_exact]
    told = causes[0] if causes else next(iter(first.facts), first.kind.value)
    return f"{name}: {where(diagnosis, first.place)}{others}: {told}"


def _counted(lines: int) -> str:
    return f"{lines} line{'' if lines == 1 else 's'} of the backward pass and the update " + (
        "is" if lines == 1 else "are"
    )


def where(diagnosis: Diagnosis, line: Line) -> str:
    """Say where a line stands: in its file, or in the listing."""
    if line.at is None:
        return f"line {diagnosis.number(line)}, {line.spelled}"
    return f"{line.at.file}, line {line.at.row}, {line.spelled}"


def finding_text(diagnosis: Diagnosis, finding: Finding) -> Iterator[str]:
    """Yield what there is to say about one wrong line."""
    place = finding.place
    mark = "✗" if finding in diagnosis.wrong else "·"
    yield f"{mark} {where(diagnosis, place)}: {finding.kind.value}"
    yield f"    {written(place)}"
    for fact in finding.facts:
        yield f"  fact    {fact}"
    if finding.is_masked:
        yield "  fact    with the program's own numbers nothing of it is seen"
    for each in finding.possible:
        yield f"  possible {each.cause.slip.title}: not exact, but {each.cause.right_line}"
        yield f"          takes {each.share:.0%} of the difference away"
    exact = [cause for cause in finding.causes if cause.is_exact]
    for cause in finding.causes:
        yield from _cause_text(cause)
    if len(exact) > 1:
        yield "  note    several slips explain it exactly: only one of them is in the line"
    if not finding.causes and finding.instead:
        yield f"  right   {finding.instead}"


def _cause_text(cause: Cause) -> Iterator[str]:
    slip = cause.slip
    yield f"  cause   {slip.title}{'' if cause.is_exact else ' (possible)'}"
    if cause.wrong is not None:
        yield f"  as if   {cause.line.spelled} = {source(cause.wrong)}"
    yield f"  right   {cause.right_line}"
    yield f"  why     {slip.why}"
    yield f"  effect  {slip.effect}"
    yield f"  see     {slip.reference}"


def written(line: Line) -> str:
    """Write a line as it stands in its source; as NumPy where it has none."""
    return line.at.text.strip() if line.at and line.at.text else line.text


def diagnosis_object(diagnosis: Diagnosis) -> dict[str, Any]:
    """Put a diagnosis into what JSON has."""
    found = [finding_object(diagnosis, finding) for finding in diagnosis.findings]
    first = next((each for each, finding in zip(found, diagnosis.findings, strict=True)
                  if finding in diagnosis.wrong), None)  # fmt: skip
    return {
        "file": diagnosis.program.name,
        "status": diagnosis.status,
        "clean": diagnosis.status == 0,
        "first_wrong": first["line"] if first else None,
        "facts": first["facts"] if first else [],
        "causes": first["causes"] if first else [],
        "findings": found,
        "not_given": list(diagnosis.not_given),
        "untold": [{"name": _named(diagnosis, target), "because": reason}
                   for target, reason in diagnosis.untold],
        "remarks": list(diagnosis.remarks),
        "trouble": diagnosis.trouble,
    }  # fmt: skip


def finding_object(diagnosis: Diagnosis, finding: Finding) -> dict[str, Any]:
    """Put one wrong line into what JSON has."""
    place = finding.place
    return {
        "line": {
            "file": place.at.file if place.at else diagnosis.program.name,
            "line": place.at.row if place.at else diagnosis.number(place),
            "name": place.spelled,
        },
        "of": finding.of,
        "kind": finding.kind.value,
        "wrong": place.text,
        "right": finding.right_line,
        "facts": list(finding.facts),
        "causes": [_cause_object(cause) for cause in finding.causes],
        "possible": [
            {**_cause_object(each.cause), "explains": each.share} for each in finding.possible
        ],
        "hidden_at_the_start": finding.is_masked,
    }


def _cause_object(cause: Cause) -> dict[str, Any]:
    return {
        "slip": cause.slip.name,
        "says": cause.slip.title,
        "exact": cause.is_exact,
        "line": cause.line.text,
        "wrong": source(cause.wrong or cause.line.expression),
        "right": source(cause.right),
    }


def _named(diagnosis: Diagnosis, target: str) -> str:
    return diagnosis.program.spelled(target)
