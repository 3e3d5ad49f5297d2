"""Which names an author's cells use, define, offer and ask for, and whose each is: read from text, never run.

Every submission asks the same of the same cells, so the answers are remembered.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import math
import re
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from functools import cache
from typing import Any

from autograder.grading.assignment import AuthorCell, AuthorNotebook

LESSON_API = "autograder.learner"
NO_STARS: Mapping[str, ast.stmt] = {}

#: Cell magics whose cell runs as any other cell, in the notebook's own names.
_WRAPPING = re.compile(r"\A\s*%%(?:capture|time)\b[^\n]*")


class Whose(Enum):
    """Whom a name belongs to that a test cell uses."""

    AUTHORS = auto()  # the author's cells import it, or define it as a function
    TESTS = auto()  # the test imports or defines it, or a test before it does
    LEARNERS = auto()
    PYTHONS = auto()  # a builtin


class Owners:
    """Whose each name of a notebook's test cells is: the one rule, for the judge and for who predicts it.

    A learner who rebinds a name of the author's or of Python's changes nothing in a test. What a stub asks
    for is the learner's, whatever else defines it, except in a test that imports that name itself.
    """

    def __init__(self, author: AuthorNotebook, starred: Mapping[str, ast.stmt] = NO_STARS) -> None:
        """`starred` are the names that `from module import *` brings, which only running it tells."""
        self.asked = frozenset(name for cell in author.cells for name in asked_names(cell))
        found = {**starred, **offered_names(author)}
        self.offered = {name: made for name, made in found.items() if name not in self.asked}
        self._earlier = names_of_earlier_tests(author)

    def known(self, cell: AuthorCell) -> frozenset[str]:
        """Names that the author's cells offer, and those that tests before `cell` define."""
        return frozenset(self.offered.keys() | self._earlier.get(cell.grade_id, set()))

    def whose(self, name: str, cell: AuthorCell) -> Whose:
        """Whose `name` is where the test `cell` uses it, unless the test binds it in an inner scope."""
        if name in self.offered:
            return Whose.AUTHORS
        if name in imported(cell.source):
            return Whose.TESTS
        if name in self.asked:
            return Whose.LEARNERS
        if name in self._earlier.get(cell.grade_id, ()) or name in defined(cell.source):
            return Whose.TESTS
        return Whose.PYTHONS if hasattr(builtins, name) else Whose.LEARNERS


@cache
def plain_python(source: str) -> str:
    """The source with magics and shell lines turned into calls, as IPython does before it compiles.

    A magic that only times or captures its cell is left out: the cell is like any other.
    """
    from IPython.core.inputtransformer2 import TransformerManager

    if wrapped := _WRAPPING.match(source):
        source = "pass" + "\n" * wrapped[0].count("\n") + source[wrapped.end() :]  # lines keep their numbers
    return TransformerManager().transform_cell(source)


@cache
def names_in(source: str, use: Any) -> frozenset[str]:
    """Names that `source` loads, stores or deletes (`use`: classes of `ast`); `x += 1` does all of it."""
    nodes = list(ast.walk(ast.parse(plain_python(source))))
    targets = [node.target for node in nodes if isinstance(node, ast.AugAssign)]
    used = [node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, use)]
    return frozenset(node.id for node in [*used, *targets] if isinstance(node, ast.Name))


@cache
def rebound_in(source: str) -> frozenset[str]:
    """Names that `source` binds or deletes, by a statement of its own or by defining a function or class."""
    tree = ast.parse(plain_python(source))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return names_in(source, ast.Store | ast.Del) | {one.name for one in tree.body if isinstance(one, kinds)}


@cache
def looked_up_unasked(source: str) -> frozenset[str]:
    """Names that Python looks up without asking for one that is missing: those that the bodies of classes
    use; and all that the test uses, where it looks at its names as texts (`globals()`, `dir()`).
    """
    tree = ast.parse(plain_python(source))
    if not _AS_TEXTS.isdisjoint(names_in(source, ast.Load)):
        return names_in(source, ast.Load)
    bodies = [one for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for one in node.body]
    inside = (node for body in bodies for node in ast.walk(body) if isinstance(node, ast.Name))
    return frozenset(node.id for node in inside if isinstance(node.ctx, ast.Load))


_AS_TEXTS = frozenset(("dir", "globals", "locals", "vars"))


@cache
def imported(source: str) -> frozenset[str]:
    """Names that `source` imports itself, anywhere."""
    imports = ast.Import | ast.ImportFrom
    nodes = (node for node in ast.walk(ast.parse(plain_python(source))) if isinstance(node, imports))
    return frozenset(name for node in nodes for name in _binds(node))


def asked_names(cell: AuthorCell) -> list[str]:
    """What a stub of the author's defines at its left margin. A stub need not be Python yet: `x = # here`."""
    found = _BOUND.findall(cell.source) if cell.solution and cell.cell_type == "code" else []
    return [name for kind, targets in found for name in re.findall(r"\w+", kind or targets)]


_BOUND = re.compile(r"^(?:(?:async +)?def|class) +(\w+)|^(\w+(?: *, *\w+)*) *=(?!=)", re.MULTILINE)


@cache
def offered_names(author: AuthorNotebook) -> dict[str, ast.stmt]:
    """Name → the statement that imports it, or defines it as a function, in the author's own cells.

    Within one `if`, `try` or loop the first that binds a name counts.
    """
    offered: dict[str, ast.stmt] = {}
    for statement in own_statements(author):
        within: dict[str, ast.stmt] = {}
        for part in _in_blocks(statement):
            for name in _binds(part):
                within.setdefault(name, part)
        offered |= within
    offered.pop("*", None)
    return offered


@cache
def given_functions(author: AuthorNotebook) -> frozenset[str]:
    """The functions that the author's plain cells define, which learners' code may use."""
    parts = (part for one in own_statements(author, tests=False) for part in _in_blocks(one))
    return frozenset(part.name for part in parts if isinstance(part, ast.FunctionDef))


@cache
def own_imports(author: AuthorNotebook) -> tuple[ast.Import | ast.ImportFrom, ...]:
    """The imports of the author's plain cells, in the notebook's order, wherever in a cell they stand.

    None where test cells use no name but the answers' and `check`: a check brings its own.
    """
    asked = {name for cell in author.cells for name in asked_names(cell)} | {"check"}
    if all(names_used(cell) <= asked for cell in author.cells if cell.is_test):
        return ()
    parts = (part for one in own_statements(author, tests=False) for part in _in_blocks(one))
    return tuple(
        part for part in parts if isinstance(part, ast.Import | ast.ImportFrom) and any(_binds(part))
    )


def names_used(cell: AuthorCell) -> frozenset[str]:
    """The names that a cell loads; none when it is not Python."""
    with contextlib.suppress(SyntaxError):
        return names_in(cell.source, ast.Load)
    return frozenset()


def own_statements(author: AuthorNotebook, *, tests: bool = True) -> Iterator[ast.stmt]:
    """The statements of the author's own cells, with or without those of `tests`."""
    for cell in author.cells:
        if cell.cell_type != "code" or cell.solution or (cell.is_test and not tests):
            continue
        with contextlib.suppress(SyntaxError):
            yield from ast.parse(plain_python(cell.source)).body


_NEW_SCOPE = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _in_blocks(statement: ast.stmt) -> Iterator[ast.stmt]:
    """A statement and those in its blocks, which bind in the same scope."""
    yield statement
    if isinstance(statement, _NEW_SCOPE):
        return
    for node in ast.iter_child_nodes(statement):
        if isinstance(node, ast.stmt):
            yield from _in_blocks(node)
        elif isinstance(node, ast.ExceptHandler | ast.match_case):
            for inner in node.body:
                yield from _in_blocks(inner)


def imports_of_tests(author: AuthorNotebook) -> set[str]:
    """The modules that judging imports: those of the author's plain cells, and of test cells."""
    offered = offered_names(author)
    trees: list[ast.AST] = list(own_imports(author))
    for cell in author.cells:
        if cell.is_test:
            with contextlib.suppress(SyntaxError):
                trees.append(ast.parse(plain_python(cell.source)))
                trees += [offered[name] for name in names_in(cell.source, ast.Load) if name in offered]
    return {module for tree in trees for module in modules_in(tree)}


def modules_in(tree: ast.AST) -> set[str]:
    """The modules that a piece of code imports, inside functions too."""
    nodes = list(ast.walk(tree))
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return modules | {node.module for node in nodes if isinstance(node, ast.ImportFrom) if node.module}


@cache
def released_by(cell: AuthorCell) -> frozenset[str]:
    """Names that are not a test's any more once `cell` has run: those that it binds anew or deletes."""
    if cell.cell_type != "code" or cell.is_test:
        return frozenset()
    if cell.solution:
        return frozenset(asked_names(cell))
    with contextlib.suppress(SyntaxError):
        return rebound_in(cell.source) | imported(cell.source)
    return frozenset()


@cache
def names_of_earlier_tests(author: AuthorNotebook) -> dict[str, set[str]]:
    """Grade id of each test → the names that tests before it define, in the author's order."""
    names: set[str] = set()
    earlier = {}
    for cell in author.cells:
        names -= released_by(cell)
        if cell.is_test:
            earlier[cell.grade_id] = set(names)
            with contextlib.suppress(SyntaxError):
                names |= defined(cell.source)
    return earlier


@cache
def defined(source: str) -> frozenset[str]:
    """Names that a test binds before it uses them: what it uses first, to put it back, is not its own."""
    bound: dict[str, int] = {}
    used: dict[str, int] = {}
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp,
             ast.DictComp, ast.GeneratorExp)  # fmt: skip
    left: list[ast.AST] = [ast.parse(plain_python(source))]
    while left:
        node = left.pop()
        if isinstance(node, ast.Name):
            kind = bound if isinstance(node.ctx, ast.Store) else used
            kind[node.id] = min(node.lineno, kind.get(node.id, node.lineno))
        if not isinstance(node, inner):
            left += ast.iter_child_nodes(node)
    return frozenset(name for name, line in bound.items() if used.get(name, math.inf) > line)


@cache
def asks_checks(author: AuthorNotebook) -> bool:
    """Whether the author's cells import `check` from our lesson API; else that name is like any other."""
    return any(cell.cell_type == "code" and LESSON_API in cell.source for cell in author.cells)


def _binds(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef):
        yield statement.name
    if isinstance(statement, ast.Import | ast.ImportFrom) and getattr(statement, "module", "") != LESSON_API:
        for alias in statement.names:
            yield (alias.asname or alias.name).partition(".")[0]
