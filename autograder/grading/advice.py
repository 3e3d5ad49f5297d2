"""What an instructor should know of a course's test cells before the first hand-in: who judges each, and why.

Where there is the author's solution, the try of `referees` says it, and the table of idioms only explains a
cell that is judged inside. Where there is none, the table is all there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.catalog import Course
from autograder.grading.assignment import Assignment, load_assignment
from autograder.grading.cohort import standards_of
from autograder.grading.coursedir import CourseDir
from autograder.grading.idioms.read import Misfit, read_notebook
from autograder.grading.referees import Ruling, Rulings, rule
from autograder.grading.task import Transport


@dataclass(frozen=True)
class Advice:
    """What is to be said of one test cell. `ruling` is None where nothing was tried, or nothing was found."""

    assignment: str
    notebook: str
    cell: str
    ruling: Ruling | None
    misfits: tuple[Misfit, ...]

    @property
    def why(self) -> str:
        """Why the outside referee cannot judge it, or what is broken about it."""
        if self.ruling is None:
            return "It is as its text says; there is no solution of the author's to try it with."
        said = []
        if self.ruling.is_broken:
            said.append("The author's own solution does not pass it inside the learner's process either.")
        if self.ruling.passed_wrongly:
            said.append("From outside, the notebook without answers passes it.")
        elif self.ruling.inside:
            said.append(f"From outside: {self.ruling.reason or 'it gave other points.'}")
        return " ".join(said)

    def rows(self) -> Iterator[dict[str, Any]]:
        """As rows of JSON: one a line that wants another form; one with line 0 where none is known."""
        inside = self.ruling is not None and self.ruling.inside
        broken = self.ruling is not None and self.ruling.is_broken
        said = {"inside": inside, "broken": broken, "why": self.why}
        for misfit in self.misfits:
            yield misfit.row() | said
        if not self.misfits:
            where = {"assignment": self.assignment, "notebook": self.notebook, "cell": self.cell, "line": 0}
            yield where | dict.fromkeys(("code", "form", "wrong", "instead"), "") | said


def advise(
    course: CourseDir, transport: Transport | None, lessons: Course | None
) -> tuple[list[Advice], list[str]]:
    """(what to say of test cells, assignments that were tried without a solution) of all that is released.

    Without a `transport` nothing is tried. Raises CourseError, GradebookError, SandboxError.
    """
    assignments = [load_assignment(course, name) for name in course.assignments()]
    found: dict[str, Rulings] = {}
    if transport is not None:
        found = rule(course, standards_of(course, assignments, lessons), transport, lessons)
    advice = [one for assignment in assignments for one in _of(assignment, found.get(assignment.name))]
    return advice, [name for name, rulings in found.items() if not rulings.solved]


def _of(assignment: Assignment, rulings: Rulings | None) -> Iterator[Advice]:
    told = {(one.notebook, one.cell): one for one in rulings.cells} if rulings else {}
    for notebook in assignment.notebooks:
        misfits = read_notebook(notebook, assignment.name, frozenset(assignment.files))
        for cell in notebook.cells:
            ruling = told.get((notebook.name, cell.grade_id))
            own = tuple(one for one in misfits if one.cell == cell.grade_id)
            is_only_read = bool(own) and (rulings is None or not rulings.solved)
            if cell.is_test and (ruling or is_only_read):
                inside = ruling is None or ruling.inside
                yield Advice(assignment.name, notebook.name, cell.grade_id, ruling, own if inside else ())
