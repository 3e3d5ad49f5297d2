"""Files are written whole or not at all, whatever goes wrong on the way."""

import errno
import multiprocessing
import os
import re
import signal
import stat
import threading
from pathlib import Path

import pytest

from autograder import files

STEPS = ("open", "fsync", "replace")


@pytest.fixture
def path(tmp_path):
    """A file with the old text in it."""
    found = tmp_path / "folder" / "file.json"
    files.write(found, "old")
    return found


@pytest.mark.parametrize("data", ["new\r\nlines\nß", b"\x00\xff", "", "x" * 3_000_000])
def test_what_is_written_is_there_byte_for_byte(path, data):
    assert files.write(path, data) == path
    assert path.read_bytes() == (data.encode("utf-8") if isinstance(data, str) else data)
    assert os.listdir(path.parent) == ["file.json"]


def test_missing_folders_are_made(tmp_path):
    assert files.write(tmp_path / "a/b/c.txt", "c").read_text() == "c"


def test_a_file_for_its_owner_is_never_readable_by_others(tmp_path, monkeypatch):
    seen = []
    real = os.replace
    monkeypatch.setattr(os, "replace", lambda old, new: (seen.append(os.stat(old).st_mode), real(old, new)))
    files.write(tmp_path / "secret", "s", mode=0o600)
    assert [stat.S_IMODE(mode) for mode in seen] == [0o600]
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_link_is_replaced_and_not_followed(path, tmp_path):
    other = tmp_path / "other"
    other.write_text("theirs")
    path.unlink()
    path.symlink_to(other)
    files.write(path, "ours")
    assert other.read_text() == "theirs" and not path.is_symlink() and path.read_text() == "ours"


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_what_was_there_is_there_still_when_a_step_fails(path, monkeypatch, step, error):
    def fails(*args):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(os, step, fails)
        with pytest.raises(type(error)):
            files.write(path, "new")
    assert path.read_text() == "old" and os.listdir(path.parent) == ["file.json"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_a_process_that_is_killed_leaves_the_old_file_or_the_new(path, step, after):
    def write():
        real = getattr(os, step)

        def dies(*args):
            if after:
                real(*args)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(os, step, dies)
        files.write(path, "new")

    run = multiprocessing.get_context("fork").Process(target=write)
    run.start()
    run.join()
    assert run.exitcode == -signal.SIGKILL
    assert path.read_text() == ("new" if (step, after) == ("replace", True) else "old")
    assert files.write(path, "newer").read_text() == "newer"


def test_the_file_is_on_the_disk_before_it_is_in_its_place_and_then_its_folder(tmp_path, steps):
    files.write(tmp_path / "a/b.txt", "b")
    made, draft = str(tmp_path / "a"), steps[1][1]
    assert draft.startswith(f"{made}/.b.txt.") and draft.endswith(files.DRAFT)
    assert steps == [
        ("fsync", str(tmp_path)),
        ("fsync", draft),
        ("replace", f"{made}/b.txt"),
        ("fsync", made),
    ]


def test_a_file_that_is_removed_is_gone_from_the_disk(path, steps):
    files.remove(path)
    files.remove(path)
    assert not path.exists() and steps == [("fsync", str(path.parent))]


def test_a_folder_that_cannot_be_put_on_the_disk_by_itself_is_no_error(path, monkeypatch):
    real = os.fsync

    def refuses(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", refuses)
    assert files.write(path, "new").read_text() == "new"


def test_a_disk_that_fails_is_an_error(path, monkeypatch):
    def fails(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="Input/output"):
        files.write(path, "new")


def test_several_files_are_all_on_the_disk_before_the_first_is_moved(tmp_path, path, steps):
    drafts = tmp_path / "drafts"
    contents = {path: b"1", path.with_name("gone"): None, tmp_path / "new/other": b"2"}
    path.with_name("gone").write_text("old")
    files.write_all(contents, drafts=drafts, changed=1_000_000_000)
    there = [place for place in contents if place.exists()]
    assert [(place.read_bytes(), place.stat().st_mtime) for place in there] == [(b"1", 1e9), (b"2", 1e9)]
    assert os.listdir(drafts) == [] and os.listdir(path.parent) == ["file.json"]
    assert [(step, Path(name).name.split(".")[0]) for step, name in steps if Path(name) != tmp_path] == [
        *(("fsync", ""), ("fsync", "")),  # the drafts, whose names begin with a dot
        *(("replace", "file"), ("fsync", "folder"), ("fsync", "folder")),
        *(("replace", "other"), ("fsync", "new")),
    ]


@pytest.mark.parametrize("step", ["open", "fsync", "utime"])
def test_a_disk_that_is_full_at_the_last_of_several_files_changes_none(tmp_path, path, monkeypatch, step):
    real, calls = getattr(os, step), []

    def fails(target, *rest, **more):
        name = os.readlink(f"/proc/self/fd/{target}") if step == "fsync" else str(target)
        if ".last." in name:
            calls.append(name)
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(target, *rest, **more)

    contents = {path: b"new", path.with_name("gone"): None, path.with_name("last"): b"x"}
    path.with_name("gone").write_text("old")
    with monkeypatch.context() as patched:
        patched.setattr(os, step, fails)
        with pytest.raises(OSError, match="No space"):
            files.write_all(contents, drafts=tmp_path, changed=1.0)
    assert calls and path.read_text() == "old" and os.listdir(tmp_path) == ["folder"]
    assert sorted(os.listdir(path.parent)) == ["file.json", "gone"]


def test_many_may_write_the_same_file(path):
    def write(text):
        for _ in range(30):
            files.write(path, text * 10_000)

    writers = [threading.Thread(target=write, args=(letter,)) for letter in "abc"]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    text = path.read_text()
    assert len(text) == 10_000 and len(set(text)) == 1 and os.listdir(path.parent) == ["file.json"]


@pytest.fixture
def steps(monkeypatch):
    """What is put on the disk and moved, in order."""
    done = []
    real_sync, real_move = os.fsync, os.replace

    def fsync(descriptor):
        done.append(("fsync", os.readlink(f"/proc/self/fd/{descriptor}")))
        real_sync(descriptor)

    def replace(old, new):
        done.append(("replace", str(new)))
        real_move(old, new)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    return done


ROOT = Path(files.__file__).parent
#: What writes in its own way, and why it may.
ELSEWHERE = {
    "boundary/cells.py": "the learner's process, in its private folder",
    "build.py": "a notebook of the author's",
    "demo.py": "a simulated cohort",
    "grading/grade.py": "a folder for one submission",
    "sandbox/doctor.py": "bait",
    "sandbox/probes.py": "attacks",
    "sandbox/root.py": "inside the sandbox",
}


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_written_in_one_place(path):
    name, text = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    if name != "files.py" and name not in ELSEWHERE:
        assert ".write_text(" not in text and ".write_bytes(" not in text and ".replace(path)" not in text
        assert not re.search(r"""open\([^)]*["'][wx]b["']""", text)
