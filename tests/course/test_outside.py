"""No test of our lessons is judged inside a learner's process: each calls `check`, made for the outside."""

import pytest
from lessons import COURSE

from autograder.build import source_notebook
from autograder.grading.assignment import AuthorNotebook, author_cell
from autograder.grading.referees import undecided


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.id)
def test_every_test_of_a_lesson_is_judged_outside(lesson):
    cells = tuple(author_cell(cell) for cell in source_notebook(lesson).cells)
    assert [cell.grade_id for cell in undecided(AuthorNotebook(lesson.id, cells))] == []
