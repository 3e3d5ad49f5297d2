"""`aisec course new`: a stock nbgrader course directory with the lessons in it, released."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder import build
from autograder.catalog import Course, Lesson
from autograder.errors import CourseError
from autograder.files import write
from autograder.grading.coursedir import CONFIG, SETTINGS, CourseDir

CONFIG_TEXT = """\
# An nbgrader course directory: every nbgrader command works here.
# What can be set: nbgrader.readthedocs.io, or `nbgrader --help-all`.
c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "{course_id}"

# nbgrader zip_collect takes files named <id>__<lesson>.ipynb; aisec collect takes these and more.
c.FileNameCollectorPlugin.named_regexp = r".*[/\\\\](?P<student_id>[a-z0-9._-]+)__(?P<file_id>.+)$"
"""

_RELATIVE_LINK = re.compile(r"\[([^\]]+)\]\((?![a-z]+:)([^)#\s]+\.(?:ipynb|md))[^)]*\)")

SETTINGS_TEXT = """\
# A line counts once its # is taken away.

# inside = "accept"   # tests that only the learner's own process can run: "accept", "ask" a person, "refuse"

[limits]            # what one submission may use before it is stopped; lessons bring their own
# cell_seconds = 30
# memory_mb = 1500

# [limits.poisoning]  # one assignment
# total_seconds = 120

[due]               # the end of that day, or a time; without a zone it is this machine's
# poisoning = 2026-11-22
# privacy = 2026-11-29T23:59:00+01:00

[late]              # what lateness costs; without this table nbgrader's own plugin decides
# percent_per_day = 10   # of the points that a hand-in got, for each day begun
# most_percent = 50
# grace_minutes = 15

# [extensions.poisoning]  # days more, or a due date of their own; a roster's column `extension` also does
# ada = 3
# bob = 2026-11-30T12:00:00+01:00
"""


def new_course(
    root: Path,
    lessons: Sequence[Lesson],
    course: Course,
    on_lesson: Callable[[Lesson], None] = lambda lesson: None,
) -> CourseDir:
    """Make a course directory at `root` with `lessons` of `course` released. Raises CourseError.

    `root` must not exist or be empty; nothing that is there is overwritten.
    """
    import nbformat

    root = root.resolve()
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise CourseError("is already there, and not empty", where=str(root), do="Choose a new folder.")
    try:
        root.mkdir(parents=True, exist_ok=True)
        write(root / CONFIG, CONFIG_TEXT.format(course_id=course_id(root)))
        write(root / SETTINGS, SETTINGS_TEXT)
        for lesson in lessons:
            notebook = build.source_notebook(lesson)
            for cell in notebook.cells:
                if cell.cell_type == "markdown":
                    cell.source = relinked(cell.source, lesson, lessons)
            write(root / "source" / lesson.id / f"{lesson.id}.ipynb", nbformat.writes(notebook) + "\n")
    except OSError as error:
        raise CourseError(f"cannot be made: {error.strerror}", where=str(root)) from error
    directory = CourseDir(root)
    directory.secret()
    for lesson in lessons:
        on_lesson(lesson)
        release(directory, lesson.id)
    return directory


def relinked(text: str, lesson: Lesson, lessons: Sequence[Lesson]) -> str:
    """`text` of `lesson` with its links as nbgrader lays notebooks out, `../NAME/NAME.ipynb`.

    A link to what is not among `lessons` becomes plain text.
    """
    places = {one.notebook: f"../{one.id}/{one.id}.ipynb" for one in lessons}

    def moved(link: re.Match[str]) -> str:
        words, target = link.groups()
        place = places.get(Path(os.path.normpath(lesson.folder / target)))
        return f"[{words}]({place})" if place else words

    return _RELATIVE_LINK.sub(moved, text)


def course_id(root: Path) -> str:
    """The folder's name, as far as a course id may have it."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in root.name) or "course"


def release(directory: CourseDir, assignment: str) -> None:
    """What `nbgrader generate_assignment` does, in this process. Raises CourseError with its last words."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    # nbgrader runs `alembic` from PATH when it makes a gradebook; ours is beside this interpreter.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    config = directory.config.copy()
    config.CourseDirectory.root = str(directory.root)
    told = NbGraderAPI(CourseDirectory(config=config), config=config).generate_assignment(assignment)
    if not told["success"]:
        reason = (told.get("error") or told.get("log") or "").strip().splitlines()[-1:]
        raise CourseError(
            f"could not be released: {' '.join(reason)}", where=f"{directory.root}/source/{assignment}"
        )
