"""A learner's own files beside the notebook, in the sandbox and in the digest."""

import os
import shutil

import pytest
from nbcourse import hand_in, make_course
from notebooks import solution, test

from autograder.grading import cohort
from autograder.grading.assignment import load_assignment
from autograder.grading.beside import read_beside, without_authors
from autograder.grading.processes import Processes
from autograder.grading.task import Standard, read_task
from autograder.limits import Limits

CELLS = [solution("def area(r): ...", "area"), test("assert abs(area(1) - 3.14) < .01", "t_area", 3)]
SHAPES = "import math\n\ndef area(r):\n    return math.pi * r * r\n"


def test_files_are_read_without_links_notebooks_and_what_we_lay_there(tmp_path):
    for name in ("shapes.py", "data/x.csv", "ps1.ipynb", "timestamp.txt", "lateness.txt", ".hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    os.symlink("/etc/passwd", tmp_path / "secret.txt")
    assert read_beside(tmp_path) == ({"data/x.csv": b"data/x.csv", "shapes.py": b"shapes.py"}, ())


def test_what_the_sandbox_has_no_room_for_is_said(tmp_path):
    (tmp_path / "big.npy").write_bytes(bytes(600_000))
    found, (note,) = read_beside(tmp_path, disk_mb=1)
    assert found == {} and "big.npy" in note


@pytest.mark.parametrize(
    ("name", "stays"),
    [
        ("helper.py", False),
        ("helper/__init__.py", False),
        ("data/x.csv", False),
        ("data", False),
        ("data/x.csv/y.csv", False),
        ("data/y.csv", True),
        ("shapes.py", True),
    ],
)
def test_an_authors_file_and_module_win(name, stays):
    authors = {"helper.py": b"", "data/x.csv": b""}
    assert bool(without_authors({name: b""}, authors)) == stays


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    made = make_course(tmp_path_factory.mktemp("beside") / "course", cells=CELLS)
    (made.step("release") / "ps1/helper.py").write_text("def author(): return True\n")
    return made


def test_a_changed_file_beside_counts_as_a_change(course):
    folder = hand_in(course, "zoe", {})
    marks = [digest(course, "zoe")]
    for text in (SHAPES, SHAPES + "#"):
        (folder / "shapes.py").write_text(text)
        marks.append(digest(course, "zoe"))
    (folder / "timestamp.txt").write_text("2026-11-22 10:00:00 UTC")
    assert len(set(marks)) == 3 and digest(course, "zoe") == marks[-1]


def digest(course, student):
    standard = Standard(load_assignment(course, "ps1"), course.limits("ps1", Limits()), "", "")
    return read_task(student, course.step("submitted") / student / "ps1", standard).digest


def test_every_file_that_is_graded_with_counts_and_no_other(course):
    """Room in the sandbox is half of its disk: 15 MB are laid there by default, and not in one of 20 MB."""
    folder = hand_in(course, "max", {})
    for size, counts in (("", True), ("[limits]\ndisk_mb = 20\n", False)):
        (course.root / "aisec.toml").write_text(size)
        marks = set()
        for end in (b"1", b"2"):
            (folder / "big.npy").write_bytes(bytes(15_000_000) + end)
            marks.add(digest(course, "max"))
        assert (len(marks) == 2) == counts
    shutil.rmtree(folder.parent)
    (course.root / "aisec.toml").unlink()


def test_a_learners_module_is_graded_with_the_notebook_and_never_on_our_path(course):
    uses = {"area": "from shapes import area"}
    (hand_in(course, "ada", uses) / "shapes.py").write_text(SHAPES)
    hand_in(course, "bob", uses)  # has no file of their own
    theirs = hand_in(
        course, "eve", {"area": "import helper\nassert helper.author()\ndef area(r): return 3.14"}
    )
    (theirs / "helper.py").write_text("raise SystemExit")
    (theirs / "math.py").write_text("pi = 0")
    todo = cohort.plan(course, ["ps1"])
    results = cohort.grade_cohort(course, todo, Processes(1), lessons=None)
    assert {one.student: one.score for one in results if one.student != "zoe"} == {
        "ada": 3,
        "bob": 0,
        "eve": 3,
    }
