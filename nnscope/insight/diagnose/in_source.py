"""Lines of the source that do nothing, and so are none of the program: where they stand."""

import ast
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from nnscope.insight.diagnose.steps import is_gradient_name
from nnscope.program.model import Line, Phase, Program, SourceSpan


class _Statement(Struct, frozen=True):
    """One assignment of the source: what it assigns, what it reads, where it stands."""

    targets: frozenset[str]
    reads: frozenset[str]
    at: SourceSpan


class Idle(Struct, frozen=True):
    """A line that should update a parameter and does not; it may update a copy of it."""

    line: Line
    is_copy: bool = False


def idle_line(program: Program, name: str, known: Line) -> Idle:
    """Give the line of the source's loop that should update a parameter and does not.

    That is one that assigns it, or one of its gradient that leads nowhere, as where a copy is
    updated; else the gradient itself. `known` is a line of the program, which is given back where
    there is none of these.
    """
    spelled = program.spelled(name)
    rows = {(line.at.file, line.at.row) for line in program.lines if line.at}
    found = [
        each
        for each in _in_the_loop(program)
        if not {(each.at.file, row) for row in range(each.at.first, each.at.last + 1)} & rows
    ]

    def is_of_gradient(names: frozenset[str]) -> bool:
        return any(is_gradient_name(each, spelled) for each in names)

    own = [each for each in found if spelled in each.targets]
    copies = [each for each in found if is_of_gradient(each.reads)]
    chosen = own or copies or [each for each in found if is_of_gradient(each.targets)]
    if not chosen:
        return Idle(known)
    return Idle(replace(known, at=chosen[-1].at, written=spelled), bool(copies) and not own)


def assigning(program: Program, spelled: str) -> SourceSpan | None:
    """Give the last place in the source's loop that assigns a name; None where none does."""
    found = [each.at for each in _in_the_loop(program) if spelled in each.targets]
    return found[-1] if found else None


def _in_the_loop(program: Program) -> Iterator[_Statement]:
    """Yield the assignments in the loop that the updates stand in, or else most of the lines."""
    rows: dict[str, list[int]] = {}
    for phases in ((Phase.UPDATE,), (Phase.BACKWARD,), (Phase.LOSS,)):
        for line in program.lines:
            if line.at is not None and line.phase in phases:
                rows.setdefault(line.at.file, []).append(line.at.row)
        if rows:
            break
    for file, known in rows.items():
        text = program.notes.sources.get(file, ())
        for node in _assignments("\n".join(text), known):
            yield _statement(file, text, node)


def _statement(file: str, text: Sequence[str], node: "ast.Assign | ast.AugAssign") -> _Statement:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    last = node.end_lineno or node.lineno
    told = " ".join(row.strip() for row in text[node.lineno - 1 : last])
    return _Statement(
        frozenset(ast.unparse(each) for target in targets for each in ast.walk(target)
                  if isinstance(each, ast.Name | ast.Attribute | ast.Subscript)),
        frozenset(ast.unparse(each) for each in ast.walk(node.value)
                  if isinstance(each, ast.Name | ast.Attribute | ast.Subscript)),
        SourceSpan(file, node.lineno, (), told, node.lineno, last),
    )  # fmt: skip


def _assignments(text: str, rows: Sequence[int]) -> "Iterator[ast.Assign | ast.AugAssign]":
    """Yield the assignments in the innermost loop, or function, that has all these rows."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    blocks = [node for node in ast.walk(tree)
              if isinstance(node, ast.For | ast.While | ast.FunctionDef)
              and all(node.lineno <= row <= (node.end_lineno or 0) for row in rows)]  # fmt: skip
    whole: ast.AST = min(blocks, key=lambda node: (node.end_lineno or 0) - node.lineno,
                         default=tree)  # fmt: skip
    for node in ast.walk(whole):
        if isinstance(node, ast.Assign | ast.AugAssign):
            yield node
