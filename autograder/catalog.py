"""`course.toml`, read: the modules, lessons, exercises and routes of a course, and where their files are."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
import tomllib
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.errors import CourseError
from autograder.exercise import Answers, Exercise, Prediction
from autograder.libraries import read_needs
from autograder.limits import Limits
from autograder.preload import Preload

MANIFEST = "course.toml"
FORMAT = 1


@dataclass(frozen=True)
class Lesson:
    """One lesson: a folder of its own, whose form never varies. `minutes` are those of its core: the reading
    and the core exercises. What is stretch comes on top.
    """

    id: str
    title: str
    minutes: int
    folder: Path
    visible: tuple[str, ...] = ()  # the files of its folder that a notebook imports, or that these read
    needs: tuple[str, ...] = ()  # libraries beyond the engine's own, as PEP 508 requirements
    limits: Limits = field(default_factory=Limits)

    @property
    def text(self) -> Path:
        """The author's text, percent-format Python."""
        return self.folder / "lesson.py"

    @property
    def notebook(self) -> Path:
        """The learner's notebook, built from the text."""
        return self.folder / f"{self.id}.ipynb"

    @property
    def monday(self) -> Path:
        """The sheet that a reader takes to work; not every lesson has one."""
        return self.folder / "monday.md"

    @property
    def checks(self) -> Path:
        """The folder of its exercises' checks: one file each, named as the exercise."""
        return self.folder / "checks"

    def check_file(self, name: str) -> Path:
        return self.checks / f"{name}.py"

    def answers_file(self, name: str) -> Path:
        """Right and wrong answers of the exercise `name`, with what each wrong one must be told."""
        return self.folder / "answers" / f"{name}.py"

    @property
    def predictions_file(self) -> Path:
        return self.folder / "predictions.py"

    @property
    def pictures(self) -> tuple[Path, ...]:
        """Modules of its own interactive pictures: each has a widget named as the module, and a `twin()`."""
        modules = (self.folder / name for name in self.visible if name.endswith(".py"))
        return tuple(path for path in modules if path.is_file() and "\ndef twin(" in path.read_text("utf-8"))

    @cached_property
    def exercise_names(self) -> tuple[str, ...]:
        """Names of the exercises, in the order in which the text checks them; what it forgets comes last."""
        try:
            text = self.text.read_text("utf-8")
        except (OSError, ValueError):  # the build says what is wrong with the text
            text = ""
        asked = re.findall(rf'^check\("{re.escape(self.id)}\.(\w+)"', text, re.MULTILINE)
        there = sorted(path.stem for path in self.checks.glob("[!_]*.py"))
        return tuple(dict.fromkeys([*(name for name in asked if name in there), *there]))

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """The lesson's exercises, in the order of its text. Imports the checks. Raises CourseError."""
        return tuple(self._exercise(name) for name in self.exercise_names)

    def _exercise(self, name: str) -> Exercise:
        path = self.check_file(name)
        found = getattr(load_module(path), name, None)
        if not isinstance(found, Exercise):
            raise CourseError(
                f"defines no exercise {name!r}",
                where=f"{path}:1",
                do=f"Write `@exercise(...)` above `def {name}(t, ...)`: file and function have one name.",
            )
        return found

    @cached_property
    def predictions(self) -> tuple[Prediction, ...]:
        """The lesson's predictions, in the order of their file; none where there is no such file."""
        if not self.predictions_file.is_file():
            return ()
        values = vars(load_module(self.predictions_file)).values()
        return tuple(value for value in values if isinstance(value, Prediction))

    def answers(self, name: str) -> Answers:
        """What the check of the exercise `name` is tested with. Raises CourseError."""
        path = self.answers_file(name)
        found = getattr(load_module(path), "ANSWERS", None)
        if not isinstance(found, Answers):
            raise CourseError(
                "defines no ANSWERS",
                where=f"{path}:1",
                do="Write `ANSWERS = Answers(right=[...], wrong=[...])`.",
            )
        return found

    def exercise(self, exercise_id: str) -> Exercise:
        """Raises CourseError, naming the ones there are."""
        lesson, _, name = exercise_id.partition(".")
        if lesson == self.id and name in self.exercise_names:
            return self._exercise(name)
        names = ", ".join(f"{self.id}.{name}" for name in self.exercise_names)
        raise CourseError(f"no exercise {exercise_id!r}", where=str(self.checks), do=f"There are: {names}.")


@dataclass(frozen=True)
class Module:
    """A group of lessons, whose folders stand in its own."""

    id: str
    title: str
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class Route:
    """A way through the course: lessons in order, and of some of them a choice of exercises.

    `chosen` are ids of exercises. A lesson with none in it is taken whole.
    """

    id: str
    title: str
    about: str
    lessons: tuple[Lesson, ...]
    chosen: tuple[str, ...] = ()

    def exercises(self, lesson: Lesson) -> tuple[Exercise, ...]:
        """The exercises of `lesson` that the route takes. Imports its checks. Raises CourseError."""
        chosen = [lesson.exercise(name) for name in self._chosen_of(lesson)]
        return tuple(chosen) or lesson.exercises

    def minutes_of(self, lesson: Lesson) -> int:
        """What `lesson` takes on this route: where it chooses, less the core exercises that it leaves out and
        with the stretch that it takes.
        """
        if not self._chosen_of(lesson):
            return lesson.minutes
        core = sum(found.minutes for found in lesson.exercises if found.level == "core")
        return lesson.minutes - core + sum(found.minutes for found in self.exercises(lesson))

    @cached_property
    def minutes(self) -> int:
        """What the whole route takes."""
        return sum(self.minutes_of(lesson) for lesson in self.lessons)

    def _chosen_of(self, lesson: Lesson) -> list[str]:
        return [name for name in self.chosen if name.partition(".")[0] == lesson.id]


@dataclass(frozen=True)
class Course:
    """A course: its folder and what its manifest says."""

    root: Path
    title: str
    modules: tuple[Module, ...]
    routes: tuple[Route, ...] = ()
    visible: tuple[str, ...] = ()  # what several lessons' notebooks import: folders or files below `root`
    preload: Preload = field(default_factory=Preload)
    shown: str = ""  # id of the lesson that `aisec demo` grades

    @property
    def visible_paths(self) -> tuple[Path, ...]:
        """All of the course that a learner's process may read: what is not listed here is closed to it."""
        own = (lesson.folder / name for lesson in self.lessons for name in lesson.visible)
        return (self.root / "__init__.py", *(self.root / name for name in self.visible), *own)

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    def lesson(self, lesson_id: str) -> Lesson:
        """Raises CourseError, naming the ones there are."""
        for found in self.lessons:
            if found.id == lesson_id:
                return found
        names = ", ".join(found.id for found in self.lessons)
        raise CourseError(
            f"no lesson {lesson_id!r}", where=str(self.root / MANIFEST), do=f"There are: {names}."
        )

    def route(self, route_id: str) -> Route:
        """Raises CourseError, naming the ones there are."""
        for found in self.routes:
            if found.id == route_id:
                return found
        names = ", ".join(found.id for found in self.routes)
        raise CourseError(
            f"no route {route_id!r}", where=str(self.root / MANIFEST), do=f"There are: {names or 'none'}."
        )

    def exercise(self, exercise_id: str) -> Exercise:
        """The exercise of an id such as `poisoning.flip_labels`."""
        return self.lesson(exercise_id.partition(".")[0]).exercise(exercise_id)


def find_course(start: Path | None = None) -> Course:
    """The course at or above `start` (default: the working directory), else the installed one.

    `AISEC_COURSE`, when set, names the folder and nothing else is tried. Raises CourseError.
    """
    if named := os.environ.get("AISEC_COURSE"):
        return load_course(Path(named))
    for folder in _candidates(start or Path.cwd()):
        if (folder / MANIFEST).is_file():
            return load_course(folder)
    raise CourseError(
        f"no {MANIFEST} found", where=str(start or Path.cwd()), do="Set AISEC_COURSE to its folder."
    )


def course_in_reach() -> Course | None:
    """As `find_course`; None where there is none. Another course directory has none, and needs none."""
    try:
        return find_course()
    except CourseError:
        return None


def _candidates(start: Path) -> Iterator[Path]:
    for folder in (start, *start.parents):
        yield folder
        yield folder / "course"
    spec = importlib.util.find_spec("course")
    yield from map(Path, spec.submodule_search_locations or [] if spec else [])


def load_course(root: Path) -> Course:
    """Read `root/course.toml`. Raises CourseError that names the key at fault."""
    path = root / MANIFEST
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CourseError(f"cannot be read: {error}", where=str(path)) from error
    if data.get("format") != FORMAT:
        raise CourseError(f"format {data.get('format')!r} is not {FORMAT}", where=str(path))
    try:
        limits = Limits().override(data.get("limits", {}), str(path))
        modules = tuple(_module(entry, root, limits, path) for entry in data["modules"])
        course = Course(
            root.resolve(), data["title"], modules, visible=tuple(data.get("visible", ())),
            preload=Preload.read(data.get("preload", {}), f"{path}, [preload]"), shown=data.get("demo", ""),
        )  # fmt: skip
        if course.shown:
            course.lesson(course.shown)
        course = replace(course, routes=tuple(_route(entry, course) for entry in data.get("routes", ())))
    except KeyError as error:
        raise CourseError(f"key {error} is missing", where=str(path)) from error
    for what, found in (("lesson", course.lessons), ("route", course.routes)):
        ids = [entry.id for entry in found]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise CourseError(f"{what} id used twice: {', '.join(twice)}", where=str(path))
    return course


def _module(entry: dict[str, Any], root: Path, limits: Limits, path: Path) -> Module:
    lessons = tuple(
        Lesson(
            id=lesson["id"],
            title=lesson["title"],
            minutes=lesson["minutes"],
            folder=root.resolve() / entry["id"] / lesson["id"],
            visible=tuple(lesson.get("visible", ())),
            needs=read_needs(lesson.get("needs", []), f"{path}, lesson {lesson['id']}"),
            limits=limits.override(lesson.get("limits", {}), f"{path}, lesson {lesson['id']}"),
        )
        for lesson in entry["lessons"]
    )
    return Module(entry["id"], entry["title"], lessons)


def _route(entry: dict[str, Any], course: Course) -> Route:
    """A route without `lessons` takes all of them, in the order of the manifest."""
    lessons = tuple(map(course.lesson, entry["lessons"])) if "lessons" in entry else course.lessons
    route = Route(entry["id"], entry["title"], entry["about"], lessons, tuple(entry.get("exercises", ())))
    ids = [lesson.id for lesson in lessons]
    if astray := [name for name in route.chosen if name.partition(".")[0] not in ids]:
        raise CourseError(
            f"route {route.id!r} takes {astray[0]}, and not its lesson",
            where=str(course.root / MANIFEST),
            do="Add the lesson to the route's lessons, or take the exercise away.",
        )
    return route


def load_module(path: Path) -> ModuleType:
    """Import a Python file of a course, once, as a module of the course's package; relative imports work.

    Raises CourseError that names the file and line at fault.
    """
    if not path.is_file():
        raise CourseError("no such file", where=str(path))
    root = next((folder for folder in path.parents if (folder / MANIFEST).is_file()), path.parent)
    name = ".".join((_package(root), *path.relative_to(root).with_suffix("").parts))
    if name in sys.modules:
        return sys.modules[name]
    importlib.invalidate_caches()  # an author's new file is found at once
    try:
        return importlib.import_module(name)
    except Exception as error:
        where, reason = _blame(error, path)
        raise CourseError(f"cannot be imported: {reason}", where=where) from error


def _package(root: Path) -> str:
    """The name of the course's package: its folder's name where Python would find that folder by it.

    A course elsewhere gets a name of its own, so that two courses in one process never mix.
    """
    spec = importlib.util.find_spec(root.name) if root.name.isidentifier() else None
    if spec and str(root) in (spec.submodule_search_locations or ()):
        return root.name
    name = f"course_{hashlib.sha256(bytes(root)).hexdigest()[:12]}"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(root)]
        sys.modules[name] = package
    return name


def _blame(error: Exception, path: Path) -> tuple[str, str]:
    """(where, what): the line of the course's own file that failed, not of the import machinery."""
    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno or 1}", f"{type(error).__name__}: {error.msg}"
    lines = [f"{step.filename}:{step.lineno}" for step in traceback.extract_tb(error.__traceback__)]
    folder = str(path.parent.parent)
    return next((line for line in reversed(lines) if line.startswith(folder)), f"{path}:1"), reason
