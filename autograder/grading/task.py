"""What is graded, as plain data, and the seam between planning a cohort and the place where it is graded.

    cohort ── tasks, standards ──▸ transport ── Graded ──▸ cohort
                                      │  ▴
                               a task ▾  │ JSON
                                    a grader

A transport takes tasks to graders and yields what came of each. Processes of this machine are one
(`processes.Processes`). What travels to a grader is texts, bytes and digests, and JSON comes back, so that it
may stand anywhere; a grader needs nothing of the folders that the tasks were read from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.catalog import Course
from autograder.grading import beside
from autograder.grading.assignment import Assignment
from autograder.grading.result import Graded, Mark, Result
from autograder.grading.submission import MAX_BYTES
from autograder.limits import Limits
from autograder.verdict import Outcome, Verdict


@dataclass(frozen=True)
class Standard:
    """What every submission of an assignment is judged by. `digest` also covers the checks and the engine
    that whoever plans has: a grader elsewhere must have the same. `inside` are the test cells, (notebook,
    grade id), that are judged in the learner's process; `asks` when a person decides about these.
    """

    assignment: Assignment
    limits: Limits
    secret: str
    digest: str
    inside: tuple[tuple[str, str], ...] = ()
    asks: bool = False

    @property
    def seconds(self) -> float:
        """That grading one submission may take, as its processes' limits say."""
        return self.limits.total_seconds * len(self.assignment.notebooks) * (2 if self.inside else 1)


@dataclass(frozen=True)
class Task:
    """One submission to grade: notebook name → bytes (one that was not handed in is left out), and the
    learner's own files, path → bytes. `notes` are what reading these had to say.
    """

    student: str
    assignment: str
    notebooks: dict[str, bytes]
    beside: dict[str, bytes]
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """A digest of all that was handed in, as far as it is graded."""
        digest = hashlib.sha256()
        for name, data in sorted(self.notebooks.items()):
            digest.update(name.encode() + b"\x1f" + hashlib.sha256(data).digest())
        digest.update(b"\x1e" + beside.digest(self.beside))
        return digest.hexdigest()


class Transport(Protocol):
    """A place where tasks are graded."""

    def permit(self) -> None:
        """Raises SandboxError when no learner code may be run there, before anything is held or started."""

    def grade(
        self, tasks: Iterable[Task], standards: Mapping[str, Standard], lessons: Course | None
    ) -> Generator[Graded, None, None]:
        """What comes of each task, once, in any order. A task is taken when there is a grader for it.

        `standards` are by assignment, `lessons` those that hold the exercises. A grader that dies or hangs
        costs its task a grader fault (`fault_of`) and no more. Whoever closes the iterator ends all that it
        started. Raises SandboxError when learner code cannot be contained there.
        """
        ...


def read_task(student: str, folder: Path, standard: Standard) -> Task:
    """What `student` handed in, which lies in `folder`. Raises OSError when it cannot be read."""
    assignment = standard.assignment
    found = {one.name: _read_notebook(folder / f"{one.name}.ipynb") for one in assignment.notebooks}
    notebooks = {name: data for name, data in found.items() if data is not None}
    return Task(student, assignment.name, notebooks, *beside.read_beside(folder, standard.limits.disk_mb))


def _read_notebook(path: Path) -> bytes | None:
    """A submitted file's bytes, one more than is allowed at most; None when it is not a regular file."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def fault_of(student: str, assignment: Assignment, reason: str) -> Graded:
    """A result that says the grader failed; every mark waits for a person."""
    message = f"The grader failed on this submission; it is not the learner's fault. {reason}"
    verdicts, marks = [], []
    for notebook in assignment.notebooks:
        for cell in notebook.cells:
            if cell.is_test:
                exercise = f"{notebook.name}.{cell.grade_id}"
                verdicts.append(Verdict(exercise, Outcome.GRADER_FAULT, 0.0, cell.points, message))
            if cell.grade or cell.task:
                marks.append(Mark(notebook.name, cell.grade_id, None))
    fault = Outcome.GRADER_FAULT
    result = Result(student, assignment.name, fault, 0.0, assignment.max_score, tuple(verdicts), message)
    return Graded(result, {}, tuple(marks))
