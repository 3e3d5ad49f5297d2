"""The mutants of a solution cell: where a small change can be made, and how it is named."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from operators import OPERATORS, changed

from autograder.build import SOLUTION


@dataclass(frozen=True)
class Mutant:
    """A solution cell with one small change. `line` counts from 1 within the cell; `source` is all of it."""

    line: int
    before: str
    after: str
    source: str

    @property
    def change(self) -> str:
        """What names it beside the answers: no line number, so that it survives edits elsewhere."""
        return f"{self.before} → {self.after}"


@dataclass(frozen=True)
class _Place:
    """Where a node stands in the tree: `above` are the nodes that hold it, the module first."""

    above: tuple[ast.AST, ...]
    field: str
    index: int | None

    @property
    def node(self) -> Any:
        value = getattr(self.above[-1], self.field)
        return value if self.index is None else value[self.index]

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.above[-1], self.field, node)
        else:
            getattr(self.above[-1], self.field)[self.index] = node

    def ends_function(self) -> bool:
        """Whether it is a function's last statement, where `return None` and no statement are the same."""
        holder = self.above[-1]
        return isinstance(holder, ast.FunctionDef) and self.node is holder.body[-1]


def mutants(source: str, own_errors: Collection[str] = ()) -> Iterator[Mutant]:
    """Each small change between the solution marks of a cell, once.

    Left out is what no check can see: docstrings, type hints, and the message of an error. The arguments of
    the lesson's `own_errors` are data, and not left out.
    """
    tree = ast.parse(source)
    nodes = [node for node in ast.walk(tree) if not isinstance(node, ast.Expr)]  # its value reads the same
    texts = Counter(text for node in nodes for text in set(_readings(node)))
    seen = {ast.unparse(tree)}
    for place in _places((tree,), _solution_lines(source), frozenset(own_errors)):
        node, line = place.node, _line(place)
        above = [holder for holder in place.above[:0:-1] if not isinstance(holder, _ATOMS)]
        holders = [(holder, _readings(holder)) for holder in above]  # from the nearest to the outermost
        twice = isinstance(node, ast.Return) and place.ends_function()
        for other in (found for operator in OPERATORS for found in operator(node)):
            if twice and isinstance(other, ast.Pass):
                continue
            place.put(other)
            mutated = ast.unparse(tree)
            if mutated not in seen and _compiles(mutated):
                seen.add(mutated)
                names = [] if isinstance(node, _ATOMS) else _names(_readings(node), _readings(other))
                for holder, before in holders:
                    names += _names(before, _readings(holder))
                name = next((name for name in names if texts[name[0]] == 1), names[-1])
                yield Mutant(line, *name, mutated)
            place.put(node)


#: Nodes that say too little by themselves: a change of one is named by what holds it.
_ATOMS = (
    ast.Attribute, ast.Constant, ast.ExceptHandler, ast.FormattedValue, ast.JoinedStr, ast.List, ast.Name,
    ast.Slice, ast.Starred, ast.Tuple, ast.UnaryOp, ast.arguments,
)  # fmt: skip


def _readings(node: ast.AST) -> tuple[str, str]:
    return _header(node), _whole(node)


def _names(before: tuple[str, str], after: tuple[str, str]) -> list[tuple[str, str]]:
    """What the change may be called: (before, after), the shorter reading first if it shows the change."""
    return [name for name in zip(before, after, strict=True) if name[0] != name[1]]


def _solution_lines(source: str) -> set[int]:
    """The numbers of the lines between the marks: what stands outside is given to the learner."""
    lines, inside = set(), False
    for number, line in enumerate(source.splitlines(), 1):
        if line.strip() == SOLUTION:
            inside = True
        elif line.strip() == SOLUTION.replace("BEGIN", "END"):
            inside = False
        elif inside:
            lines.add(number)
    return lines


def _places(
    above: tuple[ast.AST, ...], lines: set[int], own_errors: frozenset[str], inside: bool = False
) -> Iterator[_Place]:
    for field, value in ast.iter_fields(above[-1]):
        if field in ("annotation", "returns", "ctx", "ops", "op"):
            continue
        many = isinstance(value, list)
        for index, child in enumerate(value) if many else [(None, value)]:
            if not isinstance(child, ast.AST) or _is_docstring(child):
                continue
            here = inside or (isinstance(child, ast.stmt) and child.lineno in lines)
            if here:
                yield _Place(above, field, index)
            if not _is_message(child, own_errors):
                yield from _places((*above, child), lines, own_errors, here)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_message(node: ast.AST, own_errors: frozenset[str]) -> bool:
    """Whether nothing but a message stands in the statement `node`."""
    match node:
        case ast.Raise(ast.Call(ast.Name(name))):
            return name not in own_errors
    return isinstance(node, ast.Raise)


def _line(place: _Place) -> int:
    nodes = (place.node, *reversed(place.above))
    return next((node.lineno for node in nodes if hasattr(node, "lineno")), 1)


def _compiles(source: str) -> bool:
    try:
        compile(source, "<mutant>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def _whole(node: ast.AST) -> str:
    """The source of `node` in one line."""
    lines = [line.strip() for line in ast.unparse(node).strip().splitlines()]
    return "; ".join(lines).replace(":; ", ": ")


def _header(node: ast.AST) -> str:
    """As `_whole`; of a statement that holds others the first line, of a comprehension no conditions."""
    if isinstance(node, ast.Try):
        return "try: ..."
    if isinstance(node, ast.comprehension):
        node = changed(node, ifs=[])
    if isinstance(node, ast.stmt) and "body" in node._fields:
        node = changed(node, body=[ast.Expr(ast.Constant(...))])
        for field in ("orelse", "handlers", "finalbody"):
            if field in node._fields:
                setattr(node, field, [])
    return _whole(node)
