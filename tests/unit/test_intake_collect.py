import multiprocessing
import os
import shutil
import stat
import zipfile
from datetime import UTC, datetime

import pytest

from autograder.errors import IntakeError
from autograder.intake.collect import collect
from autograder.intake.folder import files
from autograder.intake.piece import IntakeLimits
from autograder.intake.roster import read_roster

LESSONS = ["poisoning", "privacy"]
MONDAY, TUESDAY = (2026, 3, 2, 10, 0, 0), (2026, 3, 3, 10, 0, 0)


@pytest.fixture
def submitted(tmp_path):
    return tmp_path / "course" / "submitted"


def zipped(path, files, when=MONDAY):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, when), data)
    return path


def folder(path, files, when=MONDAY):
    for name, data in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        os.utime(target, (datetime(*when, tzinfo=UTC).timestamp(),) * 2)
    return path


def statuses(rows):
    return {row.source: str(row.status) for row in rows}


def tree(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


FILES = {
    "ada__poisoning.ipynb": b"{1}",
    "grace__privacy.ipynb": b"{2}",
    "week 3/s01__poisoning.ipynb": b"{3}",
}


@pytest.mark.parametrize(
    "pack", [lambda path: folder(path, FILES), lambda path: zipped(path.with_suffix(".zip"), FILES)]
)
def test_a_folder_and_a_zip_give_the_tree_that_nbgrader_grades(tmp_path, submitted, pack):
    rows = collect(pack(tmp_path / "source"), submitted, LESSONS)
    assert [(row.student, row.lesson, str(row.status)) for row in rows] == [
        ("ada", "poisoning", "new"),
        ("grace", "privacy", "new"),
        ("s01", "poisoning", "new"),
    ]
    files = tree(submitted)
    assert {name for name in files if not name.endswith("timestamp.txt")} == {
        "ada/poisoning/poisoning.ipynb",
        "grace/privacy/privacy.ipynb",
        "s01/poisoning/poisoning.ipynb",
    }
    assert files["s01/poisoning/poisoning.ipynb"] == b"{3}"


def test_the_time_stamp_is_the_files_in_the_form_that_nbgrader_writes(tmp_path, submitted):
    collect(folder(tmp_path / "in", {"ada__poisoning.ipynb": b"{}"}), submitted, LESSONS)
    assert tree(submitted)["ada/poisoning/timestamp.txt"] == b"2026-03-02 10:00:00.000000 UTC"


def test_an_archives_own_utc_time_comes_before_its_local_time(tmp_path, submitted):
    info = zipfile.ZipInfo("ada__poisoning.ipynb", TUESDAY)
    info.extra = b"UT\x05\x00\x01" + int(datetime(*MONDAY, tzinfo=UTC).timestamp()).to_bytes(4, "little")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr(info, b"{}")
    (row,) = collect(tmp_path / "in.zip", submitted, LESSONS)
    assert row.time == datetime(*MONDAY, tzinfo=UTC)


def test_a_member_without_a_time_has_the_archives(tmp_path, submitted):
    source = zipped(tmp_path / "in.zip", {"ada__poisoning.ipynb": b"{}"}, (1980, 1, 1, 0, 0, 0))
    os.utime(source, (datetime(*TUESDAY, tzinfo=UTC).timestamp(),) * 2)
    (row,) = collect(source, submitted, LESSONS)
    assert row.time == datetime(*TUESDAY, tzinfo=UTC)


def test_a_learners_archive_has_the_channels_time_not_its_own(tmp_path, submitted):
    work = zipped(tmp_path / "work.zip", {"deep/poisoning.ipynb": b"{}"}, (2031, 1, 1, 0, 0, 0))
    source = folder(tmp_path / "in", {"ada.zip": work.read_bytes()})
    (row,) = collect(source, submitted, LESSONS)
    assert (row.student, row.shape, row.time) == ("ada", "named zip", datetime(*MONDAY, tzinfo=UTC))
    assert tree(submitted)["ada/poisoning/poisoning.ipynb"] == b"{}"


def test_notebooks_of_one_lesson_belong_together_and_each_is_replaced_by_itself(tmp_path, submitted):
    lessons = {"ps2": ("Problem 1", "Problem 2")}
    first = {"submitted/ada/ps2/Problem 1.ipynb": b"1", "submitted/ada/ps2/Problem 2.ipynb": b"2"}
    collect(folder(tmp_path / "in", first), submitted, lessons)
    collect(folder(tmp_path / "later", {"ada__Problem 2.ipynb": b"22"}, TUESDAY), submitted, lessons)
    between = folder(tmp_path / "between", {"ada__Problem 1.ipynb": b"11"}, (2026, 3, 2, 23, 0, 0))
    (row,) = collect(between, submitted, lessons)
    assert str(row.status) == "replaces"
    assert {name: data[:20] for name, data in tree(submitted).items()} == {
        "ada/ps2/Problem 1.ipynb": b"11",
        "ada/ps2/Problem 2.ipynb": b"22",
        "ada/ps2/timestamp.txt": b"2026-03-03 10:00:00.",
    }
    assert set(statuses(collect(submitted, submitted, lessons)).values()) == {"same", "ignored"}


def test_one_notebook_can_be_collected_alone(tmp_path, submitted):
    source = folder(tmp_path, {"ada__poisoning.ipynb": b"{}"}) / "ada__poisoning.ipynb"
    assert [str(row.status) for row in collect(source, submitted, LESSONS)] == ["new"]


def test_collecting_again_changes_nothing(tmp_path, submitted):
    source = folder(tmp_path / "in", FILES)
    collect(source, submitted, LESSONS)
    before = tree(submitted)
    assert set(statuses(collect(source, submitted, LESSONS)).values()) == {"same"}
    assert tree(submitted) == before
    assert set(statuses(collect(submitted, submitted, LESSONS)).values()) == {"same", "ignored"}
    assert tree(submitted) == before


def test_the_same_notebook_later_keeps_the_first_time(tmp_path, submitted):
    name = "ada__poisoning.ipynb"
    collect(folder(tmp_path / "in", {name: b"{}"}), submitted, LESSONS)
    collect(folder(tmp_path / "in", {name: b"{}"}, TUESDAY), submitted, LESSONS)
    assert tree(submitted)["ada/poisoning/timestamp.txt"].startswith(b"2026-03-02 ")


def test_a_newer_submission_replaces_and_an_older_one_does_not(tmp_path, submitted):
    name = "ada__poisoning.ipynb"
    old = folder(tmp_path / "old", {name: b"old"})
    new = folder(tmp_path / "new", {name: b"new"}, TUESDAY)
    collect(old, submitted, LESSONS)
    (row,) = collect(new, submitted, LESSONS)
    assert (str(row.status), row.why) == ("replaces", "the one of 2026-03-02 10:00:00 UTC")
    (row,) = collect(old, submitted, LESSONS)
    assert (str(row.status), row.why) == ("older", "the one in place is of 2026-03-03 10:00:00 UTC")
    assert tree(submitted)["ada/poisoning/poisoning.ipynb"] == b"new"
    assert tree(submitted)["ada/poisoning/timestamp.txt"].startswith(b"2026-03-03 ")
    (row,) = collect(old, submitted, LESSONS, replace=True)
    assert str(row.status) == "replaces"
    assert tree(submitted)["ada/poisoning/poisoning.ipynb"] == b"old"
    assert tree(submitted)["ada/poisoning/timestamp.txt"].startswith(b"2026-03-02 ")


def test_of_several_copies_the_newest_is_kept_then_the_highest_number(tmp_path, submitted):
    source = folder(tmp_path / "in", {"ada__poisoning-2.ipynb": b"2", "ada__poisoning (9).ipynb": b"9"})
    folder(source, {"ada__poisoning.ipynb": b"newest", "s01__privacy.ipynb": b"0"}, TUESDAY)
    folder(source, {"s01__privacy-10.ipynb": b"10", "s01__privacy (9).ipynb": b"9"}, TUESDAY)
    assert statuses(collect(source, submitted, LESSONS)) == {
        "ada__poisoning.ipynb": "new",
        "ada__poisoning-2.ipynb": "older",
        "ada__poisoning (9).ipynb": "older",
        "s01__privacy.ipynb": "older",
        "s01__privacy (9).ipynb": "older",
        "s01__privacy-10.ipynb": "new",
    }
    assert tree(submitted)["ada/poisoning/poisoning.ipynb"] == b"newest"
    assert tree(submitted)["s01/privacy/privacy.ipynb"] == b"10"


@pytest.mark.parametrize(
    "copy", ["-Copy1", " - Copy", " copy", " (1)", "[1]", ".new", ".before-restore", ".before-restore-2"]
)
def test_of_a_learners_archive_the_plain_name_counts(tmp_path, submitted, copy):
    work = {f"poisoning{copy}.ipynb": b"spare", "poisoning.ipynb": b"plain"}
    source = folder(tmp_path / "in", {"ada.zip": zipped(tmp_path / "work.zip", work).read_bytes()})
    rows = statuses(collect(source, submitted, LESSONS))
    assert rows == {"ada.zip → poisoning.ipynb": "new", f"ada.zip → poisoning{copy}.ipynb": "older"}
    assert tree(submitted)["ada/poisoning/poisoning.ipynb"] == b"plain"


def test_a_file_that_the_course_put_beside_never_wins_however_new_it_is(tmp_path, submitted):
    source = folder(tmp_path / "in", {"ada__poisoning.ipynb": b"work"})
    folder(source, {"ada__poisoning.new.ipynb": b"stub"}, TUESDAY)
    rows = collect(source, submitted, LESSONS)
    assert tree(submitted)["ada/poisoning/poisoning.ipynb"] == b"work"
    assert "the course put it beside ada__poisoning.ipynb" in rows[1].why


def test_two_tools_copies_of_one_time_are_refused_with_both_names(tmp_path, submitted):
    files = {"ada__poisoning-Copy1.ipynb": b"1", "ada__poisoning copy.ipynb": b"2"}
    rows = collect(folder(tmp_path / "in", files), submitted, LESSONS)
    assert {str(row.status) for row in rows} == {"refused"} and not submitted.exists()
    assert all("poisoning-Copy1" in row.why and "poisoning copy" in row.why for row in rows)
    same = folder(tmp_path / "same", dict.fromkeys(files, b"1"))
    assert sorted(statuses(collect(same, submitted, LESSONS)).values()) == ["new", "older"]


def test_a_tree_that_nbgrader_collected_is_respected(tmp_path, submitted):
    folder(submitted, {"ada/poisoning/poisoning.ipynb": b"theirs"}, TUESDAY)
    (submitted / "ada/poisoning/timestamp.txt").write_text("2026-03-02 09:00:00 UTC\n")
    (row,) = collect(folder(tmp_path / "in", {"ada__poisoning.ipynb": b"ours"}), submitted, LESSONS)
    assert (str(row.status), row.why) == ("replaces", "the one of 2026-03-02 09:00:00 UTC")


@pytest.mark.parametrize(
    "files",
    [
        {"Ada__poisoning.ipynb": b"1", "week/ada__privacy.ipynb": b"2"},
        {"lovelaceada_1_8_poisoning.ipynb": b"1", "lovelaceada_2_9_privacy.ipynb": b"2"},
        {"lovelaceada_1_8_poisoning.ipynb": b"1", "lovelaceada__poisoning.ipynb": b"2"},
    ],
)
def test_two_people_who_come_to_one_id_are_both_refused(tmp_path, submitted, files):
    rows = collect(folder(tmp_path / "in", {**files, "s01__poisoning.ipynb": b"3"}), submitted, LESSONS)
    refused = [row for row in rows if str(row.status) == "refused"]
    assert len(refused) == 2 and all("same student id" in row.why and "roster" in row.do for row in refused)
    assert set(tree(submitted)) == {"s01/poisoning/poisoning.ipynb", "s01/poisoning/timestamp.txt"}


def test_two_people_of_one_name_are_refused_though_the_roster_has_the_name(tmp_path, submitted):
    (tmp_path / "roster.csv").write_text("id,name,moodle\nada,Ada Lovelace,\n")
    roster = read_roster(tmp_path / "roster.csv")
    names = [f"Ada Lovelace_{number}_assignsubmission_file_" for number in (1, 2)]
    source = folder(tmp_path / "in", {f"{name}/poisoning.ipynb": name.encode() for name in names})
    assert set(statuses(collect(source, submitted, LESSONS, roster=roster)).values()) == {"refused"}
    (tmp_path / "roster.csv").write_text("id,name,moodle\nada,Ada Lovelace,1\nada2,Ada Lovelace,2\n")
    rows = collect(source, submitted, LESSONS, roster=read_roster(tmp_path / "roster.csv"))
    assert [(row.student, str(row.status)) for row in rows] == [("ada", "new"), ("ada2", "new")]


def test_moodles_number_may_differ_from_lesson_to_lesson(tmp_path, submitted):
    (tmp_path / "roster.csv").write_text("id,name\nada,Ada Lovelace\n")
    source = folder(
        tmp_path / "in",
        {
            "Ada Lovelace_1_assignsubmission_file_/poisoning.ipynb": b"1",
            "Ada Lovelace_2_assignsubmission_file_/privacy.ipynb": b"2",
        },
    )
    rows = collect(source, submitted, LESSONS, roster=read_roster(tmp_path / "roster.csv"))
    assert [(row.lesson, str(row.status)) for row in rows] == [("poisoning", "new"), ("privacy", "new")]


def test_somebody_who_is_not_in_the_roster_is_reported_and_not_collected(tmp_path, submitted):
    (tmp_path / "roster.csv").write_text("id\nada\n")
    source = folder(tmp_path / "in", {"ada__poisoning.ipynb": b"1", "eve__poisoning.ipynb": b"2"})
    rows = collect(source, submitted, LESSONS, roster=read_roster(tmp_path / "roster.csv"))
    assert statuses(rows) == {"ada__poisoning.ipynb": "new", "eve__poisoning.ipynb": "refused"}
    assert "not in the roster" in rows[0].why and "roster.csv" in rows[0].why


def test_other_files_are_ignored_and_other_archives_are_not_passed_over(tmp_path, submitted):
    files = {"data.csv": b"", "ada/poisoning/timestamp.txt": b"2099-01-01 00:00:00 UTC", "eve.rar": b"Rar!"}
    debris = {
        ".DS_Store": b"",
        "__MACOSX/._ada__poisoning.ipynb": b"",
        ".ipynb_checkpoints/ada__poisoning.ipynb": b"",
    }
    assert statuses(collect(folder(tmp_path / "in", {**files, **debris}), submitted, LESSONS)) == {
        ".DS_Store": "ignored",
        "data.csv": "ignored",
        "ada/poisoning/timestamp.txt": "ignored",
        "eve.rar": "refused",
    }


NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.mark.parametrize(
    "name",
    [
        "ada__poisoning.ipynb.json",
        "ada__poisoning.ipynb.txt",
        "ada__poisoning.json",
        "ada__poisoning (1).ipynb.txt",
        "lovelaceada_1_2_poisoning.json",
        "ada/poisoning/poisoning.ipynb.json",
    ],
)
def test_a_notebook_under_a_wrong_suffix_is_taken_with_a_note(tmp_path, submitted, name):
    (row,) = collect(folder(tmp_path / "in", {name: NOTEBOOK}), submitted, LESSONS)
    assert str(row.status) == "new" and "a notebook, though its name ends in" in row.why
    assert tree(submitted)[f"{row.student}/poisoning/poisoning.ipynb"] == NOTEBOOK


@pytest.mark.parametrize("suffix", ["py", "html", "pdf", "docx", "json", "ipynb.txt"])
@pytest.mark.parametrize("name", ["ada__poisoning", "ada_1_2_poisoning", "ada/poisoning/poisoning"])
def test_a_learners_file_that_is_no_notebook_is_refused_by_name(tmp_path, submitted, name, suffix):
    (row,) = collect(folder(tmp_path / "in", {f"{name}.{suffix}": b"{}"}), submitted, LESSONS)
    assert (str(row.status), row.student) == ("refused", "ada")
    assert row.why == "not a notebook" and ".ipynb" in row.do


def test_a_file_beside_the_same_learners_notebook_has_a_row_and_refuses_nothing(tmp_path, submitted):
    files = {"ada__poisoning.ipynb": b"{}", "ada__report.pdf": b"%PDF"}
    rows = collect(folder(tmp_path / "in", files), submitted, LESSONS)
    assert statuses(rows) == {"ada__poisoning.ipynb": "new", "ada__report.pdf": "left out"}


def test_somebody_elses_notebook_does_not_hide_that_one_is_missing(tmp_path, submitted):
    files = {"ada__poisoning.ipynb": b"{}", "grace__poisoning.html": b"<html>"}
    rows = collect(folder(tmp_path / "in", files), submitted, LESSONS)
    assert statuses(rows)["grace__poisoning.html"] == "refused"


PY = b"def area(r): ..."


@pytest.mark.parametrize(
    ("files", "laid"),
    [
        ({"ada/poisoning/poisoning.ipynb": b"{}", "ada/poisoning/shapes.py": PY}, ["shapes.py"]),
        ({"ada__poisoning.ipynb": b"{}", "ada__shapes.py": PY}, ["shapes.py"]),
        ({"ada_1_2_poisoning.ipynb": b"{}", "ada_1_3_shapes-1.py": PY}, ["shapes.py"]),
        (
            {
                "Ada_1_assignsubmission_file_/poisoning.ipynb": b"{}",
                "Ada_1_assignsubmission_file_/data/x.csv": PY,
            },
            ["data/x.csv"],
        ),
        (
            {"ada.zip": {"w/poisoning.ipynb": b"{}", "w/shapes.py": PY, "w/a/b.json": PY}},
            ["a/b.json", "shapes.py"],
        ),
    ],
)
def test_a_learners_own_file_goes_along_with_the_notebook_beside_it(tmp_path, submitted, files, laid):
    for name, content in files.items():
        if isinstance(content, dict):
            files = {**files, name: zipped(tmp_path / "work.zip", content).read_bytes()}
    rows = collect(folder(tmp_path / "in", files), submitted, LESSONS)
    assert [str(row.status) for row in rows].count("beside") == len(laid)
    (place,) = submitted.glob("*/poisoning")
    found = tree(place)
    assert sorted(found.keys() - {"poisoning.ipynb", "timestamp.txt", "lateness.txt"}) == laid
    assert all(found[name] == PY for name in laid)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("report.pdf", "a file .pdf is not laid"),
        ("lib.so", "a file .so is not laid"),
        ("autograder.py", "grading uses itself"),
        ("course/x.py", "grading uses itself"),
        ("a:b.py", "not every system allows"),
        ("../shapes.py", "no notebook that was taken lies beside it"),
    ],
)
def test_a_file_that_does_not_go_along_is_said_and_refuses_nothing(tmp_path, submitted, name, why):
    inner = {"w/poisoning.ipynb": b"{}", name.replace("../", "v/") if ".." in name else f"w/{name}": PY}
    source = folder(tmp_path / "in", {"ada.zip": zipped(tmp_path / "work.zip", inner).read_bytes()})
    rows = collect(source, submitted, LESSONS)
    assert sorted(str(row.status) for row in rows) == ["left out", "new"]
    assert why in " ".join(row.why for row in rows)
    assert set(tree(submitted / "ada")) == {"poisoning/poisoning.ipynb", "poisoning/timestamp.txt"}


def test_a_file_beside_never_takes_a_place_of_ours(tmp_path, submitted):
    names = ["timestamp.txt", "lateness.txt", "progress.json", ".hidden.py", "x.ipynb/y.py"]
    inner = {"poisoning.ipynb": b"{}", **dict.fromkeys(names, b"2099-01-01 00:00:00 UTC")}
    source = folder(tmp_path / "in", {"ada.zip": zipped(tmp_path / "work.zip", inner).read_bytes()})
    collect(source, submitted, LESSONS)
    assert tree(submitted)["ada/poisoning/timestamp.txt"].startswith(b"2026-03-02")
    assert len(tree(submitted)) == 2


def test_one_learners_file_never_lies_beside_anothers_notebook(tmp_path, submitted):
    files = {"ada__poisoning.ipynb": b"{}", "bob__shapes.py": PY, "bob__privacy.ipynb": b"{}"}
    collect(folder(tmp_path / "in", files), submitted, LESSONS)
    assert "bob/privacy/shapes.py" in tree(submitted) and "ada/poisoning/shapes.py" not in tree(submitted)


def test_a_changed_file_beside_the_same_notebook_is_a_new_hand_in(tmp_path, submitted):
    collect(folder(tmp_path / "in", {"ada__poisoning.ipynb": b"{}", "ada__a.py": b"1"}), submitted, LESSONS)
    later = folder(tmp_path / "later", {"ada__poisoning.ipynb": b"{}", "ada__b.py": b"2"}, TUESDAY)
    assert "replaces" in statuses(collect(later, submitted, LESSONS)).values()
    assert set(tree(submitted / "ada/poisoning")) == {"poisoning.ipynb", "timestamp.txt", "b.py"}
    assert set(statuses(collect(later, submitted, LESSONS)).values()) == {"same", "beside"}


@pytest.mark.skipif(os.name != "posix", reason="makes links")
def test_a_file_beside_is_not_written_through_a_link(tmp_path, submitted):
    (tmp_path / "outside").mkdir()
    (submitted / "ada/poisoning").mkdir(parents=True)
    (submitted / "ada/poisoning/data").symlink_to(tmp_path / "outside")
    inner = {"poisoning.ipynb": b"{}", "data/x.csv": PY}
    source = folder(tmp_path / "in", {"ada.zip": zipped(tmp_path / "work.zip", inner).read_bytes()})
    assert "refused" in statuses(collect(source, submitted, LESSONS)).values()
    assert not tree(tmp_path / "outside")


def test_what_platforms_and_systems_leave_is_nobodys(tmp_path, submitted):
    files = {"desktop.ini", "Thumbs.db", "index.html", "ada/poisoning/Thumbs.db", "img/logo/logo.png"}
    rows = collect(folder(tmp_path / "in", dict.fromkeys(files, b"")), submitted, LESSONS)
    assert set(statuses(rows).values()) == {"ignored"}


def test_a_disk_that_is_full_leaves_the_earlier_submission_as_it_was(tmp_path, submitted, monkeypatch):
    name = "ada__poisoning.ipynb"
    collect(folder(tmp_path / "old", {name: b"old"}), submitted, LESSONS)
    before, new = tree(submitted), folder(tmp_path / "new", {name: b"new"}, TUESDAY)
    full = OSError(28, "No space left on device")

    for target in ("os.utime", "os.replace"):
        with monkeypatch.context() as patch:
            patch.setattr(target, lambda *_: (_ for _ in ()).throw(full))
            (row,) = collect(new, submitted, LESSONS)
        assert str(row.status) == "refused" and "No space left" in row.why and "collect again" in row.do
        assert tree(submitted) == before
    assert [str(row.status) for row in collect(new, submitted, LESSONS)] == ["replaces"]


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
@pytest.mark.parametrize("step", ["fsync", "replace", "unlink"])
def test_at_whatever_step_it_is_killed_collecting_again_gives_the_same_tree(tmp_path, submitted, step):
    """The first hand-in is from Canvas and has a file of its own; the second has another, and a time."""
    first = {"ada_LATE_1_2_poisoning.ipynb": b"1", "ada_LATE_1_3_shapes.py": PY}
    second = folder(tmp_path / "2", {"ada__poisoning.ipynb": b"2", "ada__data.csv": PY}, TUESDAY)

    def dying(number):
        real, calls = getattr(os, step), iter(range(1000))

        def dies(*args, **more):
            if next(calls) == number:
                os._exit(9)
            return real(*args, **more)

        setattr(os, step, dies)
        collect(second, submitted, LESSONS)

    for number in range(1000):
        shutil.rmtree(submitted, ignore_errors=True)
        collect(folder(tmp_path / "1", first), submitted, LESSONS)
        run = multiprocessing.get_context("fork").Process(target=dying, args=(number,))
        run.start()
        run.join()
        collect(second, submitted, LESSONS)
        assert tree(submitted / "ada") == {
            "poisoning/poisoning.ipynb": b"2",
            "poisoning/data.csv": PY,
            "poisoning/timestamp.txt": b"2026-03-03 10:00:00.000000 UTC",
        }
        if run.exitcode == 0:
            break
    assert number > 1


def test_a_notebook_that_grew_after_it_was_seen_is_refused(tmp_path):
    path = folder(tmp_path, {"ada__poisoning.ipynb": b"{}"}) / "ada__poisoning.ipynb"
    (piece,) = files(path, IntakeLimits(notebook_bytes=100))
    path.write_bytes(bytes(101))
    with pytest.raises(IntakeError, match="larger than"):
        piece.read()


posix = pytest.mark.skipif(os.name != "posix", reason="makes links and pipes as POSIX does")


@posix
@pytest.mark.parametrize(
    "at", ["", "ada", "ada/poisoning", "ada/poisoning/poisoning.ipynb", "ada/poisoning/timestamp.txt"]
)
def test_nothing_is_written_through_a_link(tmp_path, submitted, at):
    outside = tmp_path / "outside"
    outside.mkdir()
    link = submitted / at
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside / "file.txt" if "." in at else outside)
    (row,) = collect(folder(tmp_path / "in", {"ada__poisoning.ipynb": b"{}"}), submitted, LESSONS)
    assert str(row.status) == "refused" and "link is in the way" in row.why
    assert not tree(outside)


@posix
def test_links_and_pipes_in_a_folder_are_refused_and_not_followed(tmp_path, submitted):
    (tmp_path / "secret").write_text("secret")
    source = folder(tmp_path / "in", {"s01__poisoning.ipynb": b"{}"})
    (source / "ada__poisoning.ipynb").symlink_to(tmp_path / "secret")
    (source / "all").symlink_to(tmp_path)
    os.mkfifo(source / "eve__poisoning.ipynb")
    rows = collect(source, submitted, LESSONS)
    assert statuses(rows) == {
        "ada__poisoning.ipynb": "refused",
        "all": "refused",
        "eve__poisoning.ipynb": "refused",
        "s01__poisoning.ipynb": "new",
    }


@posix
def test_a_file_that_turns_into_a_link_after_it_was_seen_is_not_followed(tmp_path, submitted, monkeypatch):
    (tmp_path / "secret").write_text("secret")
    path = folder(tmp_path / "in", {"ada__poisoning.ipynb": b"{}"}) / "ada__poisoning.ipynb"
    honest = os.open

    def swapped(name, flags, *rest, **more):
        if os.fspath(name) == str(path):
            path.unlink()
            path.symlink_to(tmp_path / "secret")
        return honest(name, flags, *rest, **more)

    monkeypatch.setattr("os.open", swapped)
    (row,) = collect(path.parent, submitted, LESSONS)
    assert str(row.status) == "refused" and not submitted.exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_file_that_may_not_be_read_is_a_row(tmp_path, submitted):
    source = folder(tmp_path / "in", {"ada__poisoning.ipynb": b"{}", "s01__poisoning.ipynb": b"{}"})
    (source / "ada__poisoning.ipynb").chmod(0)
    assert sorted(statuses(collect(source, submitted, LESSONS)).values()) == ["new", "refused"]


def test_a_folder_that_may_not_be_listed_is_a_row(tmp_path, submitted, monkeypatch):
    source = folder(tmp_path / "in", {"ada__poisoning.ipynb": b"{}", "closed/s01__poisoning.ipynb": b"{}"})
    honest = type(source).iterdir

    def refusing(path):
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return honest(path)

    monkeypatch.setattr(type(source), "iterdir", refusing)
    assert statuses(collect(source, submitted, LESSONS)) == {
        "ada__poisoning.ipynb": "new",
        "closed": "refused",
    }


@pytest.mark.parametrize("name", ["none", "none.zip", "notes.txt", "text.zip", "empty.zip"])
def test_a_source_that_cannot_be_read_at_all_is_one_clear_error(tmp_path, submitted, name):
    for real in ("notes.txt", "text.zip"):
        (tmp_path / real).write_text("not a zip")
    (tmp_path / "empty.zip").write_bytes(b"")
    with pytest.raises(IntakeError) as caught:
        collect(tmp_path / name, submitted, LESSONS)
    assert name in caught.value.where and not submitted.exists()


@posix
def test_a_collected_notebook_can_be_read_by_whom_the_mask_allows(tmp_path, submitted):
    mask = os.umask(0o027)
    try:
        collect(folder(tmp_path / "in", {"ada__poisoning.ipynb": b"{}"}), submitted, LESSONS)
    finally:
        os.umask(mask)
    assert stat.S_IMODE((submitted / "ada/poisoning/poisoning.ipynb").stat().st_mode) == 0o640
