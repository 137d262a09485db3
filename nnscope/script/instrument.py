"""A script's tree with hooks in it: every operation and every binding reports to the recorder.

The hooks do what the script says, with its own objects, so that it behaves as ever; they are the
methods of `nnscope.script.hooks.Hooks`, which are found under `HOOKS` among the builtins.
"""

import ast
import json

from msgspec import Struct

HOOKS = "__nnscope__"
_PLAIN_CALLS = {"super", "locals", "globals", "vars", "dir", "eval", "exec", "__import__"}
"""What looks at the frame that calls it."""

_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@",
    ast.FloorDiv: "//", ast.Mod: "%", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
    ast.LShift: "<<", ast.RShift: ">>", ast.USub: "-", ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<",
    ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


class Site(Struct, frozen=True):
    """A place in the source: its file, its row from 1, and its text.

    `operands` are how the operands are written, empty for what is more than a name.
    """

    file: str
    row: int
    text: str
    operands: tuple[str, ...] = ()


def instrument(text: str, file: str, sites: list[Site]) -> ast.Module:
    """Parse a script and put the hooks in; raises `SyntaxError` for what is not Python.

    Hooks name their place by its number in `sites`, which this adds to.
    """
    tree = ast.parse(text, file)
    found = _Hooking(file, sites).visit(tree)
    assert isinstance(found, ast.Module)
    return ast.fix_missing_locations(found)


class _Hooking(ast.NodeTransformer):
    """Puts a call of a hook around each operation, and around what is bound to a name."""

    def __init__(self, file: str, sites: list[Site]) -> None:
        self._file, self._sites = file, sites
        self._classes: list[str] = []

    # expressions

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        site = self._site(node, node.left, node.right)
        operands = [self.visit(node.left), self.visit(node.right)]
        return self._hook(node, "binary", site, _text(_SIGNS[type(node.op)]), *operands)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        site, operand = self._site(node), self.visit(node.operand)
        if isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
            return self._hook(node, "negative", site, operand)
        return ast.copy_location(ast.UnaryOp(node.op, operand), node)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        site = self._site(node)
        self.generic_visit(node)
        if len(node.ops) > 1 or type(node.ops[0]) not in _SIGNS:
            return node
        sign = _text(_SIGNS[type(node.ops[0])])
        return self._hook(node, "compared", site, sign, node.left, node.comparators[0])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        site = self._site(node)
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in _PLAIN_CALLS:
            return node
        arguments = [_number(site), node.func, *node.args]
        return ast.copy_location(ast.Call(_method("call"), arguments, node.keywords), node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        site = self._site(node, node.value)
        self.generic_visit(node)
        if node.attr != "T" or not isinstance(node.ctx, ast.Load):
            return node
        return self._hook(node, "transposed", site, node.value)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        site = self._site(node)
        if not isinstance(node.ctx, ast.Load):
            self.generic_visit(node)
            return node
        return self._hook(node, "indexed", site, self.visit(node.value), self._key(node.slice))

    def _key(self, tree: ast.expr) -> ast.expr:
        """Write an index as a value: a slice is one only inside of brackets."""
        if isinstance(tree, ast.Slice):
            parts = [each if each is None else self.visit(each)
                     for each in (tree.lower, tree.upper, tree.step)]  # fmt: skip
            given = [each or ast.Constant(None) for each in parts]
            return ast.copy_location(ast.Call(_method("slice"), given, []), tree)
        if isinstance(tree, ast.Tuple):
            elements = [self._key(each) for each in tree.elts]
            return ast.copy_location(ast.Tuple(elements, ast.Load()), tree)
        visited: ast.expr = self.visit(tree)
        return visited

    # statements

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt] | ast.stmt:
        site, value = self._site(node), self.visit(node.value)
        if len(node.targets) == 1:
            return self._assigned(node, node.targets[0], value, site)
        kept = f"{HOOKS}{site}"
        first = self._statement(node, ast.Assign([_name(kept, ast.Store())], value))
        rest = [self._assigned(node, target, _name(kept), site) for target in node.targets]
        last = self._statement(node, ast.Delete([_name(kept, ast.Del())]))
        return [first, *(part for each in rest for part in _listed(each)), last]

    def _assigned(
        self, node: ast.stmt, target: ast.expr, value: ast.expr, site: int
    ) -> list[ast.stmt] | ast.stmt:
        match target:
            case ast.Subscript(container, key):
                stored = self._hook(node, "store", site, value, self.visit(container),
                                    self._key(key), _text(_named(container)))  # fmt: skip
                return self._statement(node, ast.Expr(stored))
            case ast.Tuple() | ast.List():
                return [self._statement(node, ast.Assign([self.visit(target)], value)),
                        *self._renamed(node, target, site)]  # fmt: skip
        named = self._hook(node, "bound", site, _text(_named(target)), value)
        return self._statement(node, ast.Assign([self.visit(target)], named))

    def _renamed(self, node: ast.stmt, target: ast.expr, site: int) -> list[ast.stmt]:
        """Tell the names that unpacking has bound."""
        if isinstance(target, ast.Tuple | ast.List):
            return [each for part in target.elts for each in self._renamed(node, part, site)]
        if not isinstance(target, ast.Name):
            return []
        bound = self._hook(node, "bound", site, _text(target.id), _name(target.id))
        return [self._statement(node, ast.Assign([_name(target.id, ast.Store())], bound))]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | list[ast.stmt]:
        if node.value is None:
            return node
        site, value = self._site(node), self.visit(node.value)
        if isinstance(node.target, ast.Subscript):
            return self._assigned(node, node.target, value, site)
        # the annotation stays: data classes are made of them
        node.value = self._hook(node, "bound", site, _text(ast.unparse(node.target)), value)
        node.target = self.visit(node.target)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        site, value = self._site(node, node.target, node.value), self.visit(node.value)
        sign, text = _text(_SIGNS[type(node.op)]), _text(_named(node.target))
        match node.target:
            case ast.Name(id=name):
                result = self._hook(node, "augmented", site, sign, _name(name), value, text)
                return self._statement(node, ast.Assign([_name(name, ast.Store())], result))
            case ast.Attribute(owner, attribute):
                told = [self.visit(owner), _text(self._mangled(attribute))]
                hook = self._hook(node, "augmented_attribute", site, sign,
                                  self._read_first("attribute", told), value, text)  # fmt: skip
            case ast.Subscript(container, key):
                text = _text(_named(container))
                told = [self.visit(container), self._key(key)]
                hook = self._hook(node, "augmented_item", site, sign,
                                  self._read_first("item", told), value, text)  # fmt: skip
        return self._statement(node, ast.Expr(hook))

    def _read_first(self, name: str, arguments: list[ast.expr]) -> ast.Starred:
        """Read what is changed before its new part is computed: that may change it too."""
        return ast.Starred(ast.Call(_method(name), arguments, []), ast.Load())

    def visit_For(self, node: ast.For) -> ast.For:
        site = self._site(node)
        self.generic_visit(node)
        node.iter = self._hook(node.iter, "passes", site, node.iter)
        node.body = [*self._renamed(node, node.target, site), *node.body]
        return node

    def visit_While(self, node: ast.While) -> ast.Try:
        site = self._site(node)
        self.generic_visit(node)
        again = self._hook(node.test, "again", site)
        node.test = ast.copy_location(ast.BoolOp(ast.And(), [again, node.test]), node.test)
        left = self._statement(node, ast.Expr(self._hook(node, "left", site)))
        return ast.copy_location(ast.Try([node], [], [], [left]), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        is_generator = any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(node))
        self._function(node, is_called=not is_generator)
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        self._function(node, is_called=False)
        return node

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, *, is_called: bool) -> None:
        """Put hooks in a function; where it `is_called` as a whole, also around it."""
        site = self._site(node)
        node.decorator_list = [self.visit(each) for each in node.decorator_list]
        node.args.defaults = [self.visit(each) for each in node.args.defaults]
        node.args.kw_defaults = [each and self.visit(each) for each in node.args.kw_defaults]
        told = node.body[:1] if ast.get_docstring(node, clean=False) is not None else []
        rest = node.body[len(told) :]
        body = [part for each in rest for part in _listed(self.visit(each))]
        if is_called and body:
            entered = self._statement(
                node, ast.Expr(self._hook(node, "entered", site, _text(node.name)))
            )
            left = self._statement(node, ast.Expr(self._hook(node, "returned", site)))
            body = [entered, ast.copy_location(ast.Try(body, [], [], [left]), node)]
        node.body = [*told, *body]

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.match_case:
        node.body = [part for each in node.body for part in _listed(self.visit(each))]
        return node

    # pieces

    def _mangled(self, attribute: str) -> str:
        """Give a private attribute the name that Python gives it inside of a class."""
        is_private = attribute.startswith("__") and not attribute.endswith("__")
        owner = self._classes[-1].lstrip("_") if self._classes else ""
        return f"_{owner}{attribute}" if is_private and owner else attribute

    def _site(self, node: ast.AST, *operands: ast.expr) -> int:
        names = tuple(_spelled(each) for each in operands)
        self._sites.append(Site(self._file, getattr(node, "lineno", 0), _head(node), names))
        return len(self._sites) - 1

    def _hook(self, node: ast.AST, name: str, site: int, *arguments: ast.expr) -> ast.expr:
        call = ast.Call(_method(name), [_number(site), *arguments], [])
        return ast.copy_location(call, node)

    def _statement(self, node: ast.stmt, statement: ast.stmt) -> ast.stmt:
        return ast.copy_location(statement, node)


def _spelled(tree: ast.expr) -> str:
    """Give how a variable, an attribute or an entry is written; nothing for anything else."""
    match tree:
        case ast.Subscript(value, ast.Constant(key)) if _spelled(value):
            return f"{_spelled(value)}[{key_text(key)}]"
        case ast.Attribute(value, attribute) if _spelled(value):
            return f"{_spelled(value)}.{attribute}"
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return ast.unparse(tree)
    return ""


def _named(tree: ast.expr) -> str:
    """Give how a target is written, whatever it is."""
    return _spelled(tree) or ast.unparse(tree)


def key_text(key: object) -> str:
    """Write the key of an entry: `"W1"` in double quotes, without control characters."""
    return json.dumps(key, ensure_ascii=False) if isinstance(key, str) else repr(key)


def _head(node: ast.AST) -> str:
    """Give the text of a statement's first row, or of an expression."""
    return ast.unparse(node).partition("\n")[0][:200]


def _listed(found: ast.stmt | list[ast.stmt]) -> list[ast.stmt]:
    return found if isinstance(found, list) else [found]


def _method(name: str) -> ast.expr:
    return ast.Attribute(_name(HOOKS), name, ast.Load())


def _name(id_: str, context: ast.expr_context | None = None) -> ast.Name:
    return ast.Name(id_, context or ast.Load())


def _text(text: str) -> ast.Constant:
    return ast.Constant(text)


def _number(site: int) -> ast.Constant:
    return ast.Constant(site)
