"""The house rules of a course that a machine can see: `check_course` names each place that breaks one.

A rule is a function below, and its name is the rule's. What makes a text unbuildable is not repeated
here: the build says it, and it is reported under `build`.
"""

from __future__ import annotations

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

from autograder.build import Cell, lesson_cells, notebook_text, pair_cells, slug
from autograder.catalog import MANIFEST, Course, Lesson
from autograder.errors import CourseError
from autograder.exercise import Exercise

LONGEST_LESSON = 65  # minutes
HINTS = 3
WRONG_ANSWERS = 4
STANDARDS = "rules/standards.toml"
PROGRESS = "progress.json"  # the author's own, after a try in place
#: What a lesson's folder may hold beside its notebook and what it lists as visible: closed to learners' code.
FORM = (
    "lesson.py", "checks", "answers", "predictions.py", "material.py", "monday.md", "measured.md", PROGRESS,
)  # fmt: skip

SECTIONS = ("Summary", "Use it on Monday")
YEAR = re.compile(r"\b(19|20)\d\d\b")
SOURCE = re.compile(r"\bSource|\bAML\.CS\d{4}")
RUN = re.compile(r'"execution_count": \d|"outputs": \[\s*\{')
CALL = re.compile(r'\b(predict|hint|solution)\("([^"]+)"')
LINK = re.compile(r"\]\((?![a-z]+:|#)([^)\s]+)\)")  # relative ones only
OUTSIDE = re.compile(
    r"\b(pip3?|pipx|uv|conda|mamba|npm|yarn)\s+(install|add)\b"
    r"|\b(pypi|pythonhosted|anaconda|npmjs|openml)\.(org|com)|\bhuggingface\.co\b"
    r"|\bfetch_(20newsgroups|california|covtype|kddcup|lfw|olivetti|openml|rcv1|species)",
    re.IGNORECASE,
)

#: What a rule yields: a file, the number of a line in it, and what is wrong there.
Found = Iterator[tuple[Path, int, str]]


@dataclass(frozen=True)
class Problem:
    """One place that breaks a rule. `path` starts with the name of the course's folder."""

    path: Path
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path.as_posix()}:{self.line}: {self.text} ({self.rule})"


@dataclass(frozen=True)
class Page:
    """A lesson and the cells of its text: what a rule looks at."""

    course: Course
    lesson: Lesson
    cells: list[Cell]

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
        return path, _line(path, f"def {exercise.name}(")


def check_course(course: Course) -> list[Problem]:
    """Every problem of a course, in the order of its manifest. Imports the lessons' checks and answers."""
    problems = [_problem(course, rule.__name__, *row) for rule in COURSE_RULES for row in rule(course)]
    for lesson in course.lessons:
        problems += check_lesson(course, lesson)
    return problems


def check_lesson(course: Course, lesson: Lesson) -> list[Problem]:
    """Every problem of one lesson; when it cannot be built, the reason alone."""
    try:
        notebook_text(lesson)
        page = Page(course, lesson, lesson_cells(lesson))
        return [_problem(course, rule.__name__, *row) for rule in PAGE_RULES for row in rule(page)]
    except CourseError as error:
        path, _, line = error.where.rpartition(":")
        where = (Path(path), int(line)) if line.isdecimal() else (Path(error.where), 1)
        return [_problem(course, "build", *where, " ".join(filter(None, (error.what + ".", error.do))))]


def _problem(course: Course, rule: str, path: Path, line: int, text: str) -> Problem:
    return Problem(path.relative_to(course.root.parent), line, rule, text)


# -- the course's files ----------------------------------------------------------------------------


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
        yield path, _line(path, f'"{name}"'), f"{name} {says}"


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
        if (line := _widget(path)) and not re.search(r"^def twin\(", path.read_text("utf-8"), re.MULTILINE):
            yield path, line, f"{path.stem}() has no static twin: write a function twin()"


def routes(course: Course) -> Found:
    path = course.root / MANIFEST
    for route in course.routes:
        for name in route.chosen:
            try:
                course.exercise(name)
            except CourseError as error:
                yield path, _line(path, f'"{name}"'), f"route {route.id}: {error.what}. {error.do}"


COURSE_RULES = (files, pictures, routes)


def notebook(page: Page) -> Found:
    path = page.lesson.notebook
    text = path.read_text("utf-8") if path.is_file() else ""
    if not text:
        yield path, 1, "is not built: run `aisec build`"
    elif RUN.search(text):
        yield path, 1, "holds outputs or execution counts: run `aisec build`"
    elif text != notebook_text(page.lesson):
        yield path, 1, "does not agree with its text: run `aisec build`"


# -- the text --------------------------------------------------------------------------------------


def case(page: Page) -> Found:
    first = [cell.source for cell in page.cells[:3] if cell.kind == "markdown"]
    if not any(YEAR.search(source) and SOURCE.search(source) for source in first):
        yield (
            page.lesson.text,
            1,
            'the first three cells tell no case with its year and "Source" or AML.CS id',
        )


def sections(page: Page) -> Found:
    headings = [text.lower() for cell in page.cells for _, text in cell.headings()]
    for name in SECTIONS:
        if not any(name.lower() in heading for heading in headings):
            yield page.lesson.text, 1, f'no heading says "{name}"'


def headings(page: Page) -> Found:
    # A cell's id comes from its first heading, and the ids of the cells below from its last.
    seen: dict[str, int] = {}
    for cell in page.cells:
        found = list(cell.headings())
        for line, text in dict.fromkeys(found[:1] + found[-1:]):
            if slug(text) in seen:
                at = seen[slug(text)]
                yield page.lesson.text, line, f'"{text}" reads like the heading at line {at}: cell ids clash'
            seen.setdefault(slug(text), line)


def offline(page: Page) -> Found:
    for number, line in page.code():
        if match := OUTSIDE.search(line):
            yield page.lesson.text, number, f'"{match[0]}" reaches outside, and a lesson works offline'


def twins(page: Page) -> Found:
    tree = [node for cell in page.cells if cell.kind == "code" for node in ast.walk(ast.parse(cell.source))]
    called = {ast.unparse(node.func) for node in tree if isinstance(node, ast.Call)}
    imports = [node for node in tree if isinstance(node, ast.ImportFrom) and node.module]
    shown: dict[str, set[str]] = {}  # picture's module → the calls that would show its twin
    for node in imports:
        for name in node.names:
            twin = {name.asname or name.name} if name.name == "twin" else set()
            shown.setdefault(node.module, set()).update(twin)
            shown.setdefault(f"{node.module}.{name.name}", set()).add(f"{name.asname or name.name}.twin")
    for module, calls in shown.items():
        _, *parts = module.split(".")
        path = page.course.root.joinpath(*parts).with_suffix(".py") if parts else page.course.root
        if path.is_file() and _widget(path) and not calls & called:
            line = _line(page.lesson.text, module.rpartition(".")[2])
            yield page.lesson.text, line, f"shows {module} without its twin()"


def links(page: Page) -> Found:
    """Relative links lead to what a learner's folder has, and the last cell says where to go on."""
    lesson, lessons = page.lesson, page.course.lessons
    there = {one.notebook for one in lessons} | {one.monday for one in lessons if one.monday.is_file()}
    linked = list(page.links())
    for number, target, path in linked:
        if path not in there:
            yield lesson.text, number, f"the link to {target} leads to no notebook or Monday sheet"
    last = page.cells[-1].line
    closing = [path for number, _, path in linked if number > last]
    at = lessons.index(lesson)
    for what, others in (("next lesson", lessons[at + 1 : at + 2]), ("start page", lessons[: min(at, 1)])):
        for other in others:
            if other.notebook not in closing:
                path = Path(os.path.relpath(other.notebook, lesson.folder)).as_posix()
                yield lesson.text, last, f"the last cell has no link to the {what}, {path}"


def names(page: Page) -> Found:
    exercises = {exercise.id for exercise in page.lesson.exercises}
    predictions = {prediction.id for prediction in page.lesson.predictions}
    asked = set()
    for number, line in page.code():
        for verb, name in CALL.findall(line):
            asked.add(name)
            if name not in (predictions if verb == "predict" else exercises):
                place = page.lesson.predictions_file if verb == "predict" else page.lesson.checks
                yield page.lesson.text, number, f'{verb}("{name}") names nothing that is in {place.name}'
    for name in sorted(predictions - asked):
        path = page.lesson.predictions_file
        yield path, _line(path, f'"{name}"'), f"the text never asks the prediction {name}"


# -- the exercises ---------------------------------------------------------------------------------


def checked(page: Page) -> Found:
    pairs = pair_cells(page.cells)
    for exercise in page.lesson.exercises:
        if exercise.id not in pairs:
            yield *page.at(exercise), f"the text never checks {exercise.id}"


def facts(page: Page) -> Found:
    """The cell above a solution has the exercise's heading and a line that agrees with the checks file."""
    for exercise_id, (answer, _) in pair_cells(page.cells).items():
        exercise, above = page.lesson.exercise(exercise_id), page.cells[max(answer - 1, 0)]
        heading = f"Exercise: {exercise.name}"
        if not any(text.replace("`", "") == heading for _, text in above.headings()):
            line = page.cells[answer].line
            yield page.lesson.text, line, f'the cell above the solution has no heading "### {heading}"'
            continue
        lines = enumerate(above.source.splitlines(), above.line + 1)
        number, line = next(((n, s) for n, s in lines if " · " in s), (above.line, ""))
        points = f"{exercise.points:g} point{'s' * (exercise.points != 1)}"
        first = [f"{exercise.minutes} minute{'s' * (exercise.minutes != 1)}", exercise.level, points]
        stated = re.split(r"\s*[·,]\s*", line.strip(" *"))
        if stated[:3] != first or set(stated[3:]) != set(exercise.standards):
            wanted = " · ".join((*first, *exercise.standards))
            yield page.lesson.text, number, f"the line of facts should read: *{wanted}*"


def minutes(page: Page) -> Found:
    lesson = page.lesson
    if not 0 < lesson.minutes <= LONGEST_LESSON:
        yield lesson.text, 1, f"the lesson takes {lesson.minutes} minutes: 1 to {LONGEST_LESSON} are allowed"
    core = sum(exercise.minutes for exercise in lesson.exercises if exercise.level == "core")
    if core > lesson.minutes:
        yield lesson.text, 1, f"the core exercises take {core} minutes, the lesson only {lesson.minutes}"
    for exercise in lesson.exercises:
        if exercise.minutes <= 0:
            yield *page.at(exercise), f"{exercise.id} does not say its minutes"


def hints(page: Page) -> Found:
    for exercise in page.lesson.exercises:
        if len(exercise.hints) != HINTS or not all(hint.strip() for hint in exercise.hints):
            yield *page.at(exercise), f"{exercise.id} needs {HINTS} hints, none of them empty"


def debrief(page: Page) -> Found:
    for exercise in page.lesson.exercises:
        if len(exercise.debrief) != 2 or not all(side.strip() for side in exercise.debrief):
            yield *page.at(exercise), f"{exercise.id} needs a debrief: the attacker's side and the defender's"


def standards(page: Page) -> Found:
    path = page.course.root / STANDARDS
    catalogues = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    known = set(chain.from_iterable(catalogue["ids"] for catalogue in catalogues.values()))
    for exercise in page.lesson.exercises:
        for name in exercise.standards:
            if name not in known:
                yield *page.at(exercise), f"{exercise.id} names {name}, which {STANDARDS} does not list"


def answers(page: Page) -> Found:
    for exercise in page.lesson.exercises:
        path = page.lesson.answers_file(exercise.name)
        if not path.is_file():
            yield *page.at(exercise), f"answers/{path.name} is not there: answers and checks go in pairs"
            continue
        entry, line = page.lesson.answers(exercise.name), _line(path, "ANSWERS")
        if not entry.right:
            yield path, line, f"{exercise.id} needs a right answer that is written differently"
        if len(entry.wrong) < WRONG_ANSWERS:
            few = f"{len(entry.wrong)} wrong answers of at least {WRONG_ANSWERS}"
            yield path, line, f"{exercise.id} has {few}"
        for wrong in entry.wrong:
            if wrong.part not in exercise.parts:
                yield path, _line(path, f'"{wrong.part}"'), f"{exercise.id} has no part {wrong.part!r}"
            if not wrong.told:
                yield path, line, f"{exercise.id} has a wrong answer without the words that it must be told"


PAGE_RULES = (
    notebook, case, sections, headings, offline, twins, links, names,
    checked, facts, minutes, hints, debrief, standards, answers,
)  # fmt: skip


def _widget(path: Path) -> int:
    """The line of a picture's widget: a function named as its module that needs no argument. Else 0."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == path.stem:
            return node.lineno if len(node.args.args) == len(node.args.defaults) else 0
    return 0


def _line(path: Path, text: str) -> int:
    """The number of the first line of `path` that contains `text`, else 1."""
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    return next((number for number, line in lines if text in line), 1)
