"""The document for authors tells the truth: its example works and its tables are complete."""

import re
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from example_course import AUTHOR_DOC, example_course, example_files

from autograder import lint
from autograder.boundary.local import proxy_for
from autograder.build import learner_notebook, solution_sources, source_notebook
from autograder.exercise import Trial, run_check, seed_for
from autograder.verdict import Outcome

SEEDS = range(20)
DOC = AUTHOR_DOC.read_text("utf-8")


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    return example_course(tmp_path_factory.mktemp("author")).lesson("detector")


@pytest.fixture(scope="module")
def exercise(lesson):
    return lesson.exercise("detector.false_alarm_rate")


@pytest.fixture(scope="module")
def answers(lesson, exercise):
    return lesson.answers(exercise.name)


def defined_by(source):
    namespace = {"np": np}
    exec(source, namespace)
    return namespace["false_alarm_rate"]


def judge(exercise, answer, seed):
    return run_check(exercise, [proxy_for(answer)], seed)


def test_the_document_gives_every_file_of_the_example():
    assert list(example_files()) == [
        "course/course.toml",
        "course/m0_example/detector/lesson.py",
        "course/m0_example/detector/predictions.py",
        "course/m0_example/detector/checks/false_alarm_rate.py",
        "course/m0_example/detector/answers/false_alarm_rate.py",
    ]


def test_the_reference_and_the_other_right_answers_pass_on_20_seeds(lesson, exercise, answers):
    reference = defined_by(solution_sources(lesson.text.read_text("utf-8"))[exercise.id])
    for answer in (reference, *answers.right):
        for seed in SEEDS:
            verdict = judge(exercise, answer, seed)
            assert verdict.passed, verdict.as_text()


def test_each_wrong_answer_is_told_why_on_20_seeds(exercise, answers):
    for wrong in answers.wrong:
        for seed in SEEDS:
            verdict = judge(exercise, wrong.answer, seed)
            assert not verdict.passed
            lost = next(finding for finding in verdict.findings if finding.part == wrong.part)
            assert lost.points < lost.max_points, verdict.as_text()
            assert wrong.told in f"{lost.message} {lost.slip}", verdict.as_text()


def test_the_untouched_stub_is_not_attempted(lesson, exercise):
    (stub,) = (cell.source for cell in learner_notebook(lesson).cells if cell.id == "false_alarm_rate-answer")
    assert judge(exercise, defined_by(stub), 0).outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize(
    "junk", [None, "x", [], {}, float("nan"), np.ones(3), object()], ids=lambda junk: type(junk).__name__
)
def test_junk_fails_and_is_never_the_graders_fault(exercise, junk):
    verdict = judge(exercise, lambda y, flagged: junk, 0)
    assert not verdict.passed
    assert Outcome.GRADER_FAULT not in [finding.outcome for finding in verdict.findings]


def test_the_solved_lesson_runs_from_top_to_bottom(lesson, monkeypatch):
    ran = []
    verbs = {
        verb: (lambda *args, verb=verb: ran.append((verb, *args[:1])))
        for verb in ("check", "hint", "others", "predict", "progress", "solution")
    }
    monkeypatch.setitem(sys.modules, "autograder.learner", SimpleNamespace(**verbs))
    namespace = {}
    for cell in source_notebook(lesson).cells:
        if cell.cell_type == "code":
            exec(cell.source, namespace)
    assert ran == [("predict", "detector.budget"), ("check", "detector.false_alarm_rate"), ("progress",)]


def test_the_transcript_is_what_a_learner_reads(exercise, answers):
    (shown,) = re.findall(r"^```text\n(◐.*?)\n```$", DOC, re.MULTILINE | re.DOTALL)
    (wrong,) = (wrong for wrong in answers.wrong if wrong.answer.__name__ == "of_all_cases")
    assert judge(exercise, wrong.answer, seed_for(exercise.id)).as_text() == shown


def test_the_check_api_is_documented_in_full():
    run_by_the_engine = {"exercise", "seed", "guard", "verdict"}
    names = {name for name in vars(Trial) if not name.startswith("_")}
    documented = set(re.findall(r"\bt\.([a-z_]+)", DOC))
    assert documented - {"seed"} == names - run_by_the_engine


def test_the_rules_are_documented_in_full():
    _, _, rules = DOC.partition("## The rules")
    documented = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?`) \|", rules, re.MULTILINE))))
    assert documented == {"build"} | {rule.__name__ for rule in lint.RULES}
