"""Taking a learner out of a course, and looking for what is left of them."""

import shutil

import pytest
from nbcourse import hand_in

from autograder.cli import main
from autograder.errors import CourseError
from autograder.grading.coursedir import open_course
from autograder.grading.enrol import enrol
from autograder.grading.forget import find, forget
from autograder.intake.roster import Person


@pytest.fixture
def course(released, tmp_path):
    course = open_course(shutil.copytree(released, tmp_path / "course"))
    enrol(course, [Person("ada", "Ada", "Lovelace", "ada@x.org", "4711"), Person("adam", "Adam", "Wei")])
    for student in ("ada", "adam"):
        hand_in(course, student, {})
        (course.root / "feedback" / student).mkdir(parents=True)
        (course.root / "feedback" / student / "page.html").write_text(student)
    return course


def test_all_of_one_learner_goes_and_the_others_stay(course):
    left = forget(course, "ada")
    assert (left.folders, left.in_gradebook, left.rows, left.mentions) == ((), False, 0, ())
    assert sorted(path.parent.name for path in course.root.glob("*/adam/*")) == ["adam", "adam"]
    assert set(course.gradebook.read().students) == {"adam"}


def test_the_database_file_holds_no_trace(course):
    database = course.gradebook.file
    assert b"Lovelace" in database.read_bytes()
    forget(course, "ada")
    assert b"Lovelace" not in database.read_bytes() and b"Adam" in database.read_bytes()


def test_files_that_still_name_them_are_found_by_id_name_and_address(course):
    for name, text in (("roster.csv", "id\nada\n"), ("a.txt", "Ada Lovelace"), ("b.txt", "ADA@x.org")):
        (course.root / name).write_text(text)
    (course.root / "c.txt").write_text("adamant, canada, adam")
    assert [path.name for path in forget(course, "ada").mentions] == ["a.txt", "b.txt", "roster.csv"]


def test_a_file_that_has_them_in_its_name_alone_is_found(course):
    (course.root / "in").mkdir()
    for name in ("ada__ps1.ipynb", "adam__ps1.ipynb", "canada.txt"):
        (course.root / "in" / name).write_text("{}")
    assert [path.name for path in forget(course, "ada").mentions] == ["ada__ps1.ipynb"]


def test_a_link_to_another_folder_is_not_followed(course, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "kept.txt").write_text("ada")
    (course.root / "autograded").mkdir(exist_ok=True)
    (course.root / "autograded" / "ada").symlink_to(other, target_is_directory=True)
    assert forget(course, "ada").mentions == (course.root / "autograded" / "ada",)
    assert (other / "kept.txt").exists()


@pytest.mark.parametrize("student", ["nobody", "..", ".", "", "ada/../adam", "a\0b"])
def test_who_is_not_there_is_refused_and_nothing_is_touched(course, student):
    with pytest.raises(CourseError, match="nothing of"):
        forget(course, student)
    assert find(course, "ada").folders and find(course, "adam").folders


def test_the_command_says_first_what_it_would_do(course, capsys):
    (course.root / "grades.csv").write_text("learner\nada\n")
    with pytest.raises(SystemExit) as ended:
        main(["forget", "ada", "--course", str(course.root)])
    said = capsys.readouterr().out
    assert ended.value.code == 0 and find(course, "ada").folders
    assert "submitted/ada/" in said and "feedback/ada/" in said and "aisec forget ada --yes" in said
    with pytest.raises(SystemExit) as ended:
        main(["forget", "ada", "--yes", "--course", str(course.root)])
    said = capsys.readouterr().out
    assert ended.value.code == 1 and not find(course, "ada").folders
    with pytest.raises(SystemExit):
        main(["forget", "ada", "--course", str(course.root)])
    again = capsys.readouterr().out
    assert "No work and no row of ada" in again and "grades.csv: run aisec export again" in again
    assert "grades.csv: run aisec export again" in said and max(map(len, said.splitlines())) < 200
