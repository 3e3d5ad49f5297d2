"""Each file in a folder named for an outcome makes a hand-in that must end with it.

The hand-ins answer the worked example of docs/author.md. The demo's twelve, which answer the poisoning
lesson, are in `autograder.demo.SIMULATED`; `aisec demo` fails unless each ends as it says there.
"""

import importlib.util
import json
from pathlib import Path

import pytest
from example_course import example_course

from autograder.build import learner_notebook, source_notebook
from autograder.grading.assignment import Assignment, AuthorNotebook, author_cell
from autograder.grading.grade import grade_submission
from autograder.limits import Limits
from autograder.verdict import Outcome

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*/*.py"))
LIMITS = Limits(cell_seconds=2, call_seconds=1.5, total_seconds=25, memory_mb=800, output_mb=1, reply_mb=16)


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    return example_course(tmp_path_factory.mktemp("course")).lessons[0]


@pytest.fixture(scope="module")
def assignment(lesson):
    kept = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in learner_notebook(lesson).cells
        if "nbgrader" in cell.metadata
    }
    cells = tuple(author_cell(cell, kept) for cell in source_notebook(lesson).cells)
    return Assignment(lesson.id, (AuthorNotebook(lesson.id, cells),))


def made_by(path, lesson):
    spec = importlib.util.spec_from_file_location(f"submission_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.make(json.loads(json.dumps(learner_notebook(lesson))))


def graded(data, lesson, assignment, sandbox):
    result = grade_submission(
        assignment,
        {lesson.id: data},
        student="ada",
        secret="a secret",
        limits=LIMITS,
        sandbox=sandbox,
        find_exercise=lesson.exercise,
    ).result
    return result


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_hand_in_ends_as_its_folder_says(path, lesson, assignment, sandbox):
    result = graded(made_by(path, lesson), lesson, assignment, sandbox)
    wanted = Outcome(path.parent.name.replace("_", " "))
    assert result.outcome == wanted, (result.message, [verdict.as_text() for verdict in result.verdicts])
    assert len(result.verdicts) == 1
    if wanted in (
        Outcome.ERROR,
        Outcome.TIMED_OUT,
        Outcome.OUT_OF_MEMORY,
        Outcome.OUTPUT_LIMIT,
        Outcome.BLOCKED,
    ):
        assert result.message or result.verdicts[0].summary(), "a learner must be told why"


def test_every_outcome_a_learner_can_cause_has_a_folder():
    folders = {path.parent.name for path in FILES}
    outcomes = {outcome.value.replace(" ", "_") for outcome in Outcome} - {"grader_fault"}
    assert folders == outcomes


def test_a_repair_is_noted(lesson, assignment, sandbox):
    result = graded(made_by(HERE / "passed/check_deleted.py", lesson), lesson, assignment, sandbox)
    assert any("was missing" in note for note in result.notes)
