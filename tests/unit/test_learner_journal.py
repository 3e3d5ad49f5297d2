"""The journal: nothing that a learner did is lost, whatever happens to the file."""

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.learner import journal as journal_module
from autograder.learner.journal import FILE, Guess, Journal, Pages, Tried
from autograder.learner.panel import Plain
from autograder.verdict import Finding, Outcome, Verdict

pytestmark = pytest.mark.usefixtures("course")


def verdict(outcome, points=0.0, message=""):
    return Verdict("sums.add", outcome, points, 5.0, message, (Finding("a", "adds", points, 5.0, outcome),))


def climb(pages):
    pages.tried("sums.add").hints += 1


def test_what_was_written_is_read_back(tmp_path):
    tried, guess = Tried("partly", 3.0, 5.0, 2, 2, 1), Guess("One", True, False, "t")
    pages = Pages({"sums.add": tried}, {"sums.dial": guess})
    assert Pages.from_json(pages.to_json()) == pages


def test_the_file_is_readable_json_with_utc_times(tmp_path):
    journal = Journal(tmp_path / FILE)
    journal.update(lambda pages: pages.tried("sums.add").record(verdict(Outcome.PASSED, 5.0)))
    data = json.loads((tmp_path / FILE).read_text("utf-8"))
    assert data["format"] == 2
    entry = data["exercises"]["sums.add"]
    assert entry["outcome"] == "passed"
    assert time.strptime(entry["passed"], "%Y-%m-%dT%H:%M:%SZ")


def test_the_journal_above_the_working_directory_is_found(tmp_path):
    deep = tmp_path / "desk" / "m1" / "deep"
    deep.mkdir(parents=True)
    (tmp_path / "desk" / FILE).write_text(Pages().to_json(), "utf-8")
    assert Journal.find(deep).path == tmp_path / "desk" / FILE


def test_without_a_journal_one_is_made_in_the_working_directory(tmp_path):
    Journal.find().update(climb)
    assert (tmp_path / "desk" / FILE).is_file()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": 1}',
        '{"format": 1, "exercises": [], "predictions": {}}',
        '{"format": 1, "exercises": {"a": {"outcome": "wonderful"}}, "predictions": {}}',
        '{"format": 1, "exercises": {"a": {"attempts": "two"}}, "predictions": {}}',
        '{"format": 1, "exercises": {"a": {"unknown": 1}}, "predictions": {}}',
        '{"format": 1, "exercises": {}, "predictions": {"a": {"answer": "x"}}}',
    ],
)
def test_a_damaged_file_is_set_aside_and_named(tmp_path, capsys, text):
    path = tmp_path / FILE
    path.write_text(text, "utf-8")
    pages = Journal(path).update(climb)
    assert pages.exercises["sums.add"].hints == 1
    assert (tmp_path / "progress.damaged-1.json").read_text("utf-8") == text
    assert "progress.damaged-1.json" in capsys.readouterr().out


def test_a_second_damaged_file_does_not_replace_the_first(tmp_path):
    for text in ("one", "two"):
        (tmp_path / FILE).write_text(text, "utf-8")
        Journal(tmp_path / FILE).read()
    kept = sorted(path.read_text("utf-8") for path in tmp_path.glob("progress.damaged-*.json"))
    assert kept == ["one", "two"]


def test_a_file_of_the_format_before_is_read_with_all_it_holds(tmp_path):
    entry = {"outcome": "passed", "points": 5.0, "max_points": 5.0, "attempts": 1, "passed": "t", "last": "t"}
    old = {"format": 1, "exercises": {"sums.add": entry}, "predictions": {}}
    (tmp_path / FILE).write_text(json.dumps(old), "utf-8")
    pages = Journal(tmp_path / FILE).update(climb)
    assert pages.exercises["sums.add"].held == 5.0 and pages.exercises["sums.add"].passed
    assert json.loads((tmp_path / FILE).read_text("utf-8"))["format"] == 2
    assert not list(tmp_path.glob("progress.damaged*"))


def test_a_file_of_a_newer_format_is_left_alone(tmp_path):
    path = tmp_path / FILE
    path.write_text('{"format": 3, "exercises": {}, "predictions": {}}', "utf-8")
    with pytest.raises(Plain, match="newer aisec"):
        Journal(path).update(climb)
    assert json.loads(path.read_text("utf-8"))["format"] == 3
    assert list(tmp_path.glob("progress.damaged*")) == []


def test_two_journals_keep_each_others_entries(tmp_path):
    one, two = Journal(tmp_path / FILE), Journal(tmp_path / FILE)
    one.read(), two.read()
    one.update(lambda pages: pages.tried("sums.add"))
    two.update(lambda pages: pages.tried("sums.total"))
    assert set(one.read().exercises) == {"sums.add", "sums.total"}


def test_kernels_that_write_at_the_same_time_lose_nothing(tmp_path):
    code = (
        "import sys; from pathlib import Path; from autograder.learner.journal import Journal\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        "def climb(pages): pages.tried('sums.add').hints += 1\n"
        "for _ in range(40): journal.update(climb)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / FILE)]
    writers = [subprocess.Popen(command) for _ in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert Journal(tmp_path / FILE).read().exercises["sums.add"].hints == 120
    assert {path.name for path in tmp_path.iterdir()} - {"published", "desk"} == {FILE, f".{FILE}.lock"}


HOLD = """
import sys, time
from pathlib import Path
from autograder.learner.journal import Journal
with Journal(Path(sys.argv[1]))._locked():
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def other_kernel(tmp_path):
    """Another kernel that stopped while it held the journal's lock."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / FILE)]
    other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert other.stdout.readline() == "held\n"
    yield other
    other.kill()
    other.communicate()


def test_a_lock_goes_with_the_kernel_that_held_it(tmp_path, other_kernel, capsys):
    other_kernel.kill()
    other_kernel.wait()
    Journal(tmp_path / FILE).update(climb)
    assert Journal(tmp_path / FILE).read().exercises["sums.add"].hints == 1
    assert capsys.readouterr().out == ""


def test_a_lock_that_is_never_released_stops_no_lesson_and_is_never_taken(
    tmp_path, other_kernel, monkeypatch, capsys
):
    monkeypatch.setattr(journal_module, "PATIENCE", 0.03)
    (tmp_path / FILE).write_text(Pages().to_json(), "utf-8")
    before = (tmp_path / FILE).read_bytes()
    os.utime(tmp_path / f".{FILE}.lock", (0, 0))  # however old it is
    pages = Journal(tmp_path / FILE).update(climb)
    assert pages.exercises["sums.add"].hints == 1
    assert "another notebook" in capsys.readouterr().out
    assert (tmp_path / FILE).read_bytes() == before, "the other one may be about to write"


# -- a file that cannot be read: a sync program has it, a virus scanner, a network that is gone ------------


class Unreadable:
    """`progress.json` cannot be read, `times` times or until `free()`."""

    def __init__(self, monkeypatch, times=None):
        self.left, real = times, Path.read_text
        monkeypatch.setattr(journal_module, "PATIENCE", 0.5 if times else 0.05)

        def read_text(path, *args, **kwargs):
            if path.name == FILE and self.left != 0:
                self.left = self.left and self.left - 1
                raise PermissionError(errno.EACCES, "Permission denied")
            return real(path, *args, **kwargs)

        monkeypatch.setattr(Path, "read_text", read_text)

    def free(self):
        self.left = 0


@pytest.fixture
def twenty(tmp_path):
    """A journal with twenty exercises in it."""
    journal = Journal(tmp_path / FILE)
    journal.update(lambda pages: [pages.tried(f"sums.e{number}") for number in range(20)])
    Journal._seen.clear()
    return journal


def test_a_file_that_is_held_for_a_moment_loses_nothing(twenty, monkeypatch, capsys):
    Unreadable(monkeypatch, times=3)
    twenty.update(climb)
    assert len(twenty.read().exercises) == 21
    assert capsys.readouterr().out == ""


def test_a_file_that_cannot_be_read_is_never_written_over(twenty, monkeypatch, capsys):
    before = twenty.path.read_bytes()
    fault = Unreadable(monkeypatch)
    pages = twenty.update(climb)
    assert pages.exercises["sums.add"].hints == 1, "the lesson goes on"
    told = capsys.readouterr().out
    assert "not saved" in told and "Permission denied" in told and str(twenty.path) in told
    assert twenty.path.read_bytes() == before
    fault.free()
    assert len(twenty.update(climb).exercises) == 21


def test_while_the_file_cannot_be_read_its_kernel_goes_on_with_what_it_held(twenty, monkeypatch, capsys):
    twenty.update(climb)
    Unreadable(monkeypatch)
    assert len(twenty.read().exercises) == 21
    assert "cannot be read" in capsys.readouterr().out
    assert twenty.update(climb).exercises["sums.add"].hints == 2


def test_a_damaged_file_that_cannot_be_set_aside_is_left_alone(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(journal_module, "PATIENCE", 0.03)
    (tmp_path / FILE).write_text("damaged", "utf-8")

    def held(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "replace", held)
    assert Journal(tmp_path / FILE).update(climb).exercises["sums.add"].hints == 1
    assert (tmp_path / FILE).read_text("utf-8") == "damaged"
    assert "not saved" in capsys.readouterr().out


def test_a_journal_that_cannot_be_saved_says_so_and_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(journal_module, "PATIENCE", 0.03)
    (tmp_path / FILE).write_text(Pages().to_json(), "utf-8")
    before = (tmp_path / FILE).read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    pages = Journal(tmp_path / FILE).update(climb)
    assert pages.exercises["sums.add"].hints == 1
    assert "not saved" in capsys.readouterr().out
    assert (tmp_path / FILE).read_bytes() == before
    assert [path.name for path in tmp_path.glob(f".{FILE}*")] == [f".{FILE}.lock"]


@pytest.mark.parametrize("name", ["NBGRADER_VALIDATING", "NBGRADER_EXECUTION", "AISEC_CHECK_RESULTS"])
def test_a_rehearsal_saves_nothing_and_sets_nothing_aside(tmp_path, monkeypatch, name):
    monkeypatch.setenv(name, "1")
    (tmp_path / FILE).write_text("damaged", "utf-8")
    assert Journal(tmp_path / FILE).update(climb).exercises["sums.add"].hints == 1
    assert (tmp_path / FILE).read_text("utf-8") == "damaged"


def test_attempts_count_written_code_only():
    entry = Tried()
    for outcome, message in [
        (Outcome.NOT_ATTEMPTED, "Nothing written yet"),
        (Outcome.GRADER_FAULT, ""),
        (Outcome.ERROR, "add is 3, not a function or class."),
    ]:
        entry.record(verdict(outcome, message=message))
    assert (entry.attempts, entry.failed) == (0, 0)
    for outcome in (Outcome.FAILED, Outcome.ERROR, Outcome.PARTLY, Outcome.PASSED):
        entry.record(verdict(outcome))
    assert (entry.attempts, entry.failed) == (4, 3)


def test_a_pass_is_remembered_when_a_later_check_fails():
    entry = Tried()
    entry.record(verdict(Outcome.PASSED, 5.0))
    passed = entry.passed
    entry.record(verdict(Outcome.FAILED))
    assert passed and entry.passed == passed
    assert entry.outcome is Outcome.FAILED


def test_the_first_pass_keeps_its_time():
    entry = Tried(passed="2026-01-01T00:00:00Z")
    entry.record(verdict(Outcome.PASSED, 5.0))
    assert entry.passed == "2026-01-01T00:00:00Z"
