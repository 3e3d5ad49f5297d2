from datetime import UTC, datetime

import pytest

from autograder.errors import IntakeError
from autograder.intake.names import released
from autograder.intake.piece import Piece
from autograder.intake.roster import read_roster
from autograder.intake.shapes import SHAPES, owner_of, recognise

LESSONS = ("poisoning", "part-2", "privacy")


def piece(path, inner=""):
    return Piece(path, datetime(2026, 1, 1, tzinfo=UTC), 2, lambda: b"{}", inner)


def read(path, inner="", roster=None, lessons=LESSONS):
    targets = released(lessons)
    return recognise(piece(path, inner), owner_of(piece(path, inner), targets, roster), targets)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_each_example_is_of_its_own_shape_first(shape):
    first = next(other for other in SHAPES if other.pattern.fullmatch(shape.example))
    assert first is shape


@pytest.mark.parametrize(
    ("path", "shape", "student"),
    [
        ("ada__poisoning.ipynb", "named file", "ada"),
        ("week 3/Ada__poisoning.ipynb", "named file", "ada"),
        ("lovelaceada_12345_67890_poisoning.ipynb", "Canvas", "lovelaceada"),
        ("lovelaceada_LATE_12345_67890_poisoning-2.ipynb", "Canvas", "lovelaceada"),
        ("submissions/lovelaceada_12345_67890_poisoning.ipynb", "Canvas", "lovelaceada"),
        ("lovelaceada_12345_67890__poisoning.ipynb", "Canvas", "lovelaceada"),
        ("Ada Lovelace_123456_assignsubmission_file_/poisoning.ipynb", "Moodle", "123456"),
        ("Ada Lovelace_123456_assignsubmission_file/poisoning.ipynb", "Moodle", "123456"),
        ("Ada Lovelace_123456_assignsubmission_file_/my work/poisoning.ipynb", "Moodle", "123456"),
        ("Ada Lovelace_123456_assignsubmission_file_poisoning.ipynb", "Moodle", "123456"),
        ("download/Müller Jörg_7_assignsubmission_file_/poisoning.ipynb", "Moodle", "7"),
        ("ada/poisoning/poisoning.ipynb", "nbgrader", "ada"),
        ("submitted/ada/poisoning/poisoning.ipynb", "nbgrader", "ada"),
        ("spring/submitted/ada/poisoning/poisoning.ipynb", "nbgrader", "ada"),
        ("gradebook_CS_201_1_HW 1_ada_attempt_2026-11-22-23-10-05_poisoning.ipynb", "Blackboard", "ada"),
        ("HW_1_ada_attempt_2026-11-22-23-10-05_poisoning.ipynb", "Blackboard", "ada"),
        ("dl/HW_ada_attempt_2026-11-22-23-10-05_bob_1_2_attempt_poisoning.ipynb", "Blackboard", None),
        ("39786-640693 - Ada Lovelace - Oct 10, 2026 1022 AM/poisoning.ipynb", "D2L", "39786"),
        ("HW 1/39786-640693 - Ada Lovelace - Oct 10, 2026 1022 AM/x/poisoning.ipynb", "D2L", "39786"),
        ("39786-640693 - Ada Lovelace- Oct 10, 2026 1022 AM - poisoning.ipynb", "D2L", "39786"),
        ("HW 1/Abgaben/Lovelace_Ada_ada_4711/poisoning.ipynb", "ILIAS", "ada"),
        ("HW 1/Submissions/Team 7/Lovelace_Ada Augusta_ada_4711/poisoning.ipynb", "ILIAS", "ada"),
    ],
)
def test_a_channels_name_says_whose_it_is(path, shape, student):
    owner = owner_of(piece(path), released(LESSONS), None)
    assert owner.shape.name == shape
    if student:  # else its notebook has a name of no lesson
        assert (owner.student, read(path).target.lesson) == (student, "poisoning")


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("lovelaceada_12345_67890_bob__poisoning.ipynb", "lovelaceada"),
        ("lovelaceada_12345_67890_bob_1_2_poisoning.ipynb", None),
        ("lovelaceada_12345_67890_bob_9_assignsubmission_file_poisoning.ipynb", None),
        ("Ada Lovelace_1_assignsubmission_file_/bob__poisoning.ipynb", "1"),
        ("Ada Lovelace_1_assignsubmission_file_/Bob_2_assignsubmission_file_/poisoning.ipynb", "1"),
        ("Ada Lovelace_1_assignsubmission_file_/bob/poisoning/poisoning.ipynb", "1"),
        ("Ada Lovelace_1_assignsubmission_onlinetext_/bob__poisoning.ipynb", "1"),
        ("Ada Lovelace_1_assignsubmission_file_/bob_1_2_poisoning.ipynb", None),
        ("Default group_assignsubmission_file_/bob__poisoning.ipynb", None),
        ("ada/poisoning/bob__poisoning.ipynb", "ada"),
        ("lovelaceada_1_2_bob_attempt_2026-11-22-10-00-00_poisoning.ipynb", None),
        ("Ada_1_assignsubmission_file_bob_attempt_2026-11-22-10-00-00_poisoning.ipynb", None),
        ("Ada_1_assignsubmission_file_/7-8 - Bob - Oct 10, 2026 1022 AM/poisoning.ipynb", "1"),
        ("Ada_1_assignsubmission_file_/Submissions/B_Bob_bob_7/poisoning.ipynb", "1"),
        ("7-8 - Ada - Oct 10, 2026 1022 AM - Bob_2_assignsubmission_file_poisoning.ipynb", None),
        ("7-8 - Ada - Oct 10, 2026 1022 AM - bob_1_2_poisoning.ipynb", None),
        ("7-8 - Ada - Oct 10, 2026 1022 AM/bob__poisoning.ipynb", "7"),
        ("7-8 - Ada - Oct 10, 2026 1022 AM/Submissions/B_Bob_bob_7/poisoning.ipynb", "7"),
        ("hw_ada_attempt_2026-11-22-10-00-00_bob_1_2_poisoning.ipynb", None),
        ("hw_ada_attempt_2026-11-22-10-00-00_x_bob_attempt_2026-11-22-10-00-00_poisoning.ipynb", None),
        ("Submissions/Lovelace_Ada_ada_7/bob__poisoning.ipynb", "ada"),
        ("Submissions/Lovelace_Ada_ada_7/bob_1_2_poisoning.ipynb", None),
        ("Submissions/Lovelace_Ada_ada_7/hw_bob_attempt_2026-11-22-10-00-00_poisoning.ipynb", None),
        ("ada/poisoning/bob/poisoning/poisoning.ipynb", None),
    ],
)
def test_a_learner_cannot_name_a_file_so_that_it_counts_as_anothers(path, student):
    try:
        assert read(path).owner.student == student
    except IntakeError:
        assert student is None


@pytest.mark.parametrize(
    "inner", ["bob__poisoning.ipynb", "bob/poisoning/poisoning.ipynb", "poisoning.ipynb"]
)
@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("ada.zip", "ada"),
        ("ada__work.zip", "ada"),
        ("lovelaceada_1_2_work.zip", "lovelaceada"),
        ("Ada Lovelace_1_assignsubmission_file_/work.ZIP", "1"),
    ],
)
def test_what_is_within_a_learners_archive_says_nothing_of_who_they_are(path, student, inner):
    found = read(path, inner)
    assert (found.owner.student, found.target.lesson) == (student, "poisoning")


@pytest.mark.parametrize(
    ("file", "lesson", "copy"),
    [
        ("poisoning", "poisoning", ()),
        ("Poisoning", "poisoning", ()),
        ("poisoning (1)", "poisoning", (1,)),
        ("poisoning(12)", "poisoning", (12,)),
        ("poisoning-2", "poisoning", (2,)),
        ("poisoning-1 (2)", "poisoning", (1, 2)),
        ("part-2", "part-2", ()),
        ("part-2-1", "part-2", (1,)),
    ],
)
def test_a_copy_counts_as_its_lesson_and_keeps_its_number(file, lesson, copy):
    found = read(f"ada__{file}.ipynb")
    assert (found.target.lesson, found.copy.numbers) == (lesson, copy)
    assert ("taken for" in " ".join(found.notes)) == bool(copy)


@pytest.mark.parametrize(
    "file",
    ["poisoning-Copy1", "poisoning-Copy12", "poisoning - Copy", "poisoning - Copy (2)", "poisoning – Kopie",
     "poisoning copy", "poisoning copy 2", "Copy of poisoning", "Copy of Copy of Poisoning",
     "Kopie von poisoning",
     "poisoning[1]", "poisoning ", "poisoning.ipynb", "poisoning.ipynb (1)", "poisoning.new",
     "poisoning.before-restore", "poisoning.before-restore-2", "Copy_of_poisoning", "poisoning (1) - Copy"],
)  # fmt: skip
def test_every_tools_copy_counts_as_its_lesson_and_says_so(file):
    found = read(f"ada__{file}.ipynb")
    assert (found.owner.student, found.target.lesson) == ("ada", "poisoning")
    assert found.notes == ("taken for poisoning.ipynb",)


def test_a_copy_made_of_the_whole_name_has_the_same_owner():
    found = read("Copy of ada__poisoning.ipynb")
    assert (found.owner.student, found.target.lesson) == ("ada", "poisoning")


def test_an_unknown_lesson_that_is_near_a_known_one_is_named():
    for file in ("poisoning_final", "poisonin", "my Poisoning v3"):
        with pytest.raises(IntakeError) as caught:
            read(f"ada__{file}.ipynb")
        assert caught.value.do.startswith("It is most likely poisoning")


def test_a_name_that_fits_two_lessons_is_refused_with_both():
    with pytest.raises(IntakeError, match="fits PART 1 and part 1"):
        read("ada__Part 1 (1).ipynb", lessons={"PART 1": ["PART 1"], "part 1": ["part 1"]})


@pytest.mark.parametrize(
    "file", ["part", "part-3", "poisoning2", "poisoning (x)", "poisoning-\u0662", "", "../privacy"]
)
def test_an_unknown_lesson_is_refused_with_the_known_ones(file):
    with pytest.raises(IntakeError) as caught:
        read(f"ada/poisoning/{file}.ipynb" if "/" not in file else f"ada__{file}.ipynb")
    assert "poisoning" in caught.value.do


def test_a_notebook_in_another_lessons_folder_is_refused():
    with pytest.raises(IntakeError, match="in the folder 'privacy'"):
        read("ada/privacy/poisoning.ipynb")


def test_a_name_that_says_nobody_is_refused_with_the_name_to_give():
    for path in ("poisoning.ipynb", "a/b/c/d/poisoning.ipynb", "ada/poisoning.ipynb"):
        with pytest.raises(IntakeError, match="whose") as caught:
            read(path)
        assert "ada__poisoning.ipynb" in caught.value.do


def test_canvas_marks_late_work():
    assert read("lovelaceada_LATE_1_2_poisoning.ipynb").notes == ("Canvas marks it late",)


def test_a_roster_says_who_a_platforms_person_is(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("id,name,canvas\nada,Ada Lovelace,12345\njm,Jörg Müller,\n", "utf-8")
    roster = read_roster(path)
    assert read("someone_12345_1_poisoning.ipynb", roster=roster).owner.student == "ada"
    assert (
        read("Ada Lovelace_77_assignsubmission_file_/poisoning.ipynb", roster=roster).owner.student == "ada"
    )
    assert read("müllerjörg_9_1_poisoning.ipynb", roster=roster).owner.student == "jm"
    with pytest.raises(IntakeError, match="not in the roster"):
        read("eve__poisoning.ipynb", roster=roster)


def test_a_platform_that_writes_the_time_into_the_name_is_believed():
    local = datetime(2026, 11, 22, 23, 10, 5).astimezone(UTC)
    found = read("hw_ada_attempt_2026-11-22-23-10-05_poisoning.ipynb")
    assert found.piece.time == local
    found = read("7-8 - Ada - Nov 22, 2026 1110 PM - poisoning.ipynb")
    assert found.piece.time == local.replace(second=0)


@pytest.mark.parametrize(
    "path",
    ["Ada_1_assignsubmission_file_/poisoning.ipynb", "7-8 - Ada - Oct 1, 2026 1022 AM/poisoning.ipynb"],
)
def test_numbers_of_one_assignment_say_that_they_cannot_be_joined(tmp_path, path):
    assert "anew in each lesson" in read(path).notes[-1]
    (tmp_path / "roster.csv").write_text("id,name\nada,Ada\n")
    found = read(path, roster=read_roster(tmp_path / "roster.csv"))
    assert (found.owner.student, found.notes) == ("ada", ())


PROBLEMS = {"ps1": ["Problem 1", "Problem 2"], "ps2": ["Problem 1"], "ps3": ["Essay"], "old": ["ps2-1"]}


@pytest.mark.parametrize(
    ("path", "inner", "where"),
    [
        ("submitted/ada/ps1/Problem 1.ipynb", "", ("ps1", "Problem 1")),
        ("ada/ps2/problem 1 (2).ipynb", "", ("ps2", "Problem 1")),
        ("ada/PS2/ps2-1.ipynb", "", ("ps2", "Problem 1")),
        ("ps2/ada__Problem 1.ipynb", "", ("ps2", "Problem 1")),
        ("ada.zip", "work/ps1/Problem 1.ipynb", ("ps1", "Problem 1")),
        ("ada.zip", "ps1/deep/Problem 2.ipynb", ("ps1", "Problem 2")),
        ("Ada_1_assignsubmission_file_/ps2/Problem 1.ipynb", "", ("ps2", "Problem 1")),
        ("ada__Problem 2.ipynb", "", ("ps1", "Problem 2")),
        ("ada__ps3.ipynb", "", ("ps3", "Essay")),
    ],
)
def test_the_folder_names_the_lesson_and_the_file_the_notebook(path, inner, where):
    target = read(path, inner, lessons=PROBLEMS).target
    assert (target.lesson, target.name) == where


def test_a_number_that_is_another_makes_no_likely_lesson():
    with pytest.raises(IntakeError) as caught:
        read("ada__Problem 3.ipynb", lessons=PROBLEMS)
    assert caught.value.do.startswith("There are:")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("ada__Problem 1.ipynb", "is in ps1 and in ps2"),
        ("ada__ps1.ipynb", "no lesson is called 'ps1'"),
        ("ada/ps3/Problem 2.ipynb", "a notebook of ps1 in the folder 'ps3'"),
        ("ada/ps4/Problem 2.ipynb", "no lesson is called 'ps4'"),
        ("ada/ps2/Problem 9.ipynb", "no notebook of ps2 is called 'Problem 9'"),
    ],
)
def test_a_notebook_of_no_one_lesson_is_refused(path, says):
    with pytest.raises(IntakeError, match=says):
        read(path, lessons=PROBLEMS)
