"""Every exercise of the course: right answers pass, wrong ones are told why, and junk does no harm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from lessons import COURSE, EXERCISES, as_answers, judge, reference, untouched

from autograder.build import solution_sources
from autograder.exercise import Answers, seed_for
from autograder.verdict import Outcome

SEEDS = [seed_for("tests", str(number)) for number in range(20)]


def answers_of(exercise) -> Answers:
    return COURSE.lesson(exercise.lesson).answers(exercise.name)


RIGHT = [
    pytest.param(exercise, answer, id=f"{exercise.id}-{as_answers(answer)[0].__name__}")
    for exercise in EXERCISES
    for answer in answers_of(exercise).right
]
WRONG = [
    pytest.param(
        exercise, wrong, id=f"{exercise.id}-{'-'.join(f.__name__ for f in as_answers(wrong.answer))}"
    )
    for exercise in EXERCISES
    for wrong in answers_of(exercise).wrong
]
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)


@every_exercise
@pytest.mark.parametrize("seed", SEEDS[:3])
def test_the_solution_in_the_text_passes(exercise, seed):
    verdict = judge(exercise, reference(exercise), seed)
    assert verdict.passed, verdict.as_text()


@pytest.mark.parametrize(("exercise", "answer"), RIGHT)
@pytest.mark.parametrize("seed", SEEDS[:3])
def test_a_right_answer_that_is_written_differently_passes(exercise, answer, seed):
    verdict = judge(exercise, as_answers(answer), seed)
    assert verdict.passed, verdict.as_text()


@pytest.mark.slow
@every_exercise
def test_right_answers_pass_on_twenty_seeds(exercise):
    rights = [reference(exercise), *map(as_answers, answers_of(exercise).right)]
    verdicts = [judge(exercise, answers, seed) for answers in rights for seed in SEEDS]
    assert [verdict.as_text() for verdict in verdicts if not verdict.passed] == []


@pytest.mark.parametrize(("exercise", "wrong"), WRONG)
@pytest.mark.parametrize("seed", SEEDS[:2])
def test_a_wrong_answer_loses_its_part_and_is_told_why_and_nothing_else(exercise, wrong, seed):
    verdict = judge(exercise, as_answers(wrong.answer), seed)
    assert verdict.outcome in (Outcome.PARTLY, Outcome.FAILED), verdict.as_text()
    lost = next(finding for finding in verdict.findings if finding.part == wrong.part)
    assert lost.points < lost.max_points, verdict.as_text()
    assert wrong.told in f"{lost.message} {lost.slip}", verdict.as_text()
    meant = {lost.slip, *wrong.also}
    others = [
        f.slip for f in verdict.findings if f.slip and f.slip not in meant and wrong.told not in f.message
    ]
    assert [slip for slip in others if wrong.told not in slip] == [], verdict.as_text()


@every_exercise
def test_an_untouched_stub_is_not_attempted(exercise):
    names = untouched(exercise.lesson)
    verdict = judge(exercise, [names[name] for name in exercise.names], SEEDS[0])
    assert verdict.outcome is Outcome.NOT_ATTEMPTED, verdict.as_text()
    assert verdict.points == 0


@every_exercise
def test_equal_answers_and_seeds_give_equal_verdicts(exercise):
    answer = answers_of(exercise).wrong[0].answer
    first, second = (judge(exercise, as_answers(answer), SEEDS[0]) for _ in range(2))
    assert first == second


class Strange:
    """Claims to be everything."""

    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __eq__(self, other):
        return True

    __hash__ = None


class Matrix(np.ndarray):
    """An array of a class of its own."""


class Number(int):
    """A number of a class of its own."""


class Row(tuple):
    """A tuple of a class of its own."""


class Frame(pd.DataFrame):
    """A table of a class of its own."""


JUNK = {
    "none": None,
    "text": "x",
    "empty list": [],
    "empty dict": {},
    "nan": float("nan"),
    "missing": pd.NA,
    "truth": True,
    "huge": 10**5000,
    "list of huge": [10**5000],
    "row with a huge number": [(0, 0, 0, 10**5000)],
    "huge dict": dict.fromkeys(("clean_accuracy", "attack_success", "baseline_success"), 10**5000),
    "object": object(),
    "strange": Strange(),
    "scalar array": np.array(1.0),
    "wrong shape": np.zeros((3, 2)),
    "infinite": np.full(60, np.inf),
    "texts": np.array(["a", "b"]),
    "objects": np.array([None, {}], dtype=object),
    "complex": np.zeros(60, complex),
    "ragged": [[1, 2], [3]],
    "array subclass": np.zeros(60).view(Matrix),
    "number subclass": Number(1),
    "list of number subclasses": [Number(1)] * 60,
    "list of tuple subclasses": [Row((0, 0, 0, 0.9))],
    "list of rows with number subclasses": [(Number(0), Number(0), Number(0), Number(1))],
    "table subclass": Frame({"seed": [1], "clean": [0.9], "poisoned": [0.5]}),
    "pair of array subclasses": (np.zeros((800, 64)).view(Matrix), np.zeros(800, int).view(Matrix)),
    "masked array": np.ma.masked_array(np.zeros(60, bool)),
    "categories": pd.Series(["a", "b"], dtype="category"),
    "pair of nothing": (None, None),
    "pair of junk": (np.zeros(3), "x"),
    "list of junk": [None, (1, 2), (0, 0, 0, float("nan"))],
    "list of far tuples": [(10**9, -1, 99, 0.9)],
    "empty table": pd.DataFrame(),
    "table of junk": pd.DataFrame({"seed": ["x"], "clean": [None], "poisoned": [object()]}),
    "table with columns twice": pd.DataFrame([[1, 2, 3, 4]], columns=["seed", "seed", "clean", "poisoned"]),
    "dict of junk": {"clean_accuracy": "x", "attack_success": None, "baseline_success": []},
}


def returning(value):
    return lambda *args, **kwargs: value


def raising(*args, **kwargs):
    raise KeyError("junk")


def echoing(first=None, *args, **kwargs):
    return first


def echoing_both(first=None, second=None, *args, **kwargs):
    return first, second


def calling_back(*args, **kwargs):
    """Calls whatever can be called with nonsense."""
    return [value("x", object()) for value in args if callable(value)]


JUNK_ANSWERS = {
    **{name: returning(value) for name, value in JUNK.items()},
    **{f.__name__: f for f in (raising, echoing, echoing_both, calling_back)},
}


@every_exercise
@pytest.mark.parametrize("junk", JUNK_ANSWERS)
def test_junk_never_passes_and_never_breaks_the_check(exercise, junk):
    verdict = judge(exercise, [JUNK_ANSWERS[junk]] * len(exercise.names), SEEDS[0])
    assert verdict.outcome is not Outcome.GRADER_FAULT, verdict.as_text()
    assert all(f.outcome is not Outcome.GRADER_FAULT for f in verdict.findings), verdict.as_text()
    assert verdict.points < verdict.max_points


@every_exercise
@pytest.mark.parametrize("calls", [1, 3, 6, 9])
def test_an_answer_that_breaks_after_some_calls_never_passes(exercise, calls):
    answers = reference(exercise)
    made = broken = 0

    def tiring(*args, **kwargs):
        nonlocal made, broken
        made += 1
        if made > calls:
            broken += 1
            raise RuntimeError("tired")
        return answers[0](*args, **kwargs)

    verdict = judge(exercise, [tiring, *answers[1:]], SEEDS[0])
    assert not (broken and verdict.passed), verdict.as_text()


@pytest.mark.slow
@every_exercise
def test_junk_in_one_of_several_functions_never_breaks_the_check(exercise):
    right = reference(exercise)
    for place in range(len(right)) if len(right) > 1 else ():
        for name, junk in JUNK_ANSWERS.items():
            answers = [*right[:place], junk, *right[place + 1 :]]
            verdict = judge(exercise, answers, SEEDS[0])
            assert all(f.outcome is not Outcome.GRADER_FAULT for f in verdict.findings), (
                name,
                verdict.as_text(),
            )
            assert verdict.points < verdict.max_points, name


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.id)
def test_each_solution_defines_the_functions_that_its_check_takes(lesson):
    sources = solution_sources(lesson.text.read_text("utf-8"))
    assert sources.keys() == {exercise.id for exercise in lesson.exercises}
    for exercise in lesson.exercises:
        for name in exercise.names:
            assert f"def {name}(" in sources[exercise.id] or f"class {name}" in sources[exercise.id]
