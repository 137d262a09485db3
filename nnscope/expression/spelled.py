"""Names that are more than one word, as scripts have them: `params["W1"]`, `layers[0].W`."""

import ast
from collections.abc import Collection, Mapping

from nnscope.expression.syntax import Name

_LONGEST = 20  # so many attributes and entries may stand behind each other


class Spelled:
    """Puts a word for each such name in a tree of Python; `meant` has the name of each word."""

    def __init__(self, spelled: Collection[str], text: str) -> None:
        stem = "spelled"
        while stem in text:
            stem += "_"
        several = [each for each in dict.fromkeys(spelled) if not each.isidentifier()]
        words = {f"{stem}{number}": name for number, name in enumerate(several)}
        self.meant: Mapping[str, Name] = {word: Name(name) for word, name in words.items()}
        self._words = {ast.unparse(tree): word for word, name in words.items()
                       if (tree := _tree(name)) is not None}  # fmt: skip

    def as_words(self, tree: ast.expr) -> ast.expr:
        """Give the tree with a word for each name; how the quotes are written does not matter."""
        if not self._words:
            return tree
        whole = ast.Expression(tree)
        for parent in ast.walk(whole):
            for field, child in ast.iter_fields(parent):
                if isinstance(child, list):
                    setattr(parent, field, [self._as_word(each) for each in child])
                elif isinstance(child, ast.AST):
                    setattr(parent, field, self._as_word(child))
        return whole.body

    def _as_word(self, node: ast.AST) -> ast.AST:
        word = self._words.get(ast.unparse(node)) if _is_chain(node) else None
        return node if word is None else ast.Name(word, ast.Load())


def _is_chain(node: ast.AST) -> bool:
    """Tell whether a tree is a name with an attribute or an entry behind it, or several."""
    if not isinstance(node, ast.Attribute | ast.Subscript):
        return False
    for _ in range(_LONGEST):
        if not isinstance(node, ast.Attribute | ast.Subscript):
            break
        node = node.value
    return isinstance(node, ast.Name)


def _tree(name: str) -> ast.expr | None:
    """Read a name as Python; None for one that is not Python."""
    try:
        return ast.parse(name, mode="eval").body
    except (SyntaxError, ValueError):
        return None
