"""A result is good as long as all that it rests on is as it was; else it is graded again."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from nbcourse import hand_in, make_course
from notebooks import solution, test
from transports import Here

import autograder
from autograder.catalog import load_course
from autograder.grading import fingerprint
from autograder.grading.assignment import Assignment
from autograder.grading.cohort import grade_cohort, plan
from autograder.grading.coursedir import open_course
from autograder.grading.fingerprint import checks_digest, engine_digest, standard
from autograder.grading.result import Graded, Result
from autograder.limits import Limits
from autograder.verdict import Outcome

MANIFEST = """
format = 1
title = "Sums"

[[modules]]
id = "m1"
title = "One"

[[modules.lessons]]
id = "sums"
title = "Adding up"
minutes = 20

[[modules]]
id = "m2"
title = "Two"

[[modules.lessons]]
id = "more"
title = "Adding more"
minutes = 10
"""
CELLS = [
    solution("def add(a, b):\n    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION", "add"),
    test('check("sums.add", add)', "t_add", 2),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("made") / "course"
    hand_in(make_course(root, "ps1", CELLS), "ada", {})
    return root


@pytest.fixture
def course(made, tmp_path):
    shutil.copytree(made, tmp_path / "course")
    return open_course(tmp_path / "course")


@pytest.fixture
def lessons(tmp_path):
    """Our lessons: `sums`, which the assignment asks, and `more`, which it does not."""
    root = tmp_path / "lessons"
    root.mkdir()
    (root / "course.toml").write_text(MANIFEST)
    found = load_course(root)
    for lesson in found.lessons:
        put(lesson.folder / "checks.py", "one")
        put(lesson.folder / "lesson.ipynb", "one")
        put(lesson.folder / "monday.md", "one")
    put(root / "data/traffic.py", "one")
    put(root / "data/traffic.json", "one")
    return found


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def waiting(course, lessons):
    return [job.student for job in plan(course, [], lessons=lessons).jobs]


def graded(course, lessons):
    """Grade what is left, without a sandbox."""
    grade_cohort(course, plan(course, [], lessons=lessons), Here(passed), lessons=lessons)


def passed(task):
    return Graded(Result(task.student, task.assignment, Outcome.PASSED, 2.0, 2.0, ()), {}, ())


def test_what_is_graded_and_unchanged_is_not_graded_again(course, lessons):
    assert waiting(course, lessons) == ["ada"]
    graded(course, lessons)
    assert waiting(course, lessons) == []


@pytest.mark.parametrize(
    "name",
    ["m1/checks.py", "m1/checks/add.py", "m1/material.csv", "data/traffic.py", "data/traffic.json", "new.py"],
)
def test_a_changed_check_or_what_it_is_made_of_regrades(course, lessons, name):
    graded(course, lessons)
    own = next(lesson for lesson in lessons.lessons if lesson.id == "sums").folder
    put(own / name.removeprefix("m1/") if name.startswith("m1/") else lessons.root / name, "two")
    assert waiting(course, lessons) == ["ada"]


def test_a_check_that_is_gone_regrades(course, lessons):
    graded(course, lessons)
    (lessons.root / "data/traffic.json").unlink()
    assert waiting(course, lessons) == ["ada"]


def test_what_no_check_of_the_assignment_is_made_of_regrades_nobody(course, lessons):
    graded(course, lessons)
    own, other = (lesson.folder for lesson in lessons.lessons)
    put(other / "checks.py", "two")
    put(own / "lesson.ipynb", "two")
    put(own / "monday.md", "two")
    put(own / "__pycache__/checks.cpython-311.pyc", "two")
    put(own / ".ipynb_checkpoints/checks.py", "two")
    put(lessons.root / "course.toml", MANIFEST + "# two\n")
    assert waiting(course, load_course(lessons.root)) == []


def test_changed_limits_regrade(course, lessons):
    graded(course, lessons)
    (course.root / "aisec.toml").write_text("[limits.other]\ncell_seconds = 5\n")
    assert waiting(course, lessons) == []
    (course.root / "aisec.toml").write_text("[limits]\ncell_seconds = 5\n")
    assert waiting(course, lessons) == ["ada"]


def test_a_lesson_that_is_found_or_lost_regrades(course, lessons):
    graded(course, None)
    assert waiting(course, None) == []
    assert waiting(course, lessons) == ["ada"]


def test_another_engine_regrades(course, lessons, monkeypatch):
    graded(course, lessons)
    monkeypatch.setattr(fingerprint, "engine_digest", lambda: "another")
    assert waiting(course, lessons) == ["ada"]


@pytest.mark.parametrize("name", ["compare.py", "grading/judge.py", "boundary/codec.py", "sandbox/watch.py"])
def test_an_upgrade_of_what_grades_is_another_engine(tmp_path, name):
    package = tmp_path / "autograder"
    shutil.copytree(Path(autograder.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    before = engine_digest.__wrapped__(package)
    assert before == engine_digest()
    put(package / "report/page.py", "# two")
    put(package / "learner/panel.py", "# two")
    assert engine_digest.__wrapped__(package) == before
    (package / name).write_text((package / name).read_text() + "\n# two\n")
    assert engine_digest.__wrapped__(package) != before


def test_the_digest_is_the_same_for_a_copy_elsewhere(lessons, tmp_path):
    shutil.copytree(lessons.root, tmp_path / "copy")
    copy = load_course(tmp_path / "copy")
    digests = [checks_digest(one, one.lessons[0]) for one in (lessons, copy)]
    assert digests[0] == digests[1]


@pytest.mark.parametrize("field", ["cell_type", "grade", "solution", "locked", "task", "points", "source"])
def test_whatever_the_author_says_of_a_cell_is_in_the_digest(course, field):
    from autograder.grading.assignment import load_assignment

    assignment = load_assignment(course, "ps1")
    notebook = assignment.notebooks[0]
    cell = next(one for one in notebook.cells if one.grade_id)
    value = getattr(cell, field)
    other = replace(cell, **{field: (not value) if isinstance(value, bool) else value * 2 or 1.0})
    cells = tuple(other if one is cell else one for one in notebook.cells)
    changed = Assignment(assignment.name, (replace(notebook, cells=cells),), assignment.files)
    assert standard(changed, Limits(), None) != standard(assignment, Limits(), None)
