"""A learner's feedback: one self-contained page per graded submission, where nbgrader keeps its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from markupsafe import Markup

from autograder.errors import AisecError
from autograder.files import write
from autograder.grading.gradebook import Gradebook
from autograder.report.markup import markdown
from autograder.report.notebook import ShownCell, read_notebook
from autograder.report.page import render, within
from autograder.report.standing import ExerciseScore, Standing, read_cohort
from autograder.verdict import Outcome, Verdict

T = TypeVar("T")


@dataclass(frozen=True)
class Judged:
    """An exercise on the page: its final mark, its cell, and the check's verdict where there is one."""

    mark: ExerciseScore
    cell: str
    verdict: Verdict | None

    @property
    def shown(self) -> Markup:
        """The verdict, which escapes its own texts."""
        return Markup(self.verdict.as_html()) if self.verdict else Markup()


def write_feedback(
    course_dir: Path, lessons: Collection[str] | None = None, *, gradebook: Gradebook | None = None
) -> list[Path]:
    """Write `feedback/<student>/<lesson>/<notebook>.html` for every result, or for those of `lessons`.

    A lesson of ours has one notebook, of its own name. Scores and comments are the gradebook's (by default
    the one in the course directory) and fall back to the results where there is none. A page is written
    anew each time. Raises GradebookError, and AisecError when a symbolic link stands where a page belongs.
    """
    feedback = course_dir / "feedback"
    cohort = read_cohort(course_dir, gradebook=gradebook)
    return [
        write(
            within(feedback, standing.student, standing.lesson, f"{notebook}.html"),
            feedback_page(course_dir, standing, notebook, cohort.name_of(standing.student)),
        )
        for standing in cohort.standings.values()
        if standing.result is not None and (lessons is None or standing.lesson in lessons)
        for notebook in standing.notebooks
    ]


def feedback_page(course_dir: Path, standing: Standing, notebook: str, name: str = "") -> str:
    """The page of one notebook of a graded submission, as HTML. `name` is the learner's, if it is known."""
    verdicts = {verdict.exercise: verdict for verdict in standing.result.verdicts}
    judged = [Judged(mark, cell, verdicts.get(name)) for name, cell, mark in _of(notebook, standing.marks)]
    comments = standing.booked.comments if standing.booked else {}
    cells, trouble = _cells(course_dir, standing, notebook)
    return render(
        "feedback.html.j2",
        standing=standing,
        name=name,
        notebook=notebook,
        result=standing.result,
        tally=_tally([row.mark for row in judged]),
        judged=judged,
        headlines={row.cell: row.verdict.headline() for row in judged if row.verdict},
        comments={cell: markdown(text) for _, cell, text in _of(notebook, comments)},
        cells=cells,
        places={cell.grade_id: number for number, cell in enumerate(cells, 1) if cell.grade_id},
        trouble=trouble,
    )


def _of(notebook: str, keyed: Mapping[str, T]) -> Iterator[tuple[str, str, T]]:
    """(id, grade_id, value) for each id `notebook.grade_id`."""
    for name, value in keyed.items():
        owner, _, grade_id = name.rpartition(".")
        if owner == notebook:
            yield name, grade_id, value


def _cells(course_dir: Path, standing: Standing, notebook: str) -> tuple[list[ShownCell], str]:
    """The graded notebook's cells, or none and the reason: the rest of the page is worth having anyway."""
    place = (standing.student, standing.lesson, f"{notebook}.ipynb")
    try:
        return read_notebook(within(course_dir / "autograded", *place)), ""
    except AisecError as error:
        return [], error.what


def _tally(marks: list[ExerciseScore]) -> str:
    """`3 exercises passed, 1 partly, 1 not attempted.`"""
    counts = Counter(mark.word for mark in marks)
    known = [str(outcome) for outcome in Outcome if str(outcome) in counts]
    words = known + [word for word in counts if word not in known]
    if not words:
        return ""
    first = f"{counts[words[0]]} exercise{'' if counts[words[0]] == 1 else 's'} {words[0]}"
    return ", ".join([first, *(f"{counts[word]} {word}" for word in words[1:])]) + "."
