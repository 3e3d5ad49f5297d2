"""Each danger that an archive can bring, made small and handed to `collect`."""

import io
import stat
import struct
import tempfile
import unicodedata
import warnings
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import IntakeError
from autograder.intake.archive import members, open_archive
from autograder.intake.collect import collect
from autograder.intake.piece import IntakeLimits

LESSONS = ["poisoning", "privacy"]
GOOD = ("s01__poisoning.ipynb", b'{"cells": []}')


def packed(*files, method=zipfile.ZIP_DEFLATED):
    """The bytes of an archive; a name may be a ZipInfo."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")  # zipfile warns of names used twice
        for name, data in files:
            archive.writestr(name, data, compress_type=method)
    return buffer.getvalue()


def collected(folder, data, **limits):
    """Collect an archive; returns the rows by source, and what lies in and around `submitted`."""
    source = folder / "in.zip"
    source.write_bytes(data)
    rows = collect(source, folder / "course/submitted", LESSONS, limits=IntakeLimits(**limits))
    source.unlink()
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert all(name.startswith("course/submitted/") for name in files)
    return {row.source: row for row in rows}, files


def refused(folder, name, data, says, **limits):
    """The one bad member is refused with a reason and an advice; the good one beside it is collected."""
    rows, files = collected(folder, data, **limits)
    assert (str(rows[name].status), str(rows[GOOD[0]].status)) == ("refused", "new")
    assert says in rows[name].why and rows[name].do
    assert set(files) == {
        f"course/submitted/s01/poisoning/{file}" for file in ("poisoning.ipynb", "timestamp.txt")
    }


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../ada__poisoning.ipynb", "leads out"),
        ("a/../../ada__poisoning.ipynb", "leads out"),
        ("../../../etc/cron.d/ada", "leads out"),
        ("/etc/ada__poisoning.ipynb", "absolute"),
        ("C:/ada__poisoning.ipynb", "absolute"),
        ("c:ada__poisoning.ipynb", "absolute"),
        ("..\\ada__poisoning.ipynb", "backslash"),
        ("ada\\poisoning\\poisoning.ipynb", "backslash"),
        ("..__poisoning.ipynb", "no student id"),
        ("con__poisoning.ipynb", "Windows"),
        ("\u0430da__poisoning.ipynb", "U+0430"),
        ("ada__../poisoning.ipynb", "whose"),
        ("ada__nope.ipynb", "no lesson"),
    ],
)
def test_a_name_that_leads_astray_is_refused(tmp_path, name, says):
    refused(tmp_path, name, packed((name, b"{}"), GOOD), says)


def test_a_name_with_a_zero_byte_is_refused(tmp_path):
    data = packed(("adaX__poisoning.ipynb", b"{}"), GOOD).replace(b"adaX__", b"ada\0__")
    refused(tmp_path, "ada\ufffd__poisoning.ipynb", data, "zero byte")


def test_a_name_that_is_too_long_is_refused(tmp_path):
    rows, _ = collected(tmp_path, packed(("_1" * 20_000 + "/x/y.ipynb", b"{}"), GOOD))
    assert sorted(str(row.status) for row in rows.values()) == ["new", "refused"]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (stat.S_IFLNK, "symbolic link"),
        (stat.S_IFCHR, "device"),
        (stat.S_IFBLK, "device"),
        (stat.S_IFIFO, "pipe"),
        (stat.S_IFSOCK, "socket"),
    ],
)
@pytest.mark.parametrize("name", ["ada__poisoning.ipynb", "ada/"])
def test_a_member_that_is_no_file_is_refused(tmp_path, kind, says, name):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (kind | 0o777) << 16
    refused(tmp_path, name, packed((info, b"/etc/passwd"), GOOD), says)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ada__poisoning.ipynb", "ada__poisoning.ipynb"),
        ("ada__poisoning.ipynb", "ADA__poisoning.ipynb"),
        ("ada__poisoning.ipynb", "./ada__poisoning.ipynb"),
        ("w/caf\u00e9__poisoning.ipynb", "w/cafe\u0301__poisoning.ipynb"),
    ],
)
def test_two_members_of_one_name_are_both_refused(tmp_path, first, second):
    rows, files = collected(tmp_path, packed((first, b"1"), (second, b"2"), GOOD))
    for name in (first, second):
        assert str(rows[name].status) == "refused" and "more than once" in rows[name].why
    assert len(files) == 2 and str(rows[GOOD[0]].status) == "new"


def test_an_encrypted_member_is_refused(tmp_path):
    data = bytearray(packed(("ada__poisoning.ipynb", b"{}"), GOOD))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    refused(tmp_path, "ada__poisoning.ipynb", bytes(data), "encrypted")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_packed_in_a_rare_way_is_refused(tmp_path, method):
    rows, _ = collected(tmp_path, packed(GOOD, method=method))
    assert "packed with method" in rows[GOOD[0]].why


def test_a_bomb_is_refused_by_its_ratio(tmp_path):
    data = packed(("ada__poisoning.ipynb", b"0" * 5_000), GOOD)
    refused(tmp_path, "ada__poisoning.ipynb", data, "packed size", ratio=20, ratio_above=1_000)


def test_a_small_file_of_much_repetition_is_no_bomb(tmp_path):
    rows, _ = collected(tmp_path, packed(("ada__poisoning.ipynb", b"0" * 900_000)))
    assert [str(row.status) for row in rows.values()] == ["new"]


def test_a_notebook_that_is_too_large_is_refused(tmp_path):
    data = packed(("ada__poisoning.ipynb", bytes(range(256)) * 4), GOOD)
    refused(tmp_path, "ada__poisoning.ipynb", data, "larger than", notebook_bytes=1_000, total_bytes=1_000)


def test_reading_holds_a_member_to_its_limit_whatever_was_asked_before():
    data = packed(("ada__poisoning.ipynb", bytes(1_001)))
    limits = IntakeLimits(notebook_bytes=1_000)
    (piece,) = members(open_archive(io.BytesIO(data), limits), datetime.now(UTC), limits)
    with pytest.raises(IntakeError, match="larger than"):
        piece.read()


def test_a_member_that_claims_to_be_smaller_than_it_is_is_refused(tmp_path):
    name = "ada__poisoning.ipynb"
    data = bytearray(packed((name, b"0" * 5_000), GOOD))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 10)
    refused(tmp_path, name, bytes(data), "damaged", notebook_bytes=1_000)


def test_what_is_beyond_the_total_is_refused(tmp_path):
    data = packed(GOOD, ("ada__poisoning.ipynb", bytes(600)), method=zipfile.ZIP_STORED)
    refused(tmp_path, "ada__poisoning.ipynb", data, "to read", total_bytes=600)


def test_an_archive_of_too_many_members_is_refused_as_a_whole(tmp_path):
    data = packed(*((f"s{number:02}__poisoning.ipynb", b"{}") for number in range(11)))
    with pytest.raises(IntakeError, match="11 members, more than 10"):
        collected(tmp_path, data, members=10)


def test_an_archive_with_an_enormous_table_of_contents_is_refused_before_it_is_read(tmp_path):
    data = bytearray(packed(GOOD))
    end = data.index(b"PK\x05\x06")
    padding = b"\0" * 70_000  # the table is read at once: its claimed size must be within the file
    struct.pack_into("<I", data, end + 12, struct.unpack_from("<I", data, end + 12)[0] + len(padding))
    data[data.index(b"PK\x01\x02") : data.index(b"PK\x01\x02")] = padding
    with pytest.raises(IntakeError, match="table of contents"):
        collected(tmp_path, bytes(data), members=10)


def test_members_of_all_archives_count_together(tmp_path):
    inner = packed(*((f"{number}.csv", b"") for number in range(8)))
    rows, _ = collected(tmp_path, packed(GOOD, ("ada.zip", inner), ("grace.zip", inner)), members=10)
    assert "more than 10 files" in rows["all the rest"].why and len(rows) == 11


def test_an_archive_within_a_learners_archive_is_refused(tmp_path):
    deep = packed(("deeper.zip", packed(("poisoning.ipynb", b"{}"))), ("privacy.ipynb", b"{}"))
    rows, files = collected(tmp_path, packed(("ada.zip", deep), GOOD))
    assert "within an archive" in rows["ada.zip → deeper.zip"].why
    assert str(rows["ada.zip → privacy.ipynb"].status) == "new"
    assert "course/submitted/ada/privacy/privacy.ipynb" in files


@pytest.mark.parametrize("inner", [b"", b"not a zip", packed(GOOD)[:-30]])
def test_a_learners_archive_that_is_none_is_refused(tmp_path, inner):
    refused(tmp_path, "ada.zip", packed(("ada.zip", inner), GOOD), "not a zip archive, or a damaged one")


def test_a_learners_archive_that_leads_out_is_refused_within(tmp_path):
    inner = packed(("../../grace/poisoning/poisoning.ipynb", b"{}"))
    data = packed(("ada.zip", inner), GOOD)
    refused(tmp_path, "ada.zip → ../../grace/poisoning/poisoning.ipynb", data, "leads out")


def test_a_learners_archive_that_is_too_large_is_refused_unread(tmp_path):
    data = packed(("ada.zip", bytes(2_000)), GOOD, method=zipfile.ZIP_STORED)
    refused(tmp_path, "ada.zip", data, "larger than", archive_bytes=1_000)


def test_a_member_whose_checksum_is_wrong_is_refused(tmp_path):
    data = packed(("ada__poisoning.ipynb", b"right"), GOOD, method=zipfile.ZIP_STORED)
    refused(tmp_path, "ada__poisoning.ipynb", data.replace(b"right", b"wrong"), "CRC")


def test_a_damaged_newer_copy_leaves_what_is_in_place(tmp_path):
    name = "ada__poisoning.ipynb"
    collected(tmp_path, packed((zipfile.ZipInfo(name, (2026, 3, 2, 0, 0, 0)), b"first")))
    newer = packed((zipfile.ZipInfo(name, (2026, 3, 3, 0, 0, 0)), b"right"), method=zipfile.ZIP_STORED)
    rows, files = collected(tmp_path, newer.replace(b"right", b"wrong"))
    assert str(rows[name].status) == "refused"
    assert files["course/submitted/ada/poisoning/poisoning.ipynb"] == b"first"


@pytest.mark.parametrize("cut", [1, 10, 22, 60, 100])
def test_a_truncated_archive_is_one_clear_error(tmp_path, cut):
    with pytest.raises(IntakeError, match="damaged"):
        collected(tmp_path, packed(GOOD)[:-cut])


def test_control_characters_do_not_reach_the_terminal(tmp_path):
    rows, _ = collected(
        tmp_path, packed(("ada\x1b]0;owned\x07__poisoning.ipynb", b"{}"), ("\u202ecod.txt", b""))
    )
    for row in rows.values():
        for text in (row.source, row.student, row.why, row.do):
            assert not [c for c in text if unicodedata.category(c)[0] == "C"]


@pytest.mark.parametrize("name", ["Jörg", "Οδυσσέας", "李"])
def test_a_name_in_utf8_is_read_as_such_though_its_flag_is_not_set(tmp_path, name):
    plain = "x" * len(name.encode())
    path = f"{name}_7_assignsubmission_file_/poisoning.ipynb"
    data = packed((f"{plain}_7_assignsubmission_file_/poisoning.ipynb", b"{}"))
    rows, files = collected(tmp_path, data.replace(plain.encode(), name.encode()))
    assert str(rows[path].status) == "new" and "course/submitted/7/poisoning/poisoning.ipynb" in files


def test_a_name_that_is_no_utf8_is_read_as_zip_has_always_done(tmp_path):
    data = packed(("xxx_7_assignsubmission_file_/poisoning.ipynb", b"{}")).replace(b"xxx", b"M\x81l")
    rows, _ = collected(tmp_path, data)
    assert str(rows["Mül_7_assignsubmission_file_/poisoning.ipynb"].status) == "new"


names = st.text(st.sampled_from("ab._-/\\:~ \0\x1b_") | st.characters(), max_size=30)
shaped = st.sampled_from(
    ["{}", "{}__poisoning.ipynb", "{}/poisoning/poisoning.ipynb", "{}_1_2_poisoning.ipynb", "ada__{}.ipynb",
     "{}_9_assignsubmission_file_/poisoning.ipynb", "{}.zip", "../{}__poisoning.ipynb"]
)  # fmt: skip


def raw(name):
    """A member of exactly this name: zipfile would cut it short at a zero byte."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    return info


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(shaped, names, st.binary(max_size=20)), max_size=5))
def test_no_name_writes_outside_the_tree(files):
    try:
        data = packed(*((raw(shape.format(name)), content) for shape, name, content in files))
    except ValueError:  # a name that no archive can hold
        return
    with tempfile.TemporaryDirectory() as folder:
        rows, _ = collected(Path(folder), data)
        for path in Path(folder).rglob("*.ipynb"):
            student, lesson, name = path.relative_to(Path(folder, "course/submitted")).parts
            assert lesson in LESSONS and name == f"{lesson}.ipynb" and student.isascii()
        for row in rows.values():
            assert (row.source + row.why + row.do).isprintable()


BASE = packed(
    ("ada__poisoning.ipynb", b"0123456789" * 9),
    ("grace.zip", packed(("privacy.ipynb", b"{}"))),
    ("Ada Lovelace_1_assignsubmission_file_/poisoning.ipynb", b"{}"),
    GOOD,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(BASE) - 1), st.integers(0, 255)), min_size=1, max_size=6), st.data()
)
def test_a_damaged_archive_gives_rows_or_one_clear_error(changes, data):
    damaged = bytearray(BASE)
    for position, value in changes:
        damaged[position] = value
    if data.draw(st.booleans()):
        del damaged[data.draw(st.integers(0, len(damaged))) :]
    with tempfile.TemporaryDirectory() as folder:
        try:
            collected(Path(folder), bytes(damaged))
        except IntakeError as error:
            assert error.what and error.where
