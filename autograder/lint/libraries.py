"""The rule about libraries: what a lesson imports is there for its readers, and is asked for in time."""

from __future__ import annotations

import ast
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.catalog import MANIFEST
from autograder.libraries import of_extras
from autograder.lint.page import Found, Page, imported, parsed

OWN = ("aisec",)


@dataclass(frozen=True)
class Use:
    """An import of a library's `module`; one `inside` a function waits until that is called."""

    file: Path
    line: int
    module: str
    inside: bool


def needs(page: Page) -> Found:
    """What a lesson imports comes with the engine or stands in its `needs`, and the text asks for that first.

    Checks import what stands in `needs` inside functions: the map of the course reads every lesson's checks.
    """
    lesson = page.lesson
    in_text = [(line, use) for line, use in _in_text(page) if not _brings(OWN, use.module)]
    in_checks = [use for use in _in_checks(page) if not _brings(OWN, use.module)]
    run = (
        use for _, use in in_text if _origins(use.module)
    )  # what is not installed, the run of the text says
    for use in dict.fromkeys([*run, *in_checks]):
        if not _brings(lesson.needs, use.module):
            yield use.file, use.line, _uncovered(use.module)
    for use in in_checks:
        if not use.inside and _brings(lesson.needs, use.module):
            says = f"imports {use.module} at once, and the map of the course reads every lesson's checks"
            yield use.file, use.line, f"{says}: import it in the function that uses it"
    if lesson.needs:
        first = next(((line, use.module) for line, use in in_text if _brings(lesson.needs, use.module)), None)
        yield from _asked_late(page, first)


def _asked_late(page: Page, first: tuple[int, str] | None) -> Found:
    """`first`: the line of the text that first leads to a library of the lesson's `needs`, and its module."""
    asks, call = page.lesson.text, f'needs("{page.lesson.id}")'
    asked = next((number for number, line in page.code() if line.startswith(call)), None)
    if first and (asked is None or asked > first[0]):
        yield asks, first[0], f"leads to {first[1]}: write {call} above this import"
    elif asked is None:
        yield asks, 1, f"the lesson has `needs` in {MANIFEST}: its first code cell calls {call}"


def _uncovered(module: str) -> str:
    if not (found := sorted(_origins(module))):
        return (
            f"imports {module}, which is not installed here: install it, then name it in the lesson's `needs`"
        )
    line = f'"{found[0]}>={metadata.version(found[0])}"'
    return (
        f"imports {module}, which does not come with aisec: add {line} to the lesson's `needs` in {MANIFEST}"
    )


# -- imports -------------------------------------------------------------------------------------------


def _in_text(page: Page) -> Iterator[tuple[int, Use]]:
    """(line of the text that leads there, use) of the notebook and of the course's files that it imports."""
    seen: set[tuple[Path, bool]] = set()
    for cell in page.cells:
        for node in ast.walk(ast.parse(cell.source)) if cell.kind == "code" else ():
            if isinstance(node, ast.Import | ast.ImportFrom):
                here = ast.Module([ast.increment_lineno(node, cell.line)], [])
                for use in _reached(page, page.lesson.text, here, False, seen):
                    yield node.lineno, use


def _in_checks(page: Page) -> list[Use]:
    lesson = page.lesson
    seen: set[tuple[Path, bool]] = set()
    files = [lesson.predictions_file, *map(lesson.check_file, lesson.exercise_names)]
    there = (path for path in files if path.is_file())
    return [use for path in there for use in _reached(page, path, parsed(path), False, seen)]


def _reached(
    page: Page, file: Path, tree: ast.AST, inside: bool, seen: set[tuple[Path, bool]]
) -> Iterator[Use]:
    """What `tree` imports of libraries, and what the course's files do that it imports in turn."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            within = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _reached(page, file, node, within, seen)
            continue
        for module in _modules(node):
            if module not in sys.stdlib_module_names | {"autograder", page.course.root.name}:
                yield Use(file, node.lineno, module, inside)
        for path in imported(node, file, page.course.root):
            if (path, inside) not in seen:
                seen.add((path, inside))
                yield from _reached(page, path, parsed(path), inside, seen)


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    return [] if node.level or not node.module else [node.module.partition(".")[0]]


# -- what brings them ----------------------------------------------------------------------------------


@cache
def _origins(module: str) -> frozenset[str]:
    """The installed libraries that a top-level module comes from; most have its name."""
    with suppress(metadata.PackageNotFoundError):
        metadata.version(module)
        return frozenset({canonicalize_name(module)})
    return frozenset(map(canonicalize_name, _packages().get(module, ())))


@cache
def _packages() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()


def _brings(needs: tuple[str, ...], module: str) -> bool:
    """Whether `module` comes from one of `needs`, or from what these need in turn."""
    return not _origins(module).isdisjoint(_all_of(needs))


@cache
def _all_of(needs: tuple[str, ...]) -> frozenset[str]:
    """The libraries of `needs`, and those that they need in turn."""
    seen: set[tuple[str, ...]] = set()
    left = deque(map(Requirement, needs))
    while left:
        need = left.popleft()
        name = canonicalize_name(need.name)
        if (name, *need.extras) in seen:
            continue
        seen.add((name, *need.extras))
        with suppress(metadata.PackageNotFoundError):
            new = map(Requirement, [*(metadata.requires(name) or ()), *of_extras(need)])
            left += (one for one in new if not one.marker or one.marker.evaluate({"extra": ""}))
    return frozenset(name for name, *_ in seen)
