"""Text to notebooks: from a lesson's percent-format text, through nbgrader's own release steps.

What makes a cell graded is read from the text and nothing else:

- a *solution cell* contains `### BEGIN SOLUTION` and `### END SOLUTION`;
- a *check cell* ends in `check("lesson.exercise", ...)` and directly follows its solution cell.

Every cell gets a readable id, made of the nearest heading, that survives edits in other sections.
"""

from __future__ import annotations

import ast
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.catalog import Course, Lesson
from autograder.errors import CourseError

if TYPE_CHECKING:
    from nbformat import NotebookNode

SOLUTION = "### BEGIN SOLUTION"
MARKER = re.compile(r"# %%(\s|$)")
HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*$")
#: Longest part of a cell id that comes from a heading; nbformat allows 64 characters in all.
SLUG_LENGTH = 48


@dataclass(frozen=True)
class Cell:
    """One cell of a text. `line` is the number of its `# %%` marker; its source starts on the next."""

    kind: str  # "code" or "markdown"
    source: str
    line: int
    metadata: Mapping[str, Any]

    @property
    def is_solution(self) -> bool:
        return self.kind == "code" and SOLUTION in self.source

    @property
    def checks(self) -> str:
        """The id of the exercise that this cell checks; empty when it checks none."""
        match ast.parse(self.source).body if self.kind == "code" else ():
            case [*_, ast.Expr(ast.Call(ast.Name("check"), [ast.Constant(str(exercise_id)), *_]))]:
                return exercise_id
        return ""

    def headings(self) -> Iterator[tuple[int, str]]:
        """(line, text) of each Markdown heading, those in code fences left out."""
        fenced = False
        for offset, line in enumerate(self.source.splitlines() if self.kind == "markdown" else ()):
            fenced ^= line.lstrip().startswith("```")
            if not fenced and (heading := HEADING.match(line)):
                yield self.line + 1 + offset, heading[1]


def read_cells(text: str, where: str = "") -> list[Cell]:
    """The cells of a percent-format text. Comments before the first `# %%` are the author's own and left out.

    Raises CourseError, naming `where` and the line, for a text without cells, code that is not Python,
    and code that stands outside a code cell.
    """
    import jupytext

    lines = text.splitlines()
    markers = [number for number, line in enumerate(lines) if MARKER.match(line)]
    start = markers[0] if markers else len(lines)
    if stray := [n for n in range(start) if lines[n].strip() and not lines[n].startswith("#")]:
        raise CourseError(
            "code before the first cell", where=f"{where}:{stray[0] + 1}", do="Put `# %%` above it."
        )
    # A comment stays a comment: by default `# copy the array` would become a shell command.
    percent = {"extension": ".py", "format_name": "percent", "comment_magics": False}
    cells = jupytext.reads("\n".join(lines[start:]), fmt=percent).cells if markers else []
    if not cells or len(cells) != len(markers):
        raise CourseError(
            f"{len(markers)} lines start with `# %%`, but the text has {len(cells)} cells",
            where=f"{where}:1",
            do="Start each cell, and nothing else, with a line `# %%` or `# %% [markdown]`.",
        )
    ends = [*markers[1:], len(lines)]
    return [
        _cell(cell, marker + 1, lines[marker + 1 : end], where)
        for cell, marker, end in zip(cells, markers, ends, strict=True)
    ]


def _cell(cell: NotebookNode, line: int, lines: Sequence[str], where: str) -> Cell:
    """`cell` of the text's `lines`, which follow the marker at `line`."""
    if cell.cell_type == "code":
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            raise CourseError(
                f"not Python: {error.msg}",
                where=f"{where}:{line + (error.lineno or 1)}",
                do="Write plain Python; magics and shell commands have no place in a lesson.",
            ) from error
    elif bare := [n for n, text in enumerate(lines, line + 1) if text.strip() and not text.startswith("#")]:
        raise CourseError(
            "code in a text cell", where=f"{where}:{bare[0]}", do="Put `# %%` above it, or `# ` before it."
        )
    # jupytext's note about blank lines in the text is not part of the notebook
    metadata = {key: value for key, value in cell.metadata.items() if key != "lines_to_next_cell"}
    return Cell(cell.cell_type, cell.source, line, metadata)


def pair_cells(cells: Sequence[Cell], where: str = "") -> dict[str, tuple[int, int]]:
    """Exercise id → the positions of its solution cell and its check cell, in the order of the text.

    Raises CourseError, naming `where` and the line, when a check cell does not directly follow a
    solution cell, a solution cell has no check cell, or an exercise is checked twice.
    """
    pairs: dict[str, tuple[int, int]] = {}
    for position, cell in enumerate(cells):
        at = f"{where}:{cell.line}"
        if exercise_id := cell.checks:
            if exercise_id in pairs:
                raise CourseError(f"{exercise_id} is checked twice", where=at, do="Keep one check cell.")
            if position == 0 or not cells[position - 1].is_solution:
                raise CourseError(
                    f"the check of {exercise_id} has no solution cell right before it",
                    where=at,
                    do=f"Put the code cell with `{SOLUTION}` directly above the check cell.",
                )
            pairs[exercise_id] = (position - 1, position)
        elif cell.is_solution and not (position + 1 < len(cells) and cells[position + 1].checks):
            raise CourseError(
                "a solution cell has no check cell right after it",
                where=at,
                do='Follow it with a cell that ends in `check("lesson.exercise", ...)`.',
            )
    return pairs


def solution_sources(text: str) -> dict[str, str]:
    """Exercise id → the source of its solution cell, solution included. Raises CourseError."""
    cells = read_cells(text)
    return {exercise_id: cells[answer].source for exercise_id, (answer, _) in pair_cells(cells).items()}


def source_notebook(lesson: Lesson) -> NotebookNode:
    """The lesson with its solutions, as an nbgrader source notebook (nbformat 4.5, no outputs).

    Raises CourseError, naming the line, when the text breaks its form or checks an unknown exercise.
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    cells = lesson_cells(lesson)
    known = {exercise.id: exercise for exercise in lesson.exercises}
    graded: dict[int, dict[str, Any]] = {}
    for exercise_id, (answer, check) in pair_cells(cells, str(lesson.text)).items():
        if exercise_id not in known:
            raise CourseError(
                f"no exercise {exercise_id!r}",
                where=f"{lesson.text}:{cells[check].line}",
                do=f"{lesson.checks.name}/ has: {', '.join(known) or 'none'}.",
            )
        name, points = known[exercise_id].name, known[exercise_id].points
        graded[answer] = _grading(f"{name}-answer", solution=True)
        graded[check] = _grading(name, grade=True, locked=True, points=points)
    notebook = new_notebook(
        nbformat_minor=5,
        metadata={
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
    )
    names = cell_names(cells, {position: grading["grade_id"] for position, grading in graded.items()})
    for position, cell in enumerate(cells):
        new_cell = new_code_cell if cell.kind == "code" else new_markdown_cell
        metadata = dict(cell.metadata)
        if position in graded:
            metadata["nbgrader"] = graded[position]
        if cell.checks:  # Run All goes on past a check that has not passed yet
            metadata["tags"] = sorted({*metadata.get("tags", ()), "raises-exception"})
        notebook.cells.append(new_cell(cell.source, id=names[position], metadata=metadata))
    return notebook


def learner_notebook(lesson: Lesson) -> NotebookNode:
    """The notebook that a learner opens: the source notebook after nbgrader's own release steps.

    The steps are those of `nbgrader generate_assignment` without its gradebook: solutions become
    `raise NotImplementedError()`, check cells are locked, graded cells get their checksums. Raises
    CourseError.
    """
    from nbgrader import preprocessors as steps

    notebook, resources = source_notebook(lesson), {}
    try:
        for step in (
            steps.LockCells,
            steps.ClearSolutions,
            steps.ClearOutput,
            steps.ClearHiddenTests,
            steps.ClearMarkScheme,
            steps.ComputeChecksums,
            steps.CheckCellMetadata,
        ):
            notebook, resources = step().preprocess(notebook, resources)
    except (RuntimeError, ValueError) as error:  # what these steps raise for a region that is not whole
        raise CourseError(
            f"nbgrader refuses the notebook: {error}",
            where=f"{lesson.text}:1",
            do="Close each `### BEGIN …` with its `### END …`, in solution cells only.",
        ) from error
    return notebook


def notebook_text(lesson: Lesson) -> str:
    """What the lesson's `.ipynb` file must hold; equal texts give equal characters. Raises CourseError."""
    import nbformat

    return nbformat.writes(learner_notebook(lesson)) + "\n"


def build(course: Course, lessons: Iterable[Lesson] | None = None) -> list[Path]:
    """Write the notebooks of `lessons` (default: all) beside their texts; return the ones that changed.

    A notebook that is already right is not touched, and a reader never sees half of one. Raises
    CourseError.
    """
    written = []
    for lesson in course.lessons if lessons is None else lessons:
        text = notebook_text(lesson)
        if lesson.notebook.is_file() and lesson.notebook.read_text("utf-8") == text:
            continue
        unfinished = lesson.notebook.with_suffix(".ipynb.tmp")
        unfinished.write_text(text, "utf-8", newline="\n")
        os.replace(unfinished, lesson.notebook)
        written.append(lesson.notebook)
    return written


def lesson_cells(lesson: Lesson) -> list[Cell]:
    """The cells of the lesson's text. Raises CourseError."""
    try:
        text = lesson.text.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise CourseError(f"cannot be read: {error}", where=f"{lesson.text}:1") from error
    return read_cells(text, str(lesson.text))


def cell_names(cells: Sequence[Cell], given: Mapping[int, str]) -> list[str]:
    """The id of each cell: the one `given` for its position, else its section, its kind and a count.

    A cell belongs to the first heading in it, else to the last heading above it. Counts run within
    one section and kind, so that an edit in one section leaves the ids of the others alone.
    """
    names, counts, section = [], Counter[str](), "start"
    for position, cell in enumerate(cells):
        if position in given:
            names.append(given[position])
            continue
        slugs = [slug(heading) for _, heading in cell.headings()]
        name = f"{slugs[0] if slugs else section}-{'code' if cell.kind == 'code' else 'text'}"
        counts[name] += 1
        names.append(f"{name}-{counts[name]}")
        section = slugs[-1] if slugs else section
    return names


def slug(heading: str) -> str:
    """`Exercise: flip_labels` → `exercise-flip-labels`: ASCII, at most SLUG_LENGTH characters."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].rstrip("-") or "section"


def _grading(
    grade_id: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    points: float | None = None,
) -> dict[str, Any]:
    """nbgrader's metadata of one cell, schema version 3."""
    metadata = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return metadata if points is None else {**metadata, "points": points}
