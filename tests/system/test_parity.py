"""Honest hand-ins get, cell by cell, the score that `nbgrader autograde` gives, but for what is listed."""

import csv
import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from machine import missing
from nbcourse import hand_in
from notebooks import document
from parity_course import COURSES, DATA, answers, sources

from autograder.grading.coursedir import open_course
from autograder.grading.newcourse import release
from autograder.sandbox.tiers import Tier, detect

pytestmark = pytest.mark.slow

BIN = Path(sys.executable).parent
HOW = {"ada": "solution", "bo": "half", "cy": "untouched", "di": "wrong"}

#: (assignment, cell) → why it is scored otherwise here.
INTENDED = {
    ("frames", "t_warns"): "a warning on stderr is information, and costs nothing",
}

#: Asks about the author's own data, which everybody has.
AUTHORS = ("frames", "t_untouched")

SQUARES = {
    "solution": {
        "squares": "def squares(n):\n    if n < 1:\n        raise ValueError('n')\n"
        "    return [i ** 2 for i in range(1, n + 1)]",
        "sum_of_squares": "def sum_of_squares(n):\n    return sum(squares(n))",
        "sum_of_squares_equation": "$\\sum i^2$",
        "sum_of_squares_application": "def pyramidal(n):\n    return sum_of_squares(n)",
    },
    "half": {"squares": "def squares(n):\n    return [i ** 2 for i in range(1, n + 1)]"},
    "untouched": {},
    "wrong": {
        "squares": "def squares(n):\n    return []",
        "sum_of_squares": "def sum_of_squares(n):\n    return sum(i ** 2 for i in range(1, n + 1))",
    },
}


def run(*arguments, cwd):
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [BIN / arguments[0], *arguments[1:]],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """A folder with the courses `stock` and `ours`, made once for all of pytest's workers."""
    if detect() is Tier.NONE:
        missing("this machine cannot contain learner code: see aisec doctor")
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = tmp_path_factory.getbasetemp().parent / f"parity-{session}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ours").exists():
            make_courses(folder)
    return folder


@pytest.fixture
def stock(courses):
    return courses / "stock"


@pytest.fixture
def ours(courses):
    return courses / "ours"


def make_courses(folder):
    """nbgrader's quickstart course with two more assignments and four learners' hand-ins, graded twice."""
    stock = folder / "stock"
    run("nbgrader", "quickstart", str(stock), cwd=folder)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    for name, cells in COURSES.items():
        (stock / "source" / name).mkdir()
        notebook = nbformat.from_dict(document(sources(cells), metadata=kernel, nbformat_minor=4))
        (stock / "source" / name / f"{name}.ipynb").write_text(nbformat.writes(notebook))
        (stock / "source" / name / "sales.csv").write_text(DATA)
    course = open_course(stock)
    for name in ("ps1", *COURSES):
        release(course, name)
    for student, how in HOW.items():
        hand_in(course, student, SQUARES[how], "ps1", "problem1")
        hand_in(course, student, {"part-a": "Fibonacci."} if how == "solution" else {}, "ps1", "problem2")
        for name, cells in COURSES.items():
            (hand_in(course, student, answers(cells, how), name) / "sales.csv").write_text(DATA)
    shutil.copytree(stock, folder / "made")
    for name in ("ps1", *COURSES):
        run("nbgrader", "autograde", name, cwd=stock)
    run("aisec", "grade", "--jobs", "2", cwd=folder / "made")
    (folder / "made").rename(folder / "ours")


def rows(root, columns, table="grade"):
    """(assignment, cell, student) → the columns of the gradebook's row."""
    query = (
        f"SELECT a.name, c.name, s.student_id, {columns} FROM {table} g JOIN base_cell c ON g.cell_id = c.id "
        "JOIN submitted_notebook n ON g.notebook_id = n.id "
        "JOIN submitted_assignment s ON n.assignment_id = s.id JOIN assignment a ON s.assignment_id = a.id"
    )
    with sqlite3.connect(root / "gradebook.db") as connection:
        return {row[:3]: row[3:] for row in connection.execute(query)}


def test_every_cell_gets_the_score_that_nbgrader_gives_it(stock, ours):
    theirs, mine = rows(stock, "g.auto_score"), rows(ours, "g.auto_score")
    assert theirs.keys() == mine.keys() and len(mine) > 80
    differ = {key: (theirs[key], mine[key]) for key in mine if theirs[key] != mine[key]}
    unexpected = {key: pair for key, pair in differ.items() if key[:2] not in INTENDED}
    assert not unexpected
    assert {key[:2] for key in differ} == INTENDED.keys()


def test_the_hand_ins_tell_the_cells_apart(ours):
    """Else parity would say little: every test is passed by the solution and failed by another hand-in."""
    scores = rows(ours, "g.auto_score, g.needs_manual_grade")
    for assignment, grade_id, student in scores:
        if (
            student != "ada"
            or not grade_id.startswith("t_")
            or (assignment, grade_id) in {*INTENDED, AUTHORS}
        ):
            continue
        best = scores[assignment, grade_id, "ada"][0]
        others = [scores[assignment, grade_id, other][0] for other in ("bo", "cy", "di")]
        assert best > min(others), grade_id
    assert scores["frames", "t_clean", "ada"][0] == 3.5 and scores["frames", "t_clean", "di"][0] == 2.5


def test_what_waits_for_a_person_waits_for_a_person(stock, ours):
    columns = "g.needs_manual_grade, g.manual_score, g.extra_credit"
    theirs, mine = rows(stock, columns), rows(ours, columns)
    assert {key: row for key, row in mine.items() if theirs[key] != row} == {}


def test_comments_on_untouched_answers_are_the_same(stock, ours):
    assert rows(stock, "g.auto_comment", "comment") == rows(ours, "g.auto_comment", "comment")


def test_a_warning_costs_nothing(stock, ours):
    key = ("frames", "t_warns", "ada")
    assert rows(stock, "g.auto_score")[key] == (0.0,) and rows(ours, "g.auto_score")[key] == (1.0,)


def test_nbgraders_own_commands_work_on_what_was_graded(ours):
    run("nbgrader", "generate_feedback", "frames", cwd=ours)
    assert len(list((ours / "feedback").rglob("*.html"))) == len(HOW)
    assert "frames.t_totals" in (ours / "feedback/ada/frames/frames.html").read_text()

    run("nbgrader", "export", "--to", "grades.csv", cwd=ours)
    with (ours / "grades.csv").open() as file:
        exported = {
            (row["assignment"], row["student_id"]): float(row["score"]) for row in csv.DictReader(file)
        }
    results = [json.loads(path.read_text()) for path in (ours / "autograded").glob("*/*/result.json")]
    assert len(results) == len(HOW) * 3
    for result in results:
        assert exported[result["lesson"], result["student"]] == pytest.approx(result["score"])


def test_a_course_that_nbgrader_graded_can_be_graded_on_and_keeps_marks_by_hand(stock, tmp_path):
    stock = shutil.copytree(stock, tmp_path / "stock")
    with sqlite3.connect(stock / "gradebook.db") as connection:
        connection.execute("UPDATE grade SET manual_score = 2, extra_credit = 0.25 WHERE auto_score IS NULL")
    before = rows(stock, "g.manual_score, g.extra_credit")
    run("aisec", "grade", "classes", cwd=stock)
    assert rows(stock, "g.manual_score, g.extra_credit") == before
