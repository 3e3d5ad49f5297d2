from datetime import UTC, datetime

import pytest

from autograder.errors import IntakeError
from autograder.intake.ids import read_roster
from autograder.intake.piece import Piece
from autograder.intake.shapes import SHAPES, owner_of, recognise

LESSONS = ("poisoning", "part-2", "privacy")


def read(path, inner="", roster=None, lessons=LESSONS):
    piece = Piece(path, datetime(2026, 1, 1, tzinfo=UTC), 2, lambda: b"{}", inner)
    return recognise(piece, owner_of(piece, roster), lessons)


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
    ],
)
def test_a_channels_name_says_whose_it_is(path, shape, student):
    found = read(path)
    assert (found.owner.shape.name, found.owner.student, found.lesson) == (shape, student, "poisoning")


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
    assert (found.owner.student, found.lesson) == (student, "poisoning")


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
    assert (found.lesson, found.copy.numbers) == (lesson, copy)
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
    assert (found.owner.student, found.lesson) == ("ada", "poisoning")
    assert found.notes == ("taken for poisoning.ipynb",)


def test_a_copy_made_of_the_whole_name_has_the_same_owner():
    found = read("Copy of ada__poisoning.ipynb")
    assert (found.owner.student, found.lesson) == ("ada", "poisoning")


def test_an_unknown_lesson_that_is_near_a_known_one_is_named():
    for file in ("poisoning_final", "poisonin", "my Poisoning v3"):
        with pytest.raises(IntakeError) as caught:
            read(f"ada__{file}.ipynb")
        assert caught.value.do.startswith("It is most likely poisoning")


def test_a_name_that_fits_two_lessons_is_refused_with_both():
    with pytest.raises(IntakeError, match="fits PART 1 and part 1"):
        read("ada__Part 1 (1).ipynb", lessons=("PART 1", "part 1"))


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


def test_a_name_that_says_nobody_is_refused_with_examples():
    for path in ("poisoning.ipynb", "a/b/c/d/poisoning.ipynb", "ada/poisoning.ipynb"):
        with pytest.raises(IntakeError, match="whose") as caught:
            read(path)
        assert all(shape.example in caught.value.do for shape in SHAPES)


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
