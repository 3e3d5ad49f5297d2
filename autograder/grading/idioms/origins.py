"""Where what a test cell's expressions stand for comes from, as far as its text tells: nothing is run.

A name is the learner's by the judge's own rule, `names.Owners`. What cannot be told is taken for the test's,
so that no warning is built on it.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from enum import Enum, auto

from autograder.grading.assignment import AuthorCell, AuthorNotebook
from autograder.grading.names import Owners, Whose, names_in, offered_names, plain_python


class Kind(Enum):
    """What an expression of the learner's is."""

    NAME = auto()  # a name that learner's cells give a value
    CLASS = auto()  # a class that a stub or a plain cell defines
    OBJECT = auto()  # an instance of such a class
    RESULT = auto()  # what a call, an attribute or an item gave: data, or an object


class Origins:
    """The expressions of one test cell; `files` are released with it. Raises SyntaxError when not Python."""

    def __init__(self, author: AuthorNotebook, cell: AuthorCell, files: frozenset[str]) -> None:
        self.files = files
        self.tree = ast.parse(plain_python(cell.source))
        self.nodes = list(ast.walk(self.tree))
        earlier = [one for one in author.cells[: author.cells.index(cell)] if one.is_test]
        self._owners = Owners(author)
        self.asked, self.known = self._owners.asked, self._owners.known(cell)
        self.used = names_in(cell.source, ast.Load | ast.Del)
        self.learners = self._learners(cell)
        self.classes = _classes(author, of_tests=False)
        self.test_classes = _classes(author, of_tests=True).keys() - self.classes.keys()
        self.modules = {"builtins"}  # full names of those that the author's cells import
        self._paths: dict[str, str] = {}
        self._values: dict[str, list[tuple[int, ast.expr]]] = {}
        for statement in offered_names(author).values():
            self._paths.update(_import_paths(statement))
        trees = [ast.parse(plain_python(one.source)) for one in earlier]
        for number, tree in enumerate(reversed(trees), start=1):
            ast.increment_lineno(tree, -number * _LINES)  # so that lines tell what came before what
        for node in (node for tree in [*trees, self.tree] for node in ast.walk(tree)):
            self._paths.update(_import_paths(node))
            if isinstance(node, ast.Import):
                self.modules |= {alias.name for alias in node.names}
            for name, value in _bound(node):
                self._values.setdefault(name, []).append((value.end_lineno, value))

    def _learners(self, cell: AuthorCell) -> frozenset[str]:
        """The learner's names that the test uses, but for those that an inner scope of its own binds."""
        inner = {node.arg for node in self.nodes if isinstance(node, ast.arg)}
        inner |= {node.id for node in self.nodes if _is_stored(node)}
        inner |= {node.name for node in self.nodes if isinstance(node, _NAMED) and node.name}
        outer = self.used - (inner - self.asked)
        return frozenset(name for name in outer if self._owners.whose(name, cell) is Whose.LEARNERS)

    def value(self, name: str, line: int) -> ast.expr | None:
        """What the test assigned to `name` last before `line`; None when it did not."""
        before = [one for one in self._values.get(name, []) if one[0] < line]
        return max(before, key=lambda one: one[0])[1] if before else None

    def rebinds(self, name: str, first: int, last: int) -> bool:
        """Whether the test assigns to `name` after line `first` and before or in line `last`."""
        return any(first < line <= last for line, _ in self._values.get(name, []))

    def kind(self, node: ast.AST) -> Kind | None:
        """What `node` is of the learner's; None for the test's own and for what cannot be told."""
        if isinstance(node, ast.Name):
            value = self.value(node.id, node.lineno)
            if value is not None:
                return self.kind(value)
            if node.id in self.classes:
                return Kind.CLASS
            return Kind.NAME if node.id in self.learners | self.asked else None
        elif isinstance(node, ast.Call):
            called = self.kind(node.func)
            return Kind.OBJECT if called is Kind.CLASS else Kind.RESULT if called else None
        elif isinstance(node, ast.Attribute | ast.Subscript):
            return Kind.RESULT if self.kind(node.value) else None
        elif isinstance(node, ast.BinOp):
            both = {self.kind(node.left), self.kind(node.right)} == {Kind.OBJECT}
            return Kind.OBJECT if both else None
        return None

    def is_ours(self, node: ast.AST) -> bool:
        """Whether `node` is surely a value of the test's, and one that operators work on."""
        if isinstance(node, ast.Name):
            value = self.value(node.id, node.lineno)
            return value is not None and self.is_ours(value)
        if isinstance(node, ast.Constant):
            return node.value is not None
        if isinstance(node, ast.UnaryOp):
            return self.is_ours(node.operand)
        return isinstance(node, _DISPLAYS) or (isinstance(node, ast.Call) and bool(self.path(node.func)))

    def path(self, node: ast.AST) -> str:
        """The full name of a builtin or a library's thing (`numpy.random.seed`); "" for all else."""
        if isinstance(node, ast.Name):
            if node.id in self._paths:
                return self._paths[node.id]
            is_builtin = hasattr(builtins, node.id) and node.id not in self.learners | self._values.keys()
            return f"builtins.{node.id}" if is_builtin else ""
        if isinstance(node, ast.Attribute) and (base := self.path(node.value)):
            return f"{base}.{node.attr}"
        return ""

    def has_theirs(self, node: ast.AST) -> bool:
        """Whether anything of the learner's occurs in `node`."""
        return any(self.kind(one) for one in ast.walk(node))

    def calls(self) -> Iterator[ast.Call]:
        """The calls of something of the learner's."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and self.kind(node):
                yield node


_LINES = 1_000_000  # more than a cell has
_DISPLAYS = (ast.List, ast.Tuple, ast.Dict, ast.Set, ast.JoinedStr, ast.ListComp, ast.SetComp, ast.DictComp)
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler)


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _classes(author: AuthorNotebook, *, of_tests: bool) -> dict[str, str]:
    """Name → text of the classes at the left margin of the author's cells."""
    sources = [one.source for one in author.cells if one.cell_type == "code" and one.is_test is of_tests]
    found = (
        re.finditer(r"^class +(\w+).*\n(?:(?:[ \t].*)?\n?)*", source, re.MULTILINE) for source in sources
    )
    return {match[1]: match[0] for matches in found for match in matches}


def _import_paths(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            top = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (top, top)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _bound(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """(name, value) for what a statement binds; a part of a value is written as an item of it."""
    pairs: list[tuple[ast.expr, ast.expr]] = []
    if isinstance(node, ast.Assign):
        pairs = [(target, node.value) for target in node.targets]
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
        pairs = [(node.target, node.value)]
    elif isinstance(node, ast.For):
        pairs = [(node.target, _part(node.iter))]
    elif isinstance(node, ast.With):
        pairs = [(item.optional_vars, _part(item.context_expr)) for item in node.items if item.optional_vars]
    for target, value in pairs:
        if isinstance(target, ast.Name):
            yield target.id, value
        elif isinstance(target, ast.Tuple | ast.List):
            whole = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
            parts = value.elts if whole else [_part(value)] * len(target.elts)
            yield from (
                (one.id, part)
                for one, part in zip(target.elts, parts, strict=True)
                if isinstance(one, ast.Name)
            )


def _part(value: ast.expr) -> ast.expr:
    return ast.copy_location(ast.Subscript(value, ast.Constant(0), ast.Load()), value)
