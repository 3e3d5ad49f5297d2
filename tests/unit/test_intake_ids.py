import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import IntakeError
from autograder.intake.ids import student_id


@pytest.mark.parametrize("name", ["ada", "s01", "Ada", "ada.lovelace", "a_b-c", "1", "a" * 64])
def test_an_ordinary_name_is_an_id_in_lower_case(name):
    assert student_id(name) == name.lower()


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".ada",
        "-ada",
        "_ada",
        "../x",
        "a/b",
        "a\\b",
        "a..b",
        "ada.",
        "a+b",
        "a b",
        "a\n",
        "a" * 65,
        "a@b.org",
    ],
)
def test_a_name_outside_the_grammar_is_refused(name):
    with pytest.raises(IntakeError, match="no student id"):
        student_id(name)


@pytest.mark.parametrize("name", ["con", "NUL", "com1", "lpt9.txt", "aux.x.y"])
def test_a_name_that_windows_keeps_is_refused(name):
    with pytest.raises(IntakeError, match="Windows"):
        student_id(name)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("\u0430da", "U\\+0430, CYRILLIC SMALL LETTER A"),
        ("\u212aim", "U\\+212A, KELVIN SIGN"),  # lower() makes a plain k of it
        ("ad\u0131", "U\\+0131"),
        ("müller", "U\\+00FC"),
        ("ada\u202e", "U\\+202E"),
        ("ada\ud800", "U\\+D800"),
    ],
)
def test_a_look_alike_letter_is_refused_by_its_code_point(name, says):
    with pytest.raises(IntakeError, match=says):
        student_id(name)


@given(st.text())
def test_every_accepted_id_is_a_harmless_folder_name(name):
    try:
        accepted = student_id(name)
    except IntakeError as error:
        assert str(error).isprintable() or "\n  → " in str(error)
        return
    assert accepted.isascii() and accepted == accepted.lower()
    assert not set(accepted) & set('/\\:*?"<>| \t\r\n\0') and ".." not in accepted
    assert accepted[0].isalnum() and accepted[-1] != "."
