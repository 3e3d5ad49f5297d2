"""A stock nbgrader course directory, as its `nbgrader_config.py` describes it, and our few files in it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.files import write
from autograder.grading.gradebook import Gradebook
from autograder.intake.roster import Roster, read_roster
from autograder.limits import Limits
from autograder.safe import is_utf8, one_line

CONFIG = "nbgrader_config.py"
SETTINGS = "aisec.toml"
ROSTER = "roster.csv"
POLICIES = ("accept", "ask", "refuse")  # points as judged; they wait for a person; nothing is graded
SEED_FILE = ".aisec/cohort_seed"


@dataclass(frozen=True)
class CourseDir:
    """The folder an instructor works in. `root` is absolute."""

    root: Path

    @cached_property
    def config(self) -> Any:
        """The traitlets configuration. Runs `nbgrader_config.py`, which is the instructor's own code."""
        from traitlets.config import PyFileConfigLoader

        try:
            return PyFileConfigLoader(CONFIG, str(self.root)).load_config()
        except Exception as error:
            raise CourseError(f"cannot be loaded: {error}", where=str(self.root / CONFIG)) from error

    @cached_property
    def _nbgrader(self) -> Any:
        from nbgrader.coursedir import CourseDirectory

        config = self.config
        config.CourseDirectory.root = str(self.root)
        return CourseDirectory(config=config)

    @cached_property
    def gradebook(self) -> Gradebook:
        """The gradebook that nbgrader has for this course."""
        course_id = self._nbgrader.course_id or "default_course"
        return Gradebook(self.root, self._nbgrader.db_url, course_id)

    def step(self, name: str) -> Path:
        """The folder of one of nbgrader's steps: source, release, submitted, autograded or feedback."""
        return self.root / getattr(self._nbgrader, f"{name}_directory")

    def assignments(self) -> dict[str, tuple[str, ...]]:
        """The released assignments by name, each with the names of its notebooks."""
        found: dict[str, tuple[str, ...]] = {}
        for path in sorted(self.step("release").glob("*/*.ipynb")):
            found[path.parent.name] = (*found.get(path.parent.name, ()), path.stem)
        return found

    def submissions(self, assignment: str) -> list[tuple[str, Path]]:
        """(student, folder) of what was handed in for an assignment, by student. Links are not followed, and
        a folder whose name is not UTF-8 is nobody's: `misnamed` tells of it.
        """
        found = [
            (path.parent.name, path)
            for path in self.step("submitted").glob(f"*/{assignment}")
            if path.is_dir() and not path.is_symlink() and not path.parent.is_symlink()
        ]
        return sorted(pair for pair in found if is_utf8(pair[0]))

    def misnamed(self) -> list[str]:
        """The folders of `submitted/` whose names are not UTF-8, as they can be shown."""
        names = (path.name for path in self.step("submitted").glob("*"))
        return sorted(one_line(name) for name in names if not is_utf8(name))

    def limits(self, assignment: str, usual: Limits) -> Limits:
        """`usual` with what the instructor's `aisec.toml` sets for all assignments, then for this one.

        Raises CourseError that names the key at fault.
        """
        path = self.root / SETTINGS
        settings = self.settings("limits")
        own = settings.get(assignment, {})
        for_all = {name: value for name, value in settings.items() if not isinstance(value, dict)}
        return usual.override(for_all, str(path)).override(own, f"{path}, [limits.{assignment}]")

    def settings(self, table: str) -> dict[str, Any]:
        """A table of the instructor's `aisec.toml`, or none. Raises CourseError when it cannot be read."""
        found = self._settings().get(table, {})
        if not isinstance(found, dict):
            where = str(self.root / SETTINGS)
            raise CourseError(f"[{table}] must be a table", where=where, do="See docs/instructor.md.")
        return found

    def inside(self) -> str:
        """What is done with tests that can only be judged inside the learner's process: one of `POLICIES`."""
        policy = self._settings().get("inside", POLICIES[0])
        if policy not in POLICIES:
            words = ", ".join(f'"{word}"' for word in POLICIES)
            where = f"{self.root / SETTINGS}, inside"
            raise CourseError(f"{policy!r} is no answer to it", where=where, do=f"Use one of: {words}.")
        return policy

    def _settings(self) -> dict[str, Any]:
        import tomllib

        path = self.root / SETTINGS
        try:
            return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
        except (OSError, ValueError) as error:
            raise CourseError(f"cannot be read: {error}", where=str(path)) from error

    def roster(self) -> Roster | None:
        """The list of learners in `roster.csv`, if the course has one. Raises IntakeError."""
        path = self.root / ROSTER
        return read_roster(path) if path.is_file() else None

    def secret(self) -> str:
        """The cohort's seed, made on first use and readable by its owner only."""
        path = self.root / SEED_FILE
        try:
            if not path.exists():
                write(path, secrets.token_hex(16) + "\n", mode=0o600)
            seed = path.read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise CourseError(f"the cohort's seed cannot be kept: {error}", where=str(path)) from error
        if not seed:
            raise CourseError(
                "the cohort's seed is empty",
                where=str(path),
                do="Put back the file from a copy of the course; or delete it, and grade everybody again.",
            )
        return seed


def open_course(root: str | Path) -> CourseDir:
    """The course directory at `root`. Raises CourseError when it is not one."""
    root = Path(root).resolve()
    if not (root / CONFIG).is_file():
        raise CourseError(
            "not a course directory: it has no nbgrader_config.py",
            where=str(root),
            do="Run: aisec course new DIR, or name one with --course DIR.",
        )
    return CourseDir(root)
