"""`pytest --lesson ID` collects what belongs to one lesson, and all of it."""

import subprocess
import sys
from pathlib import Path

import pytest
from lessons import COURSE, EXERCISES, OWNERS, lesson_of

ROOT = Path(__file__).parents[2]


def pytest_of(lesson, *options):
    """`pytest --lesson` in a process of its own, whose options are these and no others."""
    command = [sys.executable, "-m", "pytest", "-o", "addopts=", "-p", "no:cacheprovider", *options]
    return subprocess.run([*command, "--lesson", lesson], cwd=ROOT, capture_output=True, text=True)


def test_a_lesson_is_its_exercises_its_own_file_and_its_pictures():
    done = pytest_of("poisoning", "--collect-only", "-q")
    assert done.returncode == 0, done.stderr
    told = done.stdout
    for words in ("test_poisoning.py::", "[poisoning.implant]", "[poisoning-solved]", "[poison_dial]"):
        assert words in told
    ids = [line for line in told.splitlines() if "::" in line]
    assert all(line.startswith("tests/course/") for line in ids)
    others = [lesson.id for lesson in COURSE.lessons if lesson.id != "poisoning"]
    others += [name for name, lesson in OWNERS.items() if lesson.id != "poisoning"]
    assert [
        line for line in ids for other in others if f"[{other}" in line or f"test_{other}.py" in line
    ] == []


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_lesson_that_does_not_exist_is_refused_and_those_that_do_are_named(workers):
    done = pytest_of("poison", "-n", workers)
    assert done.returncode == 4
    assert "no lesson 'poison'" in done.stderr and "poisoning" in done.stderr
    assert "INTERNALERROR" not in done.stdout + done.stderr


def test_a_picture_belongs_to_the_lesson_that_lists_it():
    assert OWNERS["poison_dial"].id == "poisoning"
    assert lesson_of("test_explore", {"name": "poison_dial"}) == "poisoning"
    assert lesson_of("test_nonce_reuse", {}) == "encryption"
    assert lesson_of("test_pretest", {}) == ""


@pytest.mark.parametrize("exercise", EXERCISES[:1], ids=lambda exercise: exercise.id)
def test_a_test_belongs_to_the_lesson_of_what_it_is_parametrised_with(exercise, request):
    assert lesson_of("test_exercises", request.node.callspec.params) == exercise.lesson
