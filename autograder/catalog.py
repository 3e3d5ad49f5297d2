"""`course.toml`, read: the modules, lessons, exercises and routes of a course, and where their files are."""

from __future__ import annotations

import importlib.util
import os
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.errors import CourseError
from autograder.exercise import Exercise, Prediction
from autograder.limits import Limits

MANIFEST = "course.toml"
FORMAT = 1


@dataclass(frozen=True)
class Lesson:
    """One lesson: four files of one name in its module's folder. `minutes` are those of its core: the
    reading and the core exercises. What is stretch comes on top.
    """

    id: str
    title: str
    minutes: int
    folder: Path
    limits: Limits = field(default_factory=Limits)

    @property
    def text(self) -> Path:
        """The author's text, percent-format Python."""
        return self.folder / f"{self.id}.py"

    @property
    def notebook(self) -> Path:
        """The learner's notebook, built from the text."""
        return self.folder / f"{self.id}.ipynb"

    @property
    def checks_file(self) -> Path:
        return self.folder / f"{self.id}_checks.py"

    @property
    def wrong_file(self) -> Path:
        """Wrong answers and the message that each must get."""
        return self.folder / f"{self.id}_wrong.py"

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """The lesson's exercises, in the order of its checks file. Imports that file."""
        module = load_module(self.checks_file)
        return tuple(value for value in vars(module).values() if isinstance(value, Exercise))

    @cached_property
    def predictions(self) -> tuple[Prediction, ...]:
        """The lesson's predictions, in the order of its checks file."""
        return tuple(
            value for value in vars(load_module(self.checks_file)).values() if isinstance(value, Prediction)
        )

    def exercise(self, exercise_id: str) -> Exercise:
        """Raises CourseError, naming the ones there are."""
        for found in self.exercises:
            if found.id == exercise_id:
                return found
        names = ", ".join(found.id for found in self.exercises)
        raise CourseError(
            f"no exercise {exercise_id!r}", where=str(self.checks_file), do=f"There are: {names}."
        )


@dataclass(frozen=True)
class Module:
    """A group of lessons that share a folder."""

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
        """The exercises of `lesson` that the route takes. Imports its checks file. Raises CourseError."""
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
        course = Course(root.resolve(), data["title"], modules)
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
            folder=root.resolve() / entry["id"],
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
    """Import a course's Python file by its path, once, under the name `<folder>.<file>` of its course."""
    name = f"course.{path.parent.name}.{path.stem}"
    loaded = sys.modules.get(name)
    if loaded is not None and getattr(loaded, "__file__", None) == str(path):
        return loaded
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise CourseError("no such file", where=str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise CourseError(f"cannot be imported: {type(error).__name__}: {error}", where=str(path)) from error
    return module
