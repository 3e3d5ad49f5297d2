"""Digests of all that a result rests on: by them a result is known to be still good.

What a learner handed in, the author's version, the checks with everything they are made of, the limits and
the engine itself. The cohort's secret seed is left out on purpose: a result may be shown to its learner, and
a seed that a person chose could be guessed from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from functools import cache
from pathlib import Path

from autograder.catalog import MANIFEST, Course, Lesson
from autograder.grading.assignment import Assignment
from autograder.limits import Limits

#: The rooms, besides the modules on the ground floor, that decide how a submission ends.
ROOMS = ("boundary", "grading", "sandbox")
#: Files of a course that no check is made of: what learners read, and what is made again by itself.
NOT_JUDGED_BY = (".ipynb", ".md", ".pyc")


def fingerprint(standard: str, submitted: str) -> str:
    """The digest that a result carries: of what was handed in, and of what it was judged by."""
    return _digest([standard.encode(), submitted.encode()])


def standard(assignment: Assignment, limits: Limits, course: Course | None) -> str:
    """What every submission of `assignment` is judged by. `course` has its exercises, if they are ours."""
    lessons = _asked(assignment, course) if course else []
    checks = [checks_digest(course, lesson) for lesson in lessons if course]
    preload = course.preload if course else None  # decides too how far time and memory go
    parts = [assignment.version, repr(astuple(limits)), repr(preload), engine_digest(), *checks]
    return _digest(part.encode() for part in parts)


def _asked(assignment: Assignment, course: Course) -> list[Lesson]:
    """The lessons that the assignment's test cells name an exercise of."""
    tests = [cell.source for notebook in assignment.notebooks for cell in notebook.cells if cell.is_test]
    return [lesson for lesson in course.lessons if any(f"{lesson.id}." in source for source in tests)]


def checks_digest(course: Course, lesson: Lesson) -> str:
    """A digest of what the lesson's checks can be made of: its own files, and those that lessons share.

    More than its checks import, so that no import and no data file can be missed.
    """
    shown = repr((course.visible, lesson.visible))  # what a learner's code may read decides too
    return _digest([_of_files(course.root, _check_files(course, lesson)).encode(), shown.encode()])


def _check_files(course: Course, lesson: Lesson) -> Iterator[Path]:
    own = lesson.folder
    others = {one.folder for one in course.lessons} - {own, *own.parents}
    for path in course.root.rglob("*"):
        inside = path.relative_to(course.root).parts
        if path.suffix in NOT_JUDGED_BY or path.name == MANIFEST or any(p.startswith(".") for p in inside):
            continue
        if path.is_file() and others.isdisjoint(path.parents):
            yield path


@cache
def engine_digest(package: Path = Path(__file__).parents[1]) -> str:
    """A digest of the code that grades: a course is often updated from its repository, between versions."""
    rooms = [path for room in ROOMS for path in (package / room).rglob("*.py")]
    return _of_files(package, [*package.glob("*.py"), *rooms])


def _of_files(root: Path, paths: Iterable[Path]) -> str:
    named = sorted((path.relative_to(root).as_posix(), path) for path in paths)
    return _digest(part for name, path in named for part in (name.encode(), path.read_bytes()))


def _digest(parts: Iterable[bytes]) -> str:
    """SHA-256 over the parts' own digests, so that no two lists of parts read alike."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()
