"""What `check` says in a kernel, grading says in the sandbox: same answers, same draws, same verdict."""

import json

import pytest
from lessons import COURSE, judge, reference

from autograder.build import source_notebook
from autograder.exercise import seed_for
from autograder.grading.assignment import Assignment, AuthorNotebook, author_cell
from autograder.grading.grade import grade_submission

SECRET, STUDENT = "a secret", "ada"
ANSWERS = {
    "solved": "",
    "gives None": "def {name}(*args, **kwargs):\n    return None",
    "gives what it is given": "def {name}(*args, **kwargs):\n    return args[0] if args else 0",
    "raises": "def {name}(*args, **kwargs):\n    raise ValueError('no')",
}

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.id)
def test_grading_says_what_check_says(lesson, answer, sandbox):
    notebook = source_notebook(lesson)
    if ANSWERS[answer]:  # it needs nothing of the text, which takes the time, but the import of `check`
        kept = [
            cell
            for cell in notebook.cells
            if "autograder.learner" in cell.source or "nbgrader" in cell.metadata
        ]
        notebook.cells = kept
    author = AuthorNotebook(lesson.id, tuple(author_cell(cell) for cell in notebook.cells))
    names = {name: ANSWERS[answer].format(name=name) for one in lesson.exercises for name in one.names}
    if ANSWERS[answer]:
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = "\n".join(text for name, text in names.items() if name in cell.source)
    graded = grade_submission(
        Assignment(lesson.id, (author,)),
        {lesson.id: json.dumps(notebook).encode()},
        student=STUDENT,
        secret=SECRET,
        limits=lesson.limits,
        sandbox=sandbox,
        find_exercise=COURSE.exercise,
    )
    found = {verdict.exercise: told(verdict) for verdict in graded.result.verdicts}
    for exercise in lesson.exercises:
        space: dict = {}
        for name in exercise.names:
            exec(names[name], space)
        mine = [space[name] for name in exercise.names] if ANSWERS[answer] else reference(exercise)
        assert found[exercise.id] == told(judge(exercise, mine, seed_for(exercise.id, SECRET, STUDENT)))


def told(verdict):
    """The outcome and points of a verdict and of each of its parts."""
    parts = [(finding.says, finding.outcome, finding.points) for finding in verdict.findings]
    return verdict.outcome, verdict.points, parts
