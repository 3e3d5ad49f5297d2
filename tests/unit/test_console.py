"""What commands show: the points of the table are those of every page."""

import csv
import io
import shutil
import sys

import pytest
from nbcourse import hand_in
from report_course import Page

from autograder import console
from autograder.grading.coursedir import open_course
from autograder.grading.gradebook import Recorder
from autograder.grading.lateness import Lateness, settle_all
from autograder.grading.result import Graded, Mark, Result, read_results
from autograder.intake.collect import Collected
from autograder.intake.store import Status
from autograder.report.cohort import cohort_page
from autograder.report.export import export_csv
from autograder.report.feedback import feedback_page
from autograder.report.standing import read_cohort
from autograder.verdict import SYMBOLS, Outcome

LATE = "[due]\nps1 = 2026-11-22T23:59:00Z\n[late]\npercent_per_day = 10\n"
GIVEN = {"t_square": 2.0, "t_hidden": 1.5, "why": None, "draw": None}


@pytest.fixture
def course(released, tmp_path):
    """ada and bob have the same marks of the grader's, and nothing is due."""
    root = shutil.copytree(released, tmp_path / "course")
    shutil.rmtree(root / "submitted")
    made = open_course(root)
    for student in ("ada", "bob"):
        hand_in(made, student, {}, stamp="2026-11-23 10:00:00 UTC")
        result = Result(student, "ps1", Outcome.PARTLY, 3.5, 14.0, ())
        marks = tuple(Mark("ps1", name, points) for name, points in GIVEN.items())
        with made.gradebook.open() as opened:
            Recorder(opened, made.gradebook, "ps1", Lateness(made).settle).record(Graded(result, {}, marks))
        folder = root / "autograded" / student / "ps1"
        folder.mkdir(parents=True)
        (folder / "result.json").write_text(result.to_json())
    return made


def by_hand(course, grade_id, points, extra=None):
    with course.gradebook.open() as opened:
        grade = opened.find_grade(grade_id, "ps1", "ps1", "ada")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = points, extra, False
        opened.db.commit()


def told(course, capsys, monkeypatch):
    """Learner → their row of the table, and the cohort that it was shown from."""
    monkeypatch.setenv("COLUMNS", "200")
    cohort = read_cohort(course.root, gradebook=course.gradebook)
    console.say_results(read_results(course.step("autograded")), cohort)
    lines = capsys.readouterr().out.splitlines()
    return {line.split()[0]: " ".join(line.split()[1:]) for line in lines[1:3]}, cohort


def test_the_table_shows_what_people_and_lateness_made_of_the_points(course, capsys, monkeypatch):
    rows, _ = told(course, capsys, monkeypatch)
    assert rows["ada"] == rows["bob"] == "ps1 3.5 of 14 ◐ partly waits for a person: why, draw"
    by_hand(course, "why", 3.0, extra=0.5)
    by_hand(course, "draw", 0.0)
    (course.root / "aisec.toml").write_text(LATE)
    settle_all(course)
    rows, cohort = told(course, capsys, monkeypatch)
    late = "10 h 1 min late; 0.{} points taken off"
    assert rows["ada"] == f"ps1 6.3 of 14 ◐ partly by hand: why, draw; {late.format(7)}"
    assert rows["bob"] == f"ps1 3.15 of 14 ◐ partly waits for a person: why, draw; {late.format(35)}"

    with export_csv(cohort, course.root / "grades.csv").open(newline="") as file:
        assert [row["ps1 score"] for row in csv.DictReader(file)] == ["6.3", "3.15"]
    for page in (feedback_page(course.root, cohort.standings["ada", "ps1"], "ps1"), cohort_page(cohort)):
        assert "6.3" in Page(page).words


def test_a_long_reason_is_cut_and_what_changed_the_points_comes_first(course):
    path = course.root / "autograded/ada/ps1/result.json"
    result = Result("ada", "ps1", Outcome.ERROR, 3.5, 14.0, (), message="broken " * 100)
    path.write_text(result.to_json())
    cohort = read_cohort(course.root, gradebook=course.gradebook)
    why = console._why(result, cohort.standings["ada", "ps1"])
    assert why.startswith("waits for a person: why, draw; broken") and len(why) == 200 and why.endswith("…")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1"])
def test_an_encoding_that_lacks_our_signs_loses_no_word_and_no_exit_code(encoding, monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", out)
    console.print_any_sign()
    print("".join(SYMBOLS.values()), "→ say “no” … 中")
    out.flush()
    said = out.buffer.getvalue().decode(encoding)
    assert said.endswith("?\n") and "say" in said and "no" in said
    if encoding == "ascii":
        assert said == '+~xo!!!!!! -> say "no" ... ?\n'


@pytest.mark.parametrize("width", ["80", "140"])
def test_a_table_cuts_nothing_without_saying_so(width, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", width)
    source, why = f"hand-in/{'a' * 90}__sums.ipynb", " ".join(f"reason{number}" for number in range(20))
    row = Collected(source, Status.REFUSED, "b" * 40, "sums", why=why, do="Name it otherwise.")
    console.say_collected([row])
    table = capsys.readouterr().out.rpartition("1 file(s)")[0]
    assert max(map(len, table.splitlines())) <= int(width)
    assert all(word in table for word in why.split())
    assert table.count("a") >= 90 and (table.count("b") >= 40 or "…" in table)
