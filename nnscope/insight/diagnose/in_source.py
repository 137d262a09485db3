"""Lines of the source that do nothing, and so are none of the program: where they stand."""

import ast
from collections.abc import Iterator

from msgspec.structs import replace

from nnscope.insight.diagnose.steps import is_gradient_name
from nnscope.program.model import Line, Program, SourceSpan


def idle_line(program: Program, name: str, known: Line) -> Line:
    """Give the line of the source that assigns a parameter, or its gradient, without effect.

    `known` is a line of the program, which is given back where there is no such line.
    """
    spelled = program.spelled(name)
    found = [*_assigned(program, spelled)]
    chosen = [each for each in found if each[0] == spelled] or found
    if not chosen:
        return known
    target, span = chosen[-1]
    return replace(known, at=span, written=target)


def _assigned(program: Program, spelled: str) -> Iterator[tuple[str, SourceSpan]]:
    """Yield the assignments to a name, or to its gradient, among the rows of the loop."""
    rows: dict[str, list[int]] = {}
    for line in program.lines:
        if line.at is not None:
            rows.setdefault(line.at.file, []).append(line.at.row)
    for file, known in rows.items():
        text = program.notes.sources.get(file, ())
        for node in _assignments("\n".join(text)):
            target = ast.unparse(node.targets[0])
            is_meant = target == spelled or is_gradient_name(target, spelled)
            if is_meant and min(known) <= node.lineno <= max(known) + 1:
                last = node.end_lineno or node.lineno
                told = " ".join(row.strip() for row in text[node.lineno - 1 : last])
                yield target, SourceSpan(file, node.lineno, (), told, node.lineno, last)


def _assignments(text: str) -> Iterator[ast.Assign]:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            yield node
