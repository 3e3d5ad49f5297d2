"""Rules about files: what lies where, what learners' code may read, pictures, routes, notebooks."""

from __future__ import annotations

import ast
import re
from itertools import chain
from pathlib import Path

from autograder import listing
from autograder.catalog import MANIFEST, Course, Lesson
from autograder.errors import CourseError, sentence
from autograder.lint.page import Found, Page, imported, line_of, parsed, widget_line

PROGRESS = "progress.json"  # the author's own, after a try in place
#: What a lesson's folder may hold beside its notebook and what it lists as visible: closed to learners' code.
FORM = (
    "lesson.py", "checks", "answers", "predictions.py", "material.py", "monday.md", "measured.md", PROGRESS,
)  # fmt: skip
#: What marks a line that waits for its author.
TODO = re.compile(r"\bTODO\b")
RUN = re.compile(r'"execution_count": \d|"outputs": \[\s*\{')


def files(course: Course) -> Found:
    """A module's folder holds its lessons' folders, each of those the files of its form, and what learners'
    code may read is there and never a text, a check or an answer.
    """
    closed = {*(module.id for module in course.modules), "pretest"}
    yield from _unfit(course, course.root, course.visible, closed)
    for module in course.modules:
        lessons = {lesson.id: lesson for lesson in module.lessons}
        for path in sorted((course.root / module.id).glob("[!._]*")):
            if path.name not in lessons and path.name != PROGRESS:
                yield path, 1, "belongs to no lesson of this module: list the lesson, or remove it"
        for lesson in module.lessons:
            yield from _unfit(course, lesson.folder, lesson.visible, {*FORM, lesson.notebook.name})
            yield from _strays(lesson)


def _unfit(course: Course, folder: Path, visible: tuple[str, ...], closed: set[str]) -> Found:
    """What is listed as `visible` below `folder` and is not there, or is among what stays `closed`."""
    path = course.root / MANIFEST
    for name in visible:
        if Path(name).as_posix() != name or name == "." or ".." in name or name.split("/")[0] in closed:
            says = "must stay closed to learners' code: take it out of `visible`"
        elif not (folder / name).exists():
            says = "is listed in `visible`, and is not there"
        else:
            continue
        yield path, line_of(path, f'"{name}"'), f"{name} {says}"


def _strays(lesson: Lesson) -> Found:
    known = {*FORM, lesson.notebook.name, *(name.partition("/")[0] for name in lesson.visible)}
    for path in sorted(lesson.folder.glob("[!._]*")):
        if path.name not in known:
            yield path, 1, "is no file of a lesson's form: name it in the lesson's `visible`, or remove it"
    for path in sorted(lesson.folder.glob("answers/[!_]*.py")):
        if path.stem not in lesson.exercise_names:
            yield path, 1, f"checks/{path.name} is not there: answers and checks go in pairs"


def pictures(course: Course) -> Found:
    own = (lesson.folder / name for lesson in course.lessons for name in lesson.visible)
    modules = (path for path in own if path.suffix == ".py" and path.is_file())
    for path in chain((course.root / "explore").glob("*.py"), modules):
        if (line := widget_line(path)) and not re.search(
            r"^def twin\(", path.read_text("utf-8"), re.MULTILINE
        ):
            yield path, line, f"{path.stem}() has no static twin: write a function twin()"


def routes(course: Course) -> Found:
    path = course.root / MANIFEST
    there = {f"{lesson.id}.{name}" for lesson in course.lessons for name in lesson.exercise_names}
    for route in course.routes:
        for name in (name for name in route.chosen if name not in there):
            try:
                course.exercise(name)
            except CourseError as error:
                yield path, line_of(path, f'"{name}"'), f"route {route.id}: {sentence(error.what)} {error.do}"


def notebook(page: Page) -> Found:
    path = page.lesson.notebook
    text = path.read_text("utf-8") if path.is_file() else ""
    if not text:
        yield path, 1, "is not built: run `aisec build`"
    elif RUN.search(text):
        yield path, 1, "holds outputs or execution counts: run `aisec build`"
    elif text != page.notebook:
        yield path, 1, "does not agree with its text: run `aisec build`"


def readme(page: Page) -> Found:
    """The lesson's row in the table of a README beside the course says what the manifest says."""
    course, lesson, path = page.course, page.lesson, listing.readme_of(page.course)
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    rows = [at for one in course.lessons if (at := listing.row_at(course, one, lines)) is not None]
    title = next(module.title for module in course.modules if lesson in module.lessons)
    wanted, at = listing.row(course, lesson, title), listing.row_at(course, lesson, lines)
    if rows and at is None:
        yield path, rows[0] + 1, f"the table has no row of {lesson.id}: {wanted}"
    elif at is not None and not listing.alike(lines[at], wanted):
        yield path, at + 1, f"{MANIFEST} says: {wanted}"


def todo(page: Page) -> Found:
    """Whatever is marked TODO waits for its author."""
    lesson = page.lesson
    own = [lesson.text, lesson.predictions_file, lesson.folder / "material.py", lesson.monday]
    own += [lesson.folder / "measured.md", *sorted(lesson.folder.glob("checks/*.py"))]
    own += [*sorted(lesson.folder.glob("answers/*.py")), *(lesson.folder / name for name in lesson.visible)]
    for path in (path for path in own if path.suffix in (".py", ".md") and path.is_file()):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if TODO.search(line):
                yield path, number, f"is left to do: {line.strip(' #')[:90]}"


def imports(page: Page) -> Found:
    """What a notebook imports of the course, and what that imports in turn, is open to learners' code."""
    course, seen = page.course, set()
    trees = [
        (page.lesson.text, cell.line, ast.parse(cell.source)) for cell in page.cells if cell.kind == "code"
    ]
    while trees:
        file, above, tree = trees.pop(0)
        for node in ast.walk(tree):
            for path in imported(node, file, course.root):
                if path in seen:
                    continue
                seen.add(path)
                if any(path.is_relative_to(one) for one in course.visible_paths):
                    trees.append((path, 0, parsed(path)))
                elif not _is_stray(course, path):  # what `files` says already
                    name = path.relative_to(course.root).as_posix()
                    yield (
                        file,
                        above + node.lineno,
                        (f"imports {name}, which is closed to learners' code: list it as `visible`"),
                    )


def _is_stray(course: Course, path: Path) -> bool:
    return any(path.parent == lesson.folder and path.name not in FORM for lesson in course.lessons)
