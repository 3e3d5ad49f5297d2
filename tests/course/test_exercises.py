"""Every exercise of the course: right answers pass, wrong ones are told why, and junk does no harm.

Right answers are judged on two seeds and wrong ones on one; `pytest --seeds 20` judges both on twenty.
`aisec try` tells an author the same.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest
from lessons import COURSE, EXERCISES, judge

from autograder.bench.answers import Kind, answers_to, judged
from autograder.bench.problems import problems_of
from autograder.bench.solved import untouched
from autograder.bench.trying import seed_number
from autograder.build import solution_sources
from autograder.verdict import Outcome

every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
every_lesson = pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.id)


@cache
def answers_of(exercise_id):
    lesson = COURSE.lesson(exercise_id.partition(".")[0])
    return answers_to(lesson, lesson.exercise(exercise_id))


@cache
def problems(exercise_id, kind, seeds):
    """A line each for what is not as it should be with the answers of one kind, on so many seeds."""
    exercise = COURSE.exercise(exercise_id)
    return [
        f"{problem} (seed {number})"
        for answer in answers_of(exercise_id)
        if answer.kind is kind
        for number in range(seeds)
        for problem in problems_of(exercise, answer, judged(exercise, answer, seed_number(number)))
    ]


def expect_none(lines):
    """Fail with the lines themselves: they name the answer, its file and line, and the draw."""
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


@pytest.fixture
def seeds(request):
    """How many draws right answers are judged on, and wrong ones."""
    asked = request.config.getoption("seeds")
    return (asked, asked) if asked else (2, 1)


@pytest.fixture
def sound(exercise, seeds):
    """Nothing can be said of other answers while the solution itself does not pass: that is one failure."""
    if problems(exercise.id, Kind.REFERENCE, seeds[0]):
        pytest.skip(f"the solution of {exercise.id} does not pass: its own test says why")


@every_exercise
def test_the_solution_in_the_text_passes(exercise, seeds):
    expect_none(problems(exercise.id, Kind.REFERENCE, seeds[0]))


@every_exercise
def test_right_answers_that_are_written_differently_pass(exercise, seeds, sound):
    expect_none(problems(exercise.id, Kind.RIGHT, seeds[0]))


@every_exercise
def test_wrong_answers_lose_their_part_and_are_told_why_and_nothing_else(exercise, seeds, sound):
    expect_none(problems(exercise.id, Kind.WRONG, seeds[1]))


@every_exercise
def test_junk_never_passes_and_never_breaks_the_check(exercise, sound):
    expect_none(problems(exercise.id, Kind.JUNK, 1))


@every_exercise
def test_an_untouched_stub_is_not_attempted(exercise, sound):
    names = untouched(COURSE.lesson(exercise.lesson))
    verdict = judge(exercise, [names[name] for name in exercise.names], seed_number(0))
    assert verdict.outcome is Outcome.NOT_ATTEMPTED, verdict.as_text()
    assert verdict.points == 0


@every_exercise
def test_equal_answers_and_seeds_give_equal_verdicts(exercise, sound):
    answer = next(answer for answer in answers_of(exercise.id) if answer.kind is Kind.WRONG)
    first, second = (judge(exercise, answer.functions, seed_number(0)) for _ in range(2))
    assert first == second


@every_lesson
def test_each_solution_defines_the_functions_that_its_check_takes(lesson):
    sources = solution_sources(lesson.text.read_text("utf-8"))
    assert sources.keys() == {exercise.id for exercise in lesson.exercises}
    for exercise in lesson.exercises:
        for name in exercise.names:
            assert f"def {name}(" in sources[exercise.id] or f"class {name}" in sources[exercise.id]


#: The solutions of a lesson, and its checks over them, as a kernel in the working folder would run them.
WORK = """
import sys
from pathlib import Path
from autograder.bench.answers import judge
from autograder.bench.solved import reference
from autograder.catalog import load_course

lesson = load_course(Path(sys.argv[1])).lesson(sys.argv[2])
for exercise in lesson.exercises:
    assert judge(exercise, reference(lesson, exercise), 0).passed
"""


@pytest.mark.parametrize(
    "lesson", [lesson for lesson in COURSE.lessons if lesson.needs], ids=lambda lesson: lesson.id
)
def test_a_library_that_a_lesson_needs_leaves_nothing_in_the_learners_folder(lesson, tmp_path, monkeypatch):
    """In a process of its own: a library looks where it is when it is imported."""
    monkeypatch.setenv("PYTHONPATH", str(COURSE.root.parent))
    command = [sys.executable, "-c", WORK, str(COURSE.root), lesson.id]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == []
