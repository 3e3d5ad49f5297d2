"""save_work and restore_work: what goes into the zip, what comes out of one, and that no work is lost."""

import errno
import io
import json
import os
import stat
import warnings
import zipfile
from pathlib import Path

import pytest
from learner_course import notebook

from autograder.learner import journal as journal_module
from autograder.learner import parcel, restore_work, save_work, work
from autograder.learner.desk import prepare
from autograder.learner.journal import Guess, Journal, Pages, Tried
from autograder.learner.panel import Plain

NOTEBOOK = "m1_sums/sums/sums.ipynb"
MINE, LATER = notebook("my answer"), notebook("my later answer")


@pytest.fixture
def folder(course, tmp_path, monkeypatch):
    """A learner's folder as it is on the first day; the notebook is open in it."""
    made = tmp_path / "work"
    prepare(made)
    monkeypatch.chdir(made / "m1_sums")
    return made


@pytest.fixture
def fresh(course, tmp_path):
    made = tmp_path / "fresh"
    prepare(made)
    return made


def names(data):
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def zipped(*members, **files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name twice is what is tested
        for name, data in [*members, *files.items()]:
            archive.writestr(name, data)
    return out.getvalue()


def passed(points=5.0, at="2026-01-02T00:00:00Z", **more):
    return Tried("passed", points, points, 2, 1, 1, passed=at, last=at, best=points, **more)


def keep(folder, **entries):
    Journal(folder / "progress.json").update(
        lambda pages: pages.exercises.update({name.replace("_", "."): one for name, one in entries.items()})
    )


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".aisec" not in path.parts
    }


def test_the_zip_holds_what_the_learner_changed_and_the_progress(folder):
    assert names(work.pack(folder)) == ["progress.json"]
    (folder / NOTEBOOK).write_text(MINE, "utf-8")
    (folder / "own notes.md").write_text("mine", "utf-8")
    (folder / "m1_sums/.ipynb_checkpoints").mkdir()
    (folder / "m1_sums/.ipynb_checkpoints/sums-checkpoint.ipynb").write_text("old", "utf-8")
    (folder / "data.csv").write_text("1,2", "utf-8")
    assert names(work.pack(folder)) == [NOTEBOOK, "own notes.md", "progress.json"]


def test_without_the_record_of_what_was_given_everything_goes_into_the_zip(folder):
    (folder / ".aisec/copied.json").unlink()
    assert len(names(work.pack(folder))) == 4


@pytest.mark.skipif(os.name != "posix", reason="makes a symbolic link")
def test_what_a_link_points_to_is_not_packed(folder, tmp_path):
    (tmp_path / "secret.md").write_text("secret", "utf-8")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / "folder").symlink_to(tmp_path, target_is_directory=True)
    assert names(work.pack(folder)) == ["progress.json"]


def test_work_too_large_for_a_zip_that_can_be_restored_is_refused_at_once(folder, monkeypatch):
    (folder / NOTEBOOK).write_text(MINE, "utf-8")
    monkeypatch.setattr(work, "TOTAL_BYTES", 100)
    with pytest.raises(Plain, match="Clear its outputs"):
        work.pack(folder)


def test_a_fresh_folder_gets_all_of_it_back(folder, fresh):
    (folder / NOTEBOOK).write_text(MINE, "utf-8")
    (folder / "own.ipynb").write_text(notebook("own"), "utf-8")
    (folder / "m1_sums/more/more.ipynb").unlink()
    keep(folder, sums_add=passed())
    Journal(folder / "progress.json").update(
        lambda pages: pages.predictions.update(
            {"sums.dial": Guess("Two", True, True, "2026-01-01T00:00:00Z")}
        )
    )
    done = work.unpack(work.pack(folder), fresh)
    assert (done.files, done.kept, done.refused, done.progress) == ([NOTEBOOK, "own.ipynb"], {}, {}, True)
    assert (fresh / NOTEBOOK).read_text("utf-8") == MINE
    assert Journal(fresh / "progress.json").read() == Journal(folder / "progress.json").read()
    assert done.lines()[0] == "Put back 2 files, and your progress: 1 exercise passed."


@pytest.fixture
def unreadable(monkeypatch):
    """`progress.json` cannot be read."""
    real = Path.read_text
    monkeypatch.setattr(journal_module, "PATIENCE", 0.02)

    def read_text(path, *args, **kwargs):
        if path.name == "progress.json":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, *args, **kwargs)

    return lambda: monkeypatch.setattr(Path, "read_text", read_text)


def test_no_zip_is_made_that_lacks_progress_which_cannot_be_read(folder, unreadable):
    keep(folder, sums_add=passed())
    unreadable()
    with pytest.raises(Plain, match=r"cannot be read just now \(Permission denied\)"):
        work.pack(folder)


def test_progress_that_cannot_be_merged_is_left_out_and_said(folder, fresh, unreadable):
    (folder / NOTEBOOK).write_text(MINE, "utf-8")
    keep(folder, sums_add=passed())
    data, before = work.pack(folder), (fresh / "progress.json").read_bytes()
    unreadable()
    done = work.unpack(data, fresh)
    assert done.files == [NOTEBOOK] and not done.progress
    assert "restore again later" in done.refused["progress.json"]
    assert (fresh / "progress.json").read_bytes() == before


def test_restoring_twice_changes_nothing(folder, fresh):
    (folder / NOTEBOOK).write_text(MINE, "utf-8")
    keep(folder, sums_add=passed())
    data = work.pack(folder)
    work.unpack(data, fresh)
    before = files(fresh)
    said = "No file had to be put back, and your progress: 1 exercise passed. 1 file was here already."
    assert work.unpack(data, fresh).lines()[0] == said
    assert files(fresh) == before


def test_work_that_is_here_is_kept_beside_and_said(folder, fresh):
    (folder / NOTEBOOK).write_text(MINE, "utf-8")
    data = work.pack(folder)
    (fresh / NOTEBOOK).write_text(LATER, "utf-8")
    done = work.unpack(data, fresh)
    beside = "m1_sums/sums/sums.before-restore.ipynb"
    assert done.kept == {NOTEBOOK: beside}
    assert f"{NOTEBOOK}: the one that was here is now {beside}." in done.lines()
    assert (fresh / NOTEBOOK).read_text("utf-8") == MINE
    assert (fresh / beside).read_text("utf-8") == LATER
    (fresh / NOTEBOOK).write_text(notebook("still later"), "utf-8")
    assert work.unpack(data, fresh).kept == {NOTEBOOK: "m1_sums/sums/sums.before-restore-2.ipynb"}
    assert (fresh / beside).read_text("utf-8") == LATER


def test_a_notebook_that_only_has_other_outputs_is_left_alone(folder, fresh):
    (folder / NOTEBOOK).write_text(MINE, "utf-8")
    document = json.loads(MINE)
    document["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "hi"}]
    (fresh / NOTEBOOK).write_text(json.dumps(document), "utf-8")
    before = files(fresh)[NOTEBOOK]
    assert work.unpack(work.pack(folder), fresh).files == []
    assert files(fresh)[NOTEBOOK] == before


@pytest.mark.parametrize(
    "name",
    [
        "../out.ipynb",
        "m1_sums/../../out.ipynb",
        "/tmp/out.ipynb",
        "C:/out.ipynb",
        "a\\b.ipynb",
        ".aisec/copied.json",
        ".aisec/config/note.md",
        ".ipython/startup.md",
        "m1_sums/sums/lesson.py",
        "sitecustomize.py",
        "other/progress.json",
        "con.ipynb",
        "a:b.ipynb",
        "a. /b.md",
        "n" * 300 + ".md",
    ],
)
def test_a_member_that_has_no_place_here_is_refused_and_the_rest_is_restored(fresh, name):
    before = files(fresh.parent)
    done = work.unpack(zipped((name, "evil"), ("fine.md", "mine")), fresh)
    assert done.files == ["fine.md"] and len(done.refused) == 1
    (fresh / "fine.md").unlink()
    assert files(fresh.parent) == before
    assert "Left out: " in done.lines()[-1]


def test_a_link_in_the_zip_is_refused(fresh):
    link = zipfile.ZipInfo("link.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "link" in work.unpack(zipped((link, "/etc/passwd")), fresh).refused["link.ipynb"]
    assert not (fresh / "link.ipynb").exists()


@pytest.mark.skipif(os.name != "posix", reason="makes a symbolic link")
def test_a_link_in_the_folder_leads_nothing_out_of_it(fresh, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (fresh / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert "elsewhere" in work.unpack(zipped(("linked/a.md", "x")), fresh).refused["linked/a.md"]
    assert not list((tmp_path / "elsewhere").iterdir())


def around(data, top, *more):
    """The zip `data` as a file manager packs it again: in the folder `top`, with files of its own."""
    inside = zipfile.ZipFile(io.BytesIO(data))
    return zipped(*((f"{top}/{name}", inside.read(name)) for name in inside.namelist()), *more)


@pytest.mark.parametrize(
    "top", ["aisec-work-2026-01-02", "aisec-work", "Downloads/my work/aisec-work", "m1_sums"]
)
@pytest.mark.parametrize("has_progress", [True, False])
def test_a_zip_as_finder_or_explorer_packs_it_again_is_the_same_work(folder, fresh, top, has_progress):
    (folder / NOTEBOOK).write_text(MINE, "utf-8")
    keep(folder, sums_add=passed())
    if not has_progress:
        (folder / "progress.json").unlink()
    data = around(
        work.pack(folder),
        top,
        (f"{top}/.DS_Store", b"\0\0\0\1Bud1"),
        (f"__MACOSX/{top}/._progress.json", b"\0\5\x16\7"),
        (f"__MACOSX/._{top}", b"\0\5\x16\7"),
        (f"{top}/desktop.ini", b"[.ShellClassInfo]"),
    )
    done = work.unpack(data, fresh)
    assert (done.refused, done.progress) == ({}, has_progress)
    if top != "m1_sums" or has_progress:  # else it is as if packed from within the learner's folder
        assert done.files == [NOTEBOOK] and (fresh / NOTEBOOK).read_text("utf-8") == MINE


def test_a_module_alone_in_a_zip_is_no_folder_around_everything(fresh):
    assert work.unpack(zipped((NOTEBOOK, MINE)), fresh).files == [NOTEBOOK]
    assert work.unpack(zipped((f"mine/{NOTEBOOK}", LATER)), fresh).files == [NOTEBOOK]
    assert work.unpack(zipped(("notes/a/b.md", "x")), fresh).files == ["notes/a/b.md"]


def test_a_zip_that_safari_unpacked_is_restored_from_its_folder(folder, fresh, tmp_path, monkeypatch, capsys):
    (folder / NOTEBOOK).write_text(MINE, "utf-8")
    keep(folder, sums_add=passed())
    unpacked = tmp_path / "Downloads" / "aisec-work-2026-01-02"
    zipfile.ZipFile(io.BytesIO(work.pack(folder))).extractall(unpacked)
    (unpacked / ".DS_Store").write_bytes(b"\0")
    (unpacked / "run.py").write_text("evil", "utf-8")
    if os.name == "posix":
        (unpacked / "link.md").symlink_to("/etc/passwd")
    monkeypatch.chdir(fresh)
    restore_work(unpacked)
    assert (fresh / NOTEBOOK).read_text("utf-8") == MINE
    assert not (fresh / "link.md").exists() and not (fresh / "run.py").exists()
    said = capsys.readouterr().out
    assert said.startswith("Put back 1 file, and your progress: 1 exercise passed. Left out: ")
    assert "run.py: it is no notebook and no sheet" in said


def test_what_happened_is_said_in_numbers(folder, fresh):
    (folder / NOTEBOOK).write_text(MINE, "utf-8")
    (folder / "a.md").write_text("a", "utf-8")
    keep(folder, sums_add=passed(), sums_total=passed(6.0))
    (fresh / NOTEBOOK).write_text(LATER, "utf-8")
    (fresh / "a.md").write_text("a", "utf-8")
    data = work.pack(folder)
    with zipfile.ZipFile(more := io.BytesIO(data), "a") as archive:
        archive.writestr("run.py", "x")
    assert work.unpack(more.getvalue(), fresh).lines()[0] == (
        "Put back 1 file, and your progress: 2 exercises passed. 1 file was here already. "
        "Of 1 file the version that was here is kept beside. Left out: 1."
    )


@pytest.mark.parametrize(
    ("kind", "said"), [(stat.S_IFIFO, "pipe"), (stat.S_IFCHR, "device"), (stat.S_IFSOCK, "socket")]
)
def test_a_member_that_is_no_file_is_refused_whatever_folder_is_around_it(fresh, kind, said):
    odd = zipfile.ZipInfo("work/odd.md")
    odd.external_attr = (kind | 0o644) << 16
    done = work.unpack(
        zipped((odd, ""), ("work/progress.json", Pages().to_json()), ("work/a.md", "x")), fresh
    )
    assert done.files == ["a.md"] and said in done.refused["work/odd.md"]


@pytest.mark.parametrize(
    "name", ["../a.md", "work/../../a.md", "work/.aisec/copied.json", "work/.ipython/a.md"]
)
def test_a_folder_around_everything_lets_no_member_out(fresh, name):
    before = files(fresh.parent)
    done = work.unpack(zipped((name, "evil"), ("work/progress.json", Pages().to_json())), fresh)
    assert not done.files and list(done.refused) == [name]
    assert {key: data for key, data in files(fresh.parent).items() if "progress" not in key} == {
        key: data for key, data in before.items() if "progress" not in key
    }


def test_a_member_that_inflates_beyond_measure_or_is_encrypted_is_refused(fresh):
    bomb = zipped(("bomb.md", b"0" * 60_000_000), ("fine.md", "x"))
    done = work.unpack(bomb, fresh)
    assert done.files == ["fine.md"] and "larger than 50 MB" in done.refused["bomb.md"]
    locked = bytearray(zipped(("locked.md", "x")))
    for at in (6, locked.index(b"PK\1\2") + 8):
        locked[at] |= 1
    assert "encrypted" in work.unpack(bytes(locked), fresh).refused["locked.md"]


def test_the_best_points_and_the_route_travel(folder, fresh):
    keep(folder, sums_add=Tried("failed", 1.0, 5.0, 4, 4, best=3.0, last="2026-01-05T00:00:00Z"))
    Journal(folder / "progress.json").update(lambda pages: setattr(pages, "route", "short"))
    keep(fresh, sums_add=Tried("partly", 2.0, 5.0, 1, 1, best=2.0, last="2026-01-06T00:00:00Z"))
    work.unpack(work.pack(folder), fresh)
    pages = Journal(fresh / "progress.json").read()
    assert (pages.exercises["sums.add"].held, pages.route) == (3.0, "short")


def test_a_name_that_is_there_twice_is_refused(fresh):
    done = work.unpack(zipped(("a.md", "one"), ("A.md", "two")), fresh)
    assert len(done.refused) == 2 and not done.files


def test_a_zip_that_inflates_is_stopped(fresh, monkeypatch):
    before = files(fresh)
    monkeypatch.setattr(parcel, "TOTAL_BYTES", 3_000_000)
    bomb = zipped(("a.md", b"0" * 2_000_000), ("b.md", b"0" * 2_000_000))
    with pytest.raises(Plain, match="unpacks to more than 3 MB"):
        work.unpack(bomb, fresh)
    assert files(fresh) == before


@pytest.mark.parametrize(
    "data",
    [b"", b"no zip", zipped(("a.md", "x"))[:-20], zipped(*((f"{i}.md", "") for i in range(2001)))],
    ids=["empty", "text", "cut off", "too many files"],  # a zip's bytes hold the time
)
def test_what_is_no_zip_of_work_is_refused_in_words(fresh, data):
    before = files(fresh)
    with pytest.raises(Plain, match=r"save_work\(\)"):
        work.unpack(data, fresh)
    assert files(fresh) == before


def test_damaged_progress_is_left_out_and_the_files_are_put_back(fresh):
    keep(fresh, sums_add=passed())
    done = work.unpack(zipped(("a.md", "x"), ("progress.json", "{")), fresh)
    assert (done.files, done.refused, done.progress) == (["a.md"], {"progress.json": "it is damaged"}, False)
    assert Journal(fresh / "progress.json").read().exercises["sums.add"].passed


def test_progress_of_a_newer_aisec_is_refused_before_anything_is_written(fresh):
    before = files(fresh)
    with pytest.raises(Plain, match="newer aisec"):
        work.unpack(zipped(("a.md", "x"), ("progress.json", '{"format": 99}')), fresh)
    assert files(fresh) == before


def test_of_each_exercise_the_better_verdict_is_kept_and_counts_never_shrink():
    mine = Pages(
        {
            "a": Tried("failed", 2.0, 5.0, 7, 7, 3, last="2026-02-02T00:00:00Z"),
            "b": passed(at="2026-02-01T00:00:00Z"),
            "here": passed(),
        }
    )
    theirs = Pages(
        {
            "a": passed(at="2026-01-02T00:00:00Z", solution="2026-01-03T00:00:00Z"),
            "b": passed(at="2026-01-01T00:00:00Z"),
            "there": passed(),
        }
    )
    work.merge(mine, theirs)
    a = mine.exercises["a"]
    assert (a.outcome, a.points, a.attempts, a.failed, a.hints) == ("passed", 5.0, 7, 7, 3)
    assert (a.passed, a.solution, a.last) == (
        "2026-01-02T00:00:00Z",
        "2026-01-03T00:00:00Z",
        "2026-02-02T00:00:00Z",
    )
    assert mine.exercises["b"].passed == "2026-01-01T00:00:00Z", "it first passed then"
    assert mine.exercises["here"].passed and mine.exercises["there"].passed


def test_of_each_prediction_the_first_guess_counts():
    early, late = (Guess(when, True, False, f"2026-0{month}") for month, when in enumerate("el", 1))
    mine = Pages(predictions={"a": late, "b": early})
    work.merge(mine, Pages(predictions={"a": early, "b": late, "c": late}))
    assert mine.predictions == {"a": early, "b": early, "c": late}


def test_in_a_terminal_both_work_with_a_file(folder, fresh, monkeypatch, capsys):
    (folder / NOTEBOOK).write_text(MINE, "utf-8")
    save_work("../mine.zip")
    out = capsys.readouterr().out
    assert out.startswith("Saved as ../mine.zip.\nm1_sums/sums/sums.ipynb, saved ") and "your progress" in out
    monkeypatch.chdir(fresh / "m1_sums")
    restore_work(folder / "mine.zip")
    assert "Put back 1 file, and your progress: 0 exercises passed." in capsys.readouterr().out
    with pytest.raises(Plain, match=r"cannot read nope\.zip"):
        restore_work("nope.zip")
    with pytest.raises(Plain, match="cannot write"):
        save_work("no/such/folder.zip")


def test_without_a_kernel_the_calls_say_how(capsys):
    save_work()
    restore_work()
    assert 'save_work("my-work.zip")' in (out := capsys.readouterr().out)
    assert 'restore_work("my-work.zip")' in out


# -- the panel's other end -----------------------------------------------------------------------------


@pytest.fixture
def answers(monkeypatch):
    from autograder.learner.keeper import Keeper

    sent = []
    monkeypatch.setattr(Keeper, "send", lambda _, content, buffers=None: sent.append((content, buffers)))
    return sent


def test_the_save_button_gets_the_zip_its_name_and_what_is_in_it(folder, answers):
    from autograder.learner.keeper import Keeper

    (folder / NOTEBOOK).write_text(MINE, "utf-8")
    Keeper("save")._receive(None, {"ask": 7, "task": "save"}, [])
    ((content, (data,)),) = answers
    assert content["ask"] == 7 and content["name"].startswith("aisec-work-20")
    assert NOTEBOOK in content["html"] and names(data) == [NOTEBOOK, "progress.json"]


def test_a_zip_comes_in_parts_and_is_restored_with_the_last_one(folder, fresh, answers, monkeypatch):
    from autograder.learner.keeper import Keeper

    (folder / NOTEBOOK).write_text(MINE, "utf-8")
    data = work.pack(folder)
    monkeypatch.chdir(fresh)
    panel = Keeper("restore")
    panel._receive(None, {"ask": 1, "task": "restore", "part": 0, "last": True}, [b"an earlier attempt"])
    assert "not a zip archive" in answers.pop()[0]["status"]
    for _ in range(2):  # an attempt that broke off, and a new one
        panel._receive(
            None, {"ask": 2, "task": "restore", "part": 0, "last": False}, [memoryview(data[:100])]
        )
    assert (fresh / NOTEBOOK).read_text("utf-8") != MINE
    panel._receive(None, {"ask": 3, "task": "restore", "part": 1, "last": True}, [memoryview(data[100:])])
    assert answers[-1][0]["files"] == [NOTEBOOK]
    assert (fresh / NOTEBOOK).read_text("utf-8") == MINE


def test_an_odd_message_is_answered_and_does_nothing(folder, answers):
    from autograder.learner.keeper import Keeper

    before = files(folder)
    for content in ({}, {"task": "format"}, {"ask": 1, "task": "restore"}):
        Keeper("save")._receive(None, content, [])
    assert [content.get("status") for content, _ in answers] == [None] * 3
    assert files(folder) == before
