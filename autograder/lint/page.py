"""What a rule looks at and what it yields: a lesson's page, and places that break a rule."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from autograder.build import Cell
from autograder.catalog import Course, Lesson
from autograder.exercise import Exercise

LINK = re.compile(r"\]\((?![a-z]+:|#)([^)\s]+)\)")  # relative ones only

#: What a rule yields: a file, the number of a line in it, and what is wrong there.
Found = Iterator[tuple[Path, int, str]]


@dataclass(frozen=True)
class Violation:
    """One place that breaks a rule. `path` starts with the name of the course's folder."""

    path: Path
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path.as_posix()}:{self.line}: {self.text} ({self.rule})"


@dataclass(frozen=True)
class Page:
    """A lesson, the cells of its text, and the notebook that is built of it: what a rule looks at."""

    course: Course
    lesson: Lesson
    cells: list[Cell]
    notebook: str

    def code(self) -> Iterator[tuple[int, str]]:
        """(number, line) of the code cells."""
        for cell in self.cells:
            if cell.kind == "code":
                yield from enumerate(cell.source.splitlines(), cell.line + 1)

    def links(self) -> Iterator[tuple[int, str, Path]]:
        """(number of the line, target, file) of the relative links in the text cells."""
        for cell in self.cells:
            if cell.kind == "markdown":
                for number, line in enumerate(cell.source.splitlines(), cell.line + 1):
                    for target in LINK.findall(line):
                        path = self.lesson.folder / unquote(target.partition("#")[0])
                        yield number, target, Path(os.path.normpath(path))

    def at(self, exercise: Exercise) -> tuple[Path, int]:
        """Where the check of `exercise` is defined."""
        path = self.lesson.check_file(exercise.name)
        return path, line_of(path, f"def {exercise.name}(")


def parsed(path: Path) -> ast.Module:
    """The tree of a Python file; an empty one where it is not Python, which running it says with its line."""
    try:
        return _tree(path.read_text("utf-8"))
    except (SyntaxError, ValueError):
        return ast.Module([], [])


@cache
def _tree(text: str) -> ast.Module:
    """Many rules look at one file; none changes its tree."""
    return ast.parse(text)


def imported(node: ast.AST, file: Path, root: Path) -> list[Path]:
    """The files of the course at `root` that an import in `file` reads; what is not there is left out."""
    if isinstance(node, ast.Import):
        wanted = [alias.name.split(".") for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = node.module.split(".") if node.module else []
        if node.level and file.is_relative_to(root):
            names = [root.name, *file.relative_to(root).parts[: -node.level], *names]
        wanted = [[*names, alias.name] for alias in node.names]
    else:
        return []
    paths = []
    for _, *names in (names for names in wanted if names[0] == root.name):
        # the last name may be a module, or something that the module before it defines
        tries = [root.joinpath(*part).with_suffix(".py") for part in (names, names[:-1]) if part]
        paths += [path for path in tries if path.is_file()][:1]
    return paths


def widget_line(path: Path) -> int:
    """The line of a picture's widget: a function named as its module that needs no argument. Else 0."""
    for node in parsed(path).body:
        if isinstance(node, ast.FunctionDef) and node.name == path.stem:
            return node.lineno if len(node.args.args) == len(node.args.defaults) else 0
    return 0


def line_of(path: Path, text: str) -> int:
    """The number of the first line of `path` that contains `text`, else 1."""
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    return next((number for number, line in lines if text in line), 1)
