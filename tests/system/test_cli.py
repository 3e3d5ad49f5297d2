"""The command line, from a new course to the CSV, with the small course of docs/author.md."""

import csv
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from example_course import write_example
from hand_in import GOOD, answer, to_bytes

ROOT = Path(__file__).parents[2]
AISEC = Path(sys.executable).with_name("aisec")
NBGRADER = Path(sys.executable).with_name("nbgrader")


def run(*arguments, course=None, code=0, cwd=None, command=AISEC):
    """Run a command; the finished process, whose exit code must be `code`."""
    environment = {**os.environ, "COLUMNS": "200", "PATH": f"{AISEC.parent}{os.pathsep}{os.environ['PATH']}"}
    if course:
        environment["AISEC_COURSE"] = str(course)
    done = subprocess.run(
        [command, *map(str, arguments)], env=environment, cwd=cwd, capture_output=True, text=True, timeout=280
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def lessons(tmp_path_factory):
    return write_example(tmp_path_factory.mktemp("lessons"))


@pytest.fixture(scope="module")
def course(lessons, tmp_path_factory):
    """A course directory with three hand-ins collected from a zip, graded and reported."""
    folder = tmp_path_factory.mktemp("instructor")
    spring = folder / "spring"
    run("course", "new", spring, course=lessons)
    released = json.loads((spring / "release/detector/detector.ipynb").read_text())
    with zipfile.ZipFile(folder / "hand-ins.zip", "w") as archive:
        archive.writestr("cy__detector.ipynb", to_bytes(released))
        archive.writestr("bo__detector.ipynb", b"{")
        answer(released, GOOD)
        archive.writestr("ada__detector.ipynb", to_bytes(released))
        archive.writestr("../out__detector.ipynb", to_bytes(released))
    collected = run("collect", folder / "hand-ins.zip", "--course", spring, course=lessons, code=1)
    assert "1 refused" in collected.stdout
    assert not (folder / "out").exists()
    return spring


@pytest.fixture(scope="module")
def rows(course, lessons):
    return json.loads(run("grade", "--json", "--course", course, course=lessons).stdout)


def test_help_teaches_and_version_answers():
    told = run("--help").stdout
    for verb in (
        "learn",
        "check",
        "course",
        "collect",
        "grade",
        "feedback",
        "report",
        "export",
        "demo",
        "doctor",
        "new",
        "build",
    ):
        assert verb in told
    assert run("--version").stdout.startswith("aisec ")


def test_help_imports_nothing_heavy():
    heavy = "{'numpy', 'nbformat', 'nbgrader', 'IPython', 'rich', 'sklearn', 'jupytext'}"
    script = (
        "import sys\nfrom autograder.cli import main\n"
        f"try: main(['--help'])\nexcept SystemExit: assert not {heavy} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)


def test_a_new_course_is_a_stock_nbgrader_course(course):
    names = {path.name for path in course.iterdir()}
    assert {"nbgrader_config.py", "source", "release", "gradebook.db", "submitted"} <= names
    seed = course / ".aisec/cohort_seed"
    assert seed.stat().st_mode & 0o777 == 0o600
    listed = run("db", "assignment", "list", cwd=course, command=NBGRADER)
    assert "detector" in listed.stdout + listed.stderr


def test_a_course_never_overwrites_a_folder(course, lessons):
    assert "not empty" in run("course", "new", course, course=lessons, code=2).stderr


def test_every_hand_in_has_a_row_and_progress_goes_to_standard_error(rows):
    assert [(row["student"], row["outcome"], row["score"]) for row in rows] == [
        ("ada", "passed", 5.0),
        ("bo", "error", 0.0),
        ("cy", "not attempted", 0.0),
    ]
    assert set(rows[0]) == {
        "student", "lesson", "score", "max_score", "outcome", "seconds", "cpu_seconds", "exercises",
        "final_score", "taken_off", "waits",
    }  # fmt: skip
    (exercise,) = rows[0]["exercises"]
    assert exercise == {
        "id": "detector.false_alarm_rate",
        "points": 5.0,
        "max_points": 5,
        "outcome": "passed",
        "message": "",
        "inside": False,
    }


def test_nothing_graded_is_graded_again(course, lessons, rows):
    again = json.loads(run("grade", "--json", "--course", course, course=lessons).stdout)
    assert [row["seconds"] for row in again] == [row["seconds"] for row in rows]


def test_feedback_report_and_export(course, lessons, rows):
    run("feedback", "--course", course, course=lessons)
    page = (course / "feedback/ada/detector/detector.html").read_text()
    assert "5" in page and "<script" not in page
    told = run("report", "--course", course, course=lessons).stdout
    assert "3 of 3 handed in" in told
    assert (course / "cohort.html").is_file()
    run("export", "--course", course, course=lessons)
    with (course / "grades.csv").open() as file:
        grades = list(csv.DictReader(file))
    assert [row["learner"] for row in grades] == ["ada", "bo", "cy"]


def test_nbgraders_own_commands_agree(course, rows):
    run("export", cwd=course, command=NBGRADER)
    with (course / "grades.csv").open() as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {row["student"]: row["score"] for row in rows}
    run("generate_feedback", "detector", "--force", cwd=course, command=NBGRADER)
    assert (course / "feedback/ada/detector/detector.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("grade", "nothing"), "no released assignment"),
        (("collect", "/nowhere.zip"), "nowhere.zip"),
    ],
)
def test_bad_input_gets_one_clear_message(course, lessons, arguments, says):
    done = run(*arguments, "--course", course, course=lessons, code=2)
    assert says in done.stderr and "Traceback" not in done.stderr


def test_a_folder_that_is_no_course_is_named(tmp_path, lessons):
    done = run("grade", "--course", tmp_path, course=lessons, code=2)
    assert str(tmp_path) in done.stderr and "aisec course new" in done.stderr


@pytest.mark.slow
def test_the_demo_ends_as_it_says(tmp_path):
    """Twelve simulated hand-ins to poisoning; the demo fails unless each ends as `SIMULATED` says."""
    done = run("demo", tmp_path / "demo", cwd=tmp_path)
    assert "12 of 13 handed in" in done.stdout
    assert (tmp_path / "demo/cohort.html").is_file()
    assert len(list(tmp_path.glob("demo/feedback/*/poisoning/poisoning.html"))) == 12
