"""Due dates, late rules, extensions and time stamps, through nbgrader's own columns and on every page."""

import csv
import json
import shutil
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from nbcourse import CONFIG, hand_in
from nbgrader.api import SubmittedAssignment
from report_course import Page

from autograder.errors import CourseError, GradebookError
from autograder.grading.coursedir import open_course
from autograder.grading.gradebook import Recorder
from autograder.grading.lateness import Arrival, Lateness, Rule, arrival, read_schedule, settle_all, shown
from autograder.grading.result import Graded, Mark, Result
from autograder.intake.collect import collect
from autograder.report.cohort import cohort_page
from autograder.report.export import export_csv
from autograder.report.feedback import feedback_page
from autograder.report.standing import read_cohort
from autograder.verdict import Outcome

DUE = "[due]\nps1 = 2026-11-22T23:59:00Z\n"
ZERO = CONFIG + 'c.LateSubmissionPlugin.penalty_method = "zero"\n'


@pytest.fixture
def course(released, tmp_path):
    """A course in which nobody has handed in, and lateness costs everything."""
    root = shutil.copytree(released, tmp_path / "course")
    shutil.rmtree(root / "submitted")
    (root / "nbgrader_config.py").write_text(ZERO)
    return open_course(root)


def graded(course, student, stamp="", points=2.0):
    """Hand in and record a result, as grading does."""
    folder = hand_in(course, student, {}, stamp=stamp)
    record(course, student, points)
    return folder


def record(course, student, points=2.0):
    marks = (Mark("ps1", "t_square", points), Mark("ps1", "t_hidden", 0.0), Mark("ps1", "draw", 0.0))
    result = Result(student, "ps1", Outcome.PARTLY, points, 14.0, ())
    with course.gradebook.open() as gradebook:
        recorder = Recorder(gradebook, course.gradebook, "ps1", Lateness(course).settle)
        recorder.record(Graded(result, {}, marks))
    folder = course.root / "autograded" / student / "ps1"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(result.to_json())


def says(course, text):
    (course.root / "aisec.toml").write_text(text)


def booked(course):
    """Student → (time stamp, extension, points taken off)."""
    with course.gradebook.open() as gradebook:
        return {
            one.student_id: (one.timestamp, one.extension, one.notebooks[0].late_submission_penalty or 0.0)
            for one in gradebook.db.query(SubmittedAssignment)
        }


def taken(course):
    return {student: points for student, (_, _, points) in booked(course).items()}


def test_a_due_date_that_moves_counts_at_once_and_once(course):
    graded(course, "ada", "2026-11-22 10:00:00 UTC")
    graded(course, "bob", "2026-11-25 10:00:00 UTC")
    assert taken(course) == {"ada": 0, "bob": 0}
    says(course, DUE)
    assert settle_all(course) == ["bob ps1: 2 points taken off for lateness, 0 before"]
    assert settle_all(course) == []
    says(course, "[due]\nps1 = 2026-11-22T09:00:00Z\n")
    assert settle_all(course) == ["ada ps1: 2 points taken off for lateness, 0 before"]
    says(course, "[due]\nps1 = 2026-11-29\n")
    settle_all(course)
    assert taken(course) == {"ada": 0, "bob": 0}


def test_a_new_time_stamp_counts_without_grading_again(course):
    folder = graded(course, "bob", "2026-11-25 10:00:00 UTC")
    says(course, DUE)
    settle_all(course)
    (folder / "timestamp.txt").write_text("2026-11-22 10:00:00.000000 UTC")
    assert settle_all(course) == ["bob ps1: 0 points taken off for lateness, 2 before"]
    assert booked(course)["bob"][0] == datetime(2026, 11, 22, 10)


def test_a_submission_that_is_recorded_late_pays_at_once(course):
    says(course, DUE)
    settle_all(course)
    graded(course, "bob", "2026-11-25 10:00:00 UTC")
    assert taken(course) == {"bob": 2}


@pytest.mark.parametrize(
    "extension", ["3", "2.5", "2026-11-25T10:00:00Z", "2026-11-25", "2026-11-25T11:00:00+01:00"]
)
def test_an_extension_in_the_settings_counts_for_its_learner_only(course, extension):
    for student in ("ada", "bob"):
        graded(course, student, "2026-11-25 10:00:00 UTC")
    says(course, f"{DUE}[extensions.ps1]\nbob = {extension}\n")
    settle_all(course)
    assert taken(course) == {"ada": 2, "bob": 0}
    assert booked(course)["bob"][1] > timedelta(days=2)
    says(course, f"{DUE}[extensions.ps1]\nada = 3\n")
    settle_all(course)
    assert taken(course) == {"ada": 0, "bob": 2} and booked(course)["bob"][1] is None


@pytest.mark.parametrize(
    ("columns", "cells", "free"),
    [
        ("extension", "3", True),
        ("extension", "1", False),
        ("extension ps1", "2026-11-25 10:00:00+00:00", True),
        ("Extension PS1", "2,5", True),
        ("extension,extension ps1", "0,3", True),
        ("extension,extension ps1", "3,0", False),
        ("extension", "", False),
    ],
)
def test_an_extension_in_the_roster_counts(course, columns, cells, free):
    graded(course, "bob", "2026-11-25 10:00:00 UTC")
    says(course, DUE)
    delimiter = ";" if "," in cells and "," not in columns else ","
    text = f"id{delimiter}{columns}\nada{delimiter}\nbob{delimiter}{cells}\n"
    (course.root / "roster.csv").write_text(text)
    settle_all(course)
    assert taken(course) == {"bob": 0 if free else 2}


def test_the_settings_win_over_the_roster(course):
    graded(course, "bob", "2026-11-25 10:00:00 UTC")
    (course.root / "roster.csv").write_text("id,extension ps1\nbob,9\n")
    says(course, f"{DUE}[extensions.ps1]\nbob = 1\n")
    settle_all(course)
    assert booked(course)["bob"][1:] == (timedelta(days=1), 2)


def test_an_extension_that_nbgrader_granted_stays_where_we_say_nothing(course):
    graded(course, "bob", "2026-11-25 10:00:00 UTC")
    with course.gradebook.open() as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate="2026-11-22 23:59:00 UTC")
        gradebook.grant_extension("ps1", "bob", days=3)
    assert settle_all(course) == []
    assert booked(course)["bob"][1:] == (timedelta(days=3), 0)


@pytest.mark.parametrize(
    ("seconds", "points"),
    [(0, 0), (600, 0), (601, 1), (86_400, 1), (86_401, 2), (4 * 86_400, 4), (5 * 86_400, 4)],
)
def test_a_rule_counts_days_begun_after_a_grace_up_to_a_most(seconds, points):
    assert Rule(10, 40, 10).penalty(10, seconds) == pytest.approx(points)


def test_a_rule_of_the_settings_stands_in_for_nbgraders_plugin(course):
    graded(course, "bob", "2026-11-25 10:00:00 UTC")
    says(course, f"{DUE}[late]\npercent_per_day = 10\n")
    settle_all(course)
    assert taken(course) == {"bob": pytest.approx(0.6)}


@pytest.mark.parametrize(
    ("text", "says_what"),
    [
        ("[due]\nps9 = 2026-11-22\n", "no released assignment 'ps9'"),
        ("[due]\nps1 = '2026-11-22'\n", r"\[due\] ps1: not a date"),
        ("[extensions.ps9]\nbob = 1\n", "no released assignment 'ps9'"),
        ("[extensions.ps1]\nbob = true\n", r"\[extensions.ps1\] bob: not a date: True"),
        ("[extensions.ps1]\nbob = -1\n", "not a date: -1"),
        ("[late]\nper_day = 10\n", "unknown setting 'per_day'"),
        ("[late]\npercent_per_day = '10'\n", "must be a number"),
        ("due = 3\n", "must be a table"),
        ("[due\n", "cannot be read"),
    ],
)
def test_a_wrong_line_of_the_settings_is_named(course, text, says_what):
    says(course, text)
    with pytest.raises(CourseError, match=says_what) as caught:
        read_schedule(course)
    assert "aisec.toml" in caught.value.where


@pytest.mark.parametrize("row", ["id,extension\nbob,soon\n", "id,extension ps9\nbob,3\n"])
def test_a_wrong_extension_in_the_roster_names_its_learner(course, row):
    (course.root / "roster.csv").write_text(row)
    with pytest.raises(CourseError) as caught:
        read_schedule(course)
    assert "extension of bob" in caught.value.where


def test_a_gradebook_that_cannot_be_written_is_as_it_was(course, monkeypatch):
    from sqlalchemy.exc import OperationalError
    from sqlalchemy.orm import Session

    graded(course, "bob", "2026-11-25 10:00:00 UTC")
    says(course, DUE)
    flush = Session.flush

    def full(self, *rest, **more):
        if any(getattr(one, "duedate", None) for one in self.dirty):
            raise OperationalError("flush", {}, Exception("database or disk is full"))
        return flush(self, *rest, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "flush", full)
        with pytest.raises(GradebookError, match="disk is full"):
            settle_all(course)
    assert taken(course) == {"bob": 0}


# -- Canvas: only its mark decides ---------------------------------------------------------------------


def from_canvas(course, tmp_path, *names, day=30, replace=False):
    source = tmp_path / "submissions.zip"
    notebook = json.dumps({"cells": [], "nbformat": 4, "day": day})
    with zipfile.ZipFile(source, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, day, 13, 14, 0)), notebook)
    return collect(source, course.step("submitted"), course.assignments(), replace=replace)


@pytest.mark.parametrize("due", ["2026-11-22T23:59:00Z", "2027-01-01"])
def test_of_canvas_late_is_who_is_marked_late_whatever_the_zips_times(course, tmp_path, due):
    says(course, f"[due]\nps1 = {due}\n")
    settle_all(course)
    rows = from_canvas(course, tmp_path, "lovelaceada_1_8_ps1.ipynb", "wei_LATE_2_9_ps1.ipynb")
    assert [row.time for row in rows] == [None, None]
    for student in ("lovelaceada", "wei"):
        record(course, student)
    assert booked(course) == {"lovelaceada": (None, None, 0), "wei": (None, None, 2)}
    assert settle_all(course) == []


def test_canvas_mark_is_taken_anew_though_the_notebook_is_the_same(course, tmp_path):
    for name, marked in (("wei_2_9_ps1.ipynb", False), ("wei_LATE_2_9_ps1.ipynb", True)):
        from_canvas(course, tmp_path, name)
        assert arrival(course.step("submitted") / "wei/ps1") == Arrival(None, marked)


def test_a_hand_in_from_canvas_takes_the_place_of_a_time_stamp_and_back(course, tmp_path):
    folder = hand_in(course, "wei", {}, stamp="2026-11-21 10:00:00 UTC")
    from_canvas(course, tmp_path, "wei_LATE_2_9_ps1.ipynb")
    assert arrival(folder) == Arrival(None, True) and not (folder / "timestamp.txt").exists()
    (tmp_path / "wei__ps1.ipynb").write_text("{}")
    collect(tmp_path / "wei__ps1.ipynb", course.step("submitted"), course.assignments(), replace=True)
    assert arrival(folder).marked is None and arrival(folder).time is not None


def test_another_download_replaces_the_earlier_one(course, tmp_path):
    from_canvas(course, tmp_path, "wei_2_9_ps1.ipynb", day=20)
    (row,) = from_canvas(course, tmp_path, "wei_2_9_ps1-1.ipynb", day=30)
    assert str(row.status) == "replaces"
    (row,) = from_canvas(course, tmp_path, "wei_2_9_ps1.ipynb", day=20)
    assert str(row.status) == "older"


@pytest.mark.parametrize("text", ["", "soon", "\xff", "99999-01-01 00:00:00 UTC"])
def test_a_time_stamp_that_is_none_is_unknown(tmp_path, text):
    (tmp_path / "timestamp.txt").write_text(text, "latin-1")
    assert arrival(tmp_path) == Arrival()


# -- where it is shown ---------------------------------------------------------------------------------


def test_time_and_lateness_stand_on_every_page(course, tmp_path):
    graded(course, "ada", "2026-11-22 10:00:00 UTC")
    graded(course, "bob", "2026-11-25 10:00:00 UTC")
    from_canvas(course, tmp_path, "wei_LATE_2_9_ps1.ipynb")
    record(course, "wei")
    says(course, f"{DUE}[extensions.ps1]\nbob = 1\n")
    settle_all(course)
    cohort = read_cohort(course.root, gradebook=course.gradebook)
    with export_csv(cohort, course.root / "grades.csv").open(newline="") as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    assert [(row["ps1 handed in"], row["ps1 late"], row["ps1 taken off"]) for row in rows.values()] == [
        ("2026-11-22 10:00:00 UTC", "", ""),
        ("2026-11-25 10:00:00 UTC", "1 d 10 h late", "2"),
        ("", "marked late", "2"),
    ]
    words = " ".join(Page(cohort_page(cohort)).words.split())
    assert "Handed in late: 2" in words and "bob, ps1: 1 d 10 h late, 2 points taken off" in words
    page = " ".join(Page(feedback_page(course.root, cohort.standings["bob", "ps1"], "ps1")).words.split())
    assert "Handed in 2026-11-25 10:00 UTC, 1 d 10 h late." in page
    page = Page(feedback_page(course.root, cohort.standings["wei", "ps1"], "ps1")).words
    assert "Handed in, marked late." in " ".join(page.split())


def test_a_time_is_known_before_anything_is_graded(course):
    hand_in(course, "ada", {}, stamp="2026-11-22 10:00:00 UTC")
    standing = read_cohort(course.root, gradebook=course.gradebook).standings["ada", "ps1"]
    assert standing.handed_in_at == datetime(2026, 11, 22, 10)


@pytest.mark.parametrize(
    ("seconds", "text"), [(1, "1 min"), (3_600, "1 h"), (7_260, "2 h 1 min"), (210_000, "2 d 10 h")]
)
def test_lateness_in_words(seconds, text):
    assert shown(seconds) == text


def test_a_date_without_a_zone_is_this_machines(course):
    says(course, "[due]\nps1 = 2026-11-22T12:00:00\n")
    local = datetime(2026, 11, 22, 12).astimezone(UTC).replace(tzinfo=None)
    assert read_schedule(course).due == {"ps1": local}
