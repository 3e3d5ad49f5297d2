"""Rosters as people have them."""

import pytest

from autograder.errors import IntakeError
from autograder.intake.roster import Person, read_roster


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
        ("id\n", "no rows"),
        ("id\n../x\n", "row 2: .*no student id"),
        ("id,name\n\u0430da,Ada\n", "CYRILLIC"),
    ],
)
def test_a_roster_in_which_nobody_is_named_is_refused(tmp_path, text, says):
    with pytest.raises(IntakeError, match=says):
        roster(tmp_path, text)


def test_a_roster_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "roster.csv").write_bytes(b"id\n\xff\xfe\n")
    with pytest.raises(IntakeError, match="cannot be read"):
        read_roster(tmp_path / "roster.csv")
    with pytest.raises(IntakeError, match="cannot be read"):
        read_roster(tmp_path / "none.csv")


PEOPLE = [("ada", "José Müller", "j@x.org"), ("bob", "Li Wei", "b@x.org")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_spreadsheets_table_is_read(tmp_path, encoding, delimiter, end):
    lines = [delimiter * 2, "ID,Name,E-Mail".replace(",", delimiter), ""]
    lines += [delimiter.join(person) for person in PEOPLE] + [delimiter * 2, "  "]
    (tmp_path / "roster.txt").write_bytes((end.join(lines) + end).encode(encoding))
    found = read_roster(tmp_path / "roster.txt")
    assert [(one.id, one.name, one.email) for one in found.people] == PEOPLE
    assert found.skipped == ()


def test_a_table_in_windows_own_encoding_says_how_to_save_it(tmp_path):
    (tmp_path / "roster.csv").write_bytes("id,name\nada,José\n".encode("cp1252"))
    with pytest.raises(IntakeError, match="not UTF-8") as caught:
        read_roster(tmp_path / "roster.csv")
    assert "CSV UTF-8" in caught.value.do


def test_a_bad_line_is_named_and_skipped_and_the_others_are_read(tmp_path):
    found = roster(tmp_path, "id,name\nada,Ada\nAda,Twice\n,Nobody\n../x,Eve\n\u0430da,A\nbob,Bob\n")
    assert [person.id for person in found.people] == ["ada", "bob"]
    assert [text.partition(": ")[0] for text in found.skipped] == [
        f"roster.csv, row {number}" for number in (3, 4, 5, 6)
    ]
    assert "the id ada is there twice" in found.skipped[0] and "CYRILLIC" in found.skipped[3]
    with pytest.raises(IntakeError, match="not in the roster"):
        found.find("moodle", "Twice")


CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Welcome (55)\n"
    "    Points Possible,,,,,20\n"
    '"Müller, José",12347,S1,ada,Sec 1,\n"van Dyke, Dick",12348,S2,dick@x.org,Sec 2,7\n'
    '"Student, Test",999,,,Sec 1,\n'
)


def test_canvas_own_export_is_a_roster(tmp_path):
    found = roster(tmp_path, CANVAS)
    assert found.people == (
        Person("ada", "José", "Müller", "", "12347", "Sec 1"),
        Person("dick", "Dick", "van Dyke", "dick@x.org", "12348", "Sec 2"),
    )
    assert found.skipped == ()
    assert found.find("canvas", "whoever", "12347") == ("ada", True)
    assert found.find("canvas", "vandykedick", "1") == ("dick", False)


def test_canvas_export_without_logins_takes_its_numbers(tmp_path):
    found = roster(tmp_path, 'Student,ID,Section\n    Points Possible,,\n"Müller, José",12347,Sec 1\n')
    assert [(person.id, person.lms_id) for person in found.people] == [("12347", "12347")]


def test_first_and_last_name_may_have_columns_of_their_own(tmp_path):
    found = roster(
        tmp_path, "username,First name,Last name,Email address\nada,Ada Augusta,King Noel,a@x.org\n"
    )
    assert found.people == (Person("ada", "Ada Augusta", "King Noel", "a@x.org"),)
    assert found.find("canvas", "kingnoeladaaugusta", "3") == ("ada", False)


def test_extensions_are_read_for_all_lessons_and_for_one(tmp_path):
    found = roster(tmp_path, "id,extension,Extension poisoning\nada,,3\nbob,2,\ncy,1,2026-11-29 12:00\n")
    assert [dict(person.extensions) for person in found.people] == [
        {"poisoning": "3"},
        {"": "2"},
        {"": "1", "poisoning": "2026-11-29 12:00"},
    ]
