import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import IntakeError
from autograder.intake.ids import clean, read_roster, student_id


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


@given(st.text(st.characters()))
def test_clean_text_has_no_character_that_a_terminal_obeys(text):
    shown = clean(text, 50)
    assert len(shown) <= 50
    assert not [c for c in shown if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029"]
    shown.encode("utf-8")


def test_clean_text_shows_where_a_control_character_was():
    assert clean("a\x1b[31mb\r\n\u202ec") == "a\ufffd[31mb\ufffd\ufffd\ufffdc"


def roster(tmp_path, text):
    path = tmp_path / "roster.csv"
    path.write_text(text, "utf-8")
    return read_roster(path)


def test_a_roster_finds_people_by_number_and_by_name(tmp_path):
    found = roster(
        tmp_path,
        "\ufeffid,name,canvas,moodle,email\nada,Ada Lovelace,12345,99,ada@example.org\n"
        "grace,Grace Hopper,,,\n",
    )
    assert found.find("canvas", "whoever", "12345") == ("ada", True)
    assert found.find("moodle", "Ada Lovelace", "99") == ("ada", True)
    assert found.find("moodle", "Ada Lovelace", "1") == ("ada", False)
    assert found.find("canvas", "hoppergrace", "7") == ("grace", False)
    assert found.find("id", "Grace") == ("grace", False)
    assert found.find("id", "Ada@Example.org") == ("ada", False)


def test_a_roster_may_have_semicolons_as_spreadsheets_write_them(tmp_path):
    assert roster(tmp_path, "ID;Name\nada;Lovelace, Ada\n").find("canvas", "lovelaceada", "1") == (
        "ada",
        False,
    )


def test_somebody_who_is_not_in_the_roster_is_refused(tmp_path):
    found = roster(tmp_path, "id,canvas\nada,12345\n")
    for name, number in (("eve", "666"), ("\u0430da", ""), ("", ""), ("12345", "666\u0661")):
        with pytest.raises(IntakeError, match="not in the roster"):
            found.find("moodle", name, number)


def test_a_number_and_a_name_of_different_people_are_refused(tmp_path):
    found = roster(tmp_path, "id,name,lms_id\nada,Ada Lovelace,1\ngrace,Grace Hopper,2\n")
    with pytest.raises(IntakeError, match="more than one person in the roster: ada, grace"):
        found.find("moodle", "Ada Lovelace", "2")


def test_two_people_of_one_name_are_told_apart_by_number_only(tmp_path):
    found = roster(tmp_path, "id,name,canvas\nada1,Ada Lovelace,1\nada2,Ada Lovelace,2\n")
    assert found.find("canvas", "lovelaceada", "2") == ("ada2", True)
    with pytest.raises(IntakeError, match="more than one person"):
        found.find("canvas", "lovelaceada", "3")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no column `id`"),
        ("name\nAda\n", "no column `id`"),
        ("id\nada\nAda\n", "row 3: the id ada is there twice"),
        ("id\n../x\n", "row 2: .*no student id"),
        ("id,name\n\u0430da,Ada\n", "CYRILLIC"),
    ],
)
def test_a_roster_that_cannot_be_trusted_is_refused(tmp_path, text, says):
    with pytest.raises(IntakeError, match=says):
        roster(tmp_path, text)


def test_a_roster_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "roster.csv").write_bytes(b"id\n\xff\xfe\n")
    with pytest.raises(IntakeError, match="cannot be read"):
        read_roster(tmp_path / "roster.csv")
    with pytest.raises(IntakeError, match="cannot be read"):
        read_roster(tmp_path / "none.csv")
