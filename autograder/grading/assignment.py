"""The author's version of an assignment: what is judged, whatever a submission says about itself.

Cell order and the author's plain cells come from the released notebook; graded, locked and solution cells
come from the gradebook, where `nbgrader generate_assignment` keeps them with their hidden tests.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import CourseError, GradebookError
from autograder.grading.coursedir import CourseDir


@dataclass(frozen=True)
class AuthorCell:
    """One cell of the author's. `grade_id` is empty for a plain cell; `points` is 0 unless it is graded."""

    cell_type: str
    source: str
    grade_id: str = ""
    grade: bool = False
    solution: bool = False
    locked: bool = False
    task: bool = False
    points: float = 0.0
    metadata: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def is_test(self) -> bool:
        """A code cell that decides points by itself."""
        return self.grade and not self.solution and self.cell_type == "code"

    @property
    def is_manual(self) -> bool:
        """A cell that a person marks."""
        return self.task or (self.grade and not self.is_test)


@dataclass(frozen=True)
class AuthorNotebook:
    """One notebook of an assignment, in the author's order."""

    name: str
    cells: tuple[AuthorCell, ...]
    metadata: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def by_id(self) -> dict[str, AuthorCell]:
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id}

    @property
    def max_score(self) -> float:
        return sum(cell.points for cell in self.cells)


@dataclass(frozen=True)
class Assignment:
    """An assignment: its notebooks, and the data files that go with them (relative path → bytes)."""

    name: str
    notebooks: tuple[AuthorNotebook, ...]
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def max_score(self) -> float:
        return sum(notebook.max_score for notebook in self.notebooks)

    @property
    def version(self) -> str:
        """A digest that changes when anything that is judged or run changes."""
        digest = hashlib.sha256()
        for notebook in self.notebooks:
            for cell in notebook.cells:
                kind = (cell.cell_type, cell.grade, cell.solution, cell.locked, cell.task, cell.points)
                digest.update(f"{cell.grade_id}\x1f{cell.source}\x1f{kind}\x1e".encode())
        for name, data in sorted(self.files.items()):
            digest.update(name.encode() + b"\x1f" + data)
        return digest.hexdigest()


def load_assignment(course: CourseDir, name: str) -> Assignment:
    """Read `release/<name>` and the gradebook. Raises CourseError or GradebookError, saying what to run."""
    release = course.step("release") / name
    paths = sorted(release.glob("*.ipynb"))
    if not paths:
        raise CourseError(
            f"assignment {name!r} has not been released",
            where=str(release),
            do=f"Run: nbgrader generate_assignment {name} (in {course.root})",
        )
    with course.gradebook.open() as gradebook:
        notebooks = tuple(_notebook(path, name, gradebook) for path in paths)
    files = {
        str(path.relative_to(release)): path.read_bytes()
        for path in sorted(release.rglob("*"))
        if path.is_file() and path.suffix != ".ipynb" and not path.is_symlink()
    }
    return Assignment(name, notebooks, files)


def _notebook(path: Path, assignment: str, gradebook: Any) -> AuthorNotebook:
    from nbgrader.api import MissingEntry

    try:
        entry = gradebook.find_notebook(path.stem, assignment)
    except MissingEntry:
        raise GradebookError(
            f"the gradebook does not know notebook {path.stem!r} of assignment {assignment!r}",
            where=str(path),
            do=f"Run: nbgrader generate_assignment {assignment} --force",
        ) from None
    kept = {cell.name: cell.source for cell in entry.source_cells}
    document = json.loads(path.read_text("utf-8"))
    cells = tuple(author_cell(cell, kept) for cell in document["cells"])
    return AuthorNotebook(path.stem, cells, document.get("metadata", {}))


def author_cell(cell: dict[str, Any], kept: dict[str, str] | None = None) -> AuthorCell:
    """An author's cell from a notebook's; `kept` maps grade ids to sources that replace the released ones."""
    marks = cell["metadata"].get("nbgrader", {})
    grade_id = marks.get("grade_id", "")
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    graded = bool(marks.get("grade") or marks.get("task"))
    return AuthorCell(
        cell_type=cell["cell_type"],
        source=(kept or {}).get(grade_id, source) if grade_id else source,
        grade_id=grade_id,
        grade=bool(marks.get("grade")),
        solution=bool(marks.get("solution")),
        locked=bool(marks.get("locked")),
        task=bool(marks.get("task")),
        points=float(marks.get("points", 0)) if graded else 0.0,
        metadata=marks,
    )
