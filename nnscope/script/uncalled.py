"""The functions and classes of a script that nothing calls, and how one would."""

import ast
from collections.abc import Sequence

_MOST = 3  # names


def uncalled(text: str) -> str:
    """Say which functions and classes a script defines and does nothing with; else nothing.

    The call that is given as an example is that of the one with the most code in a loop: it trains,
    if any of them does.
    """
    body = ast.parse(text).body
    defined = [each for each in body if isinstance(each, ast.ClassDef | ast.FunctionDef)]
    read = {name.id for each in body if each not in defined
            for name in ast.walk(each) if isinstance(name, ast.Name)}  # fmt: skip
    names = [each.name for each in defined]
    if not defined or read & {*names}:
        return ""
    listed = ", ".join(f"`{name}`" for name in names[:_MOST])
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    call = _called(max(defined, key=_looped))
    them = "it" if len(names) == 1 else "them"
    told = f"the file defines {listed}{more}, and nothing calls {them}"
    return f'{told}; write two lines that do, or give a call such as --call "{call}"'


def _looped(tree: ast.AST) -> int:
    """Count the parts of a tree that stand in a loop; what has none goes after what has."""
    loops = [each for each in ast.walk(tree) if isinstance(each, ast.For | ast.While)]
    return max((sum(1 for _ in ast.walk(each)) for each in loops), default=0)


def _called(tree: ast.ClassDef | ast.FunctionDef) -> str:
    """Write a call with the names of what it takes; of a class, that of its longest loop."""
    if isinstance(tree, ast.FunctionDef):
        return f"{tree.name}({_taken(tree, ())})"
    methods = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    begun = next((each for each in methods if each.name == "__init__"), None)
    made = f"{tree.name}({_taken(begun, ('self',)) if begun else ''})"
    others = [each for each in methods if not each.name.startswith("_")]
    if not others:
        return made
    method = max(others, key=_looped)
    return f"{made}.{method.name}({_taken(method, ('self',))})"


def _taken(function: ast.FunctionDef, without: Sequence[str]) -> str:
    """List the arguments that a call has to give."""
    given = [*function.args.posonlyargs, *function.args.args]
    needed = given[: len(given) - len(function.args.defaults)]
    return ", ".join(each.arg for each in needed if each.arg not in without)
