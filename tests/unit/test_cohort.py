"""Grading many: planned, in parallel, resumed after any kind of stop. The grading itself is played here."""

import errno
import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from nbcourse import STUDENTS, add_assignment, hand_in
from notebooks import solution, test
from transports import Here, Refuses, processes, scored

from autograder.errors import CourseError, GradebookError, SandboxError
from autograder.grading import cohort
from autograder.grading.cohort import grade_cohort, plan
from autograder.grading.coursedir import SETTINGS, open_course
from autograder.grading.gradebook import LOCK_FILE
from autograder.grading.processes import Processes
from autograder.grading.result import RESULT_FILE, read_results
from autograder.grading.task import Task
from autograder.verdict import Outcome


@pytest.fixture
def course(released, tmp_path):
    shutil.copytree(released, tmp_path / "course")
    return open_course(tmp_path / "course")


def grade(course, transport=None, *, jobs=2, regrade=False, **options):
    todo = plan(course, [], regrade=regrade)
    return grade_cohort(course, todo, transport or processes(jobs), lessons=None, **options)


def scores(course):
    """What the gradebook and the result files say, which must agree; times left out."""
    rows = sqlite3.connect(course.root / "gradebook.db").execute(
        "SELECT s.student_id, g.auto_score FROM grade g JOIN base_cell c ON g.cell_id = c.id "
        "JOIN submitted_notebook n ON g.notebook_id = n.id "
        "JOIN submitted_assignment s ON n.assignment_id = s.id WHERE c.name = 't_square' ORDER BY 1"
    )
    recorded = dict(rows.fetchall())
    written = {result.student: result.score for result in read_results(course.step("autograded"))}
    assert {name: score or 0.0 for name, score in recorded.items()} == written
    return recorded


def planned(course, **options):
    todo = plan(course, [], **options)
    return [job.student for job in todo.jobs], [result.student for result in todo.done]


# -- the plan -----------------------------------------------------------------------------------------


def test_nothing_is_graded_twice(course):
    assert planned(course) == (STUDENTS, [])
    first = grade(course)
    assert [result.student for result in first] == STUDENTS
    assert planned(course) == ([], STUDENTS)
    assert grade(course) == first
    assert planned(course, regrade=True) == (STUDENTS, [])


def test_a_submission_that_changed_is_graded_again_and_no_other(course):
    grade(course)
    hand_in(course, "s03", {"why": "I have thought again."})
    hand_in(course, "new", {})
    assert planned(course)[0] == ["new", "s03"]
    grade(course)
    assert planned(course)[0] == []


def test_a_learners_changed_file_beside_the_notebook_regrades_them_and_no_other(course):
    helper = course.step("submitted") / "s03/ps1/shapes.py"
    for text in ("one", "two"):
        grade(course)
        assert planned(course)[0] == []
        helper.write_text(text)
        assert planned(course)[0] == ["s03"]
    grade(course)
    helper.unlink()
    assert planned(course)[0] == ["s03"]


def test_changed_tests_or_data_files_regrade_everybody(course):
    grade(course)
    with sqlite3.connect(course.root / "gradebook.db") as connection:
        connection.execute("UPDATE source_cell SET source = source || ' ' WHERE name = 't_hidden'")
    assert planned(course)[0] == STUDENTS
    grade(course)
    (course.root / "release/ps1/data.csv").write_text("a,b\n")
    assert planned(course)[0] == STUDENTS


def test_a_grader_fault_is_tried_again(course):
    hand_in(course, "s02", {"why": "FAULT"})
    results = {result.student: result for result in grade(course)}
    assert results["s02"].outcome is Outcome.GRADER_FAULT and "a fault of ours" in results["s02"].message
    assert planned(course)[0] == ["s02"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 99}'])
def test_a_result_that_cannot_be_read_is_made_anew(course, text):
    grade(course)
    (course.step("autograded") / "s01/ps1" / RESULT_FILE).write_text(text)
    assert planned(course)[0] == ["s01"]


def test_only_what_is_asked_for_is_planned(course):
    add_assignment(course.root, "ps2", {"ps2": [solution("x = 1", "x"), test("assert x", "t", 1)]})
    hand_in(course, "s01", {}, "ps2")
    assert [job.assignment for job in plan(course, ["ps2"]).jobs] == ["ps2"]
    assert len(plan(course, []).jobs) == len(STUDENTS) + 1
    with pytest.raises(CourseError, match="ps9") as caught:
        plan(course, ["ps9"])
    assert "ps1, ps2" in caught.value.do


def test_links_are_not_submissions(course, tmp_path):
    (course.root / "submitted/link").symlink_to(course.root / "submitted/s01")
    (course.root / "submitted/other").mkdir()
    (course.root / "submitted/other/ps1").symlink_to(course.root / "submitted/s01/ps1")
    secret = tmp_path / "secret.ipynb"
    secret.write_text("{}")
    (course.root / "submitted/s00/ps1/ps1.ipynb").unlink()
    (course.root / "submitted/s00/ps1/ps1.ipynb").symlink_to(secret)
    assert planned(course)[0] == STUDENTS
    seen = []
    grade(course, Here(lambda task: (seen.append(task), scored(task, 1.0))[1]))
    assert {task.student: task.notebooks.keys() for task in seen}["s00"] == set()


# -- workers that fail -----------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_worker_that_is_killed_costs_its_job_and_no_other(course, jobs):
    clean = {result.student: result.score for result in grade(course)}
    for student in ("s01", "s02", "s05"):
        hand_in(course, student, {"why": "DIE"})
    results = {result.student: result for result in grade(course, regrade=True, jobs=jobs)}
    for student in STUDENTS:
        if student in ("s01", "s02", "s05"):
            assert results[student].outcome is Outcome.GRADER_FAULT and "ended" in results[student].message
            assert scores(course)[student] is None
        else:
            assert results[student].score == clean[student]


def test_a_worker_that_hangs_is_replaced_and_the_batch_goes_on(course):
    (course.root / SETTINGS).write_text("[limits]\ntotal_seconds = 0.2\n")
    for student in ("s00", "s04"):
        hand_in(course, student, {"why": "HANG"})
    results = {result.student: result for result in grade(course, processes(overtime=0.2))}
    assert {name for name, result in results.items() if result.outcome is Outcome.GRADER_FAULT} == {
        "s00",
        "s04",
    }
    assert "far longer" in results["s00"].message
    assert not multiprocessing.active_children()


def test_a_machine_that_cannot_contain_stops_the_run_and_says_so(course):
    with pytest.raises(SandboxError, match="no namespaces"):
        grade(course, processes(grading=Refuses()))
    assert read_results(course.step("autograded")) == []
    assert not multiprocessing.active_children()


def test_a_machine_that_may_not_grade_says_so_before_anything_is_held_or_started(course, monkeypatch):
    monkeypatch.setenv("AISEC_TIER", "none")
    with pytest.raises(SandboxError, match="cannot be contained"):
        grade(course, Processes(2, opens=lambda *_: pytest.fail("started")))
    assert not (course.root / LOCK_FILE).exists()


WITHOUT_POSIX = """
import sys
sys.modules.update(dict.fromkeys(("fcntl", "resource", "termios")))
import os
del os.fork
from autograder.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("options", [[], ["--trust-submissions"]])
def test_a_system_without_posix_is_told_so_and_gets_no_traceback(course, options):
    command = [sys.executable, "-c", WITHOUT_POSIX, "grade", "--course", str(course.root), *options]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "AISEC_TIER": "none"})
    assert done.returncode == 2
    assert done.stderr.startswith("aisec: nothing can be graded on this system: it cannot fork")
    assert "Traceback" not in done.stderr
    assert not (course.root / LOCK_FILE).exists()


def test_a_course_cannot_be_held_where_no_lock_ends_with_its_process(course, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(GradebookError, match="no locks") as caught, course.gradebook.held():
        pass
    assert "Linux" in caught.value.do


# -- what travels ----------------------------------------------------------------------------------------


def test_a_task_is_plain_data_and_holds_all_that_was_handed_in(course):
    (course.step("submitted") / "s01/ps1/shapes.py").write_text("area = 1")
    tasks = []
    grade(course, Here(lambda task: (tasks.append(task), scored(task, 1.0))[1]))
    task = next(task for task in tasks if task.student == "s01")
    assert b"I am s01" in task.notebooks["ps1"] and task.beside == {"shapes.py": b"area = 1"}
    assert plain(asdict(task))
    assert not plain({"folder": Path("x")})


def plain(value):
    if isinstance(value, dict):
        return all(map(plain, [*value, *value.values()]))
    if isinstance(value, tuple | list):
        return all(map(plain, value))
    return type(value) in (str, bytes, int, float, bool)


def test_a_result_is_marked_with_the_bytes_that_were_graded(course):
    """A hand-in that changes after the run was planned is graded as it is then, and no more than once."""
    todo = plan(course, [])
    hand_in(course, "s03", {"why": "I have thought again."})
    seen = {}
    grade_cohort(course, todo, Here(lambda task: (seen.update({task.student: task}), scored(task, 1.0))[1]),
                 lessons=None)  # fmt: skip
    assert b"thought again" in seen["s03"].notebooks["ps1"]
    assert planned(course)[0] == []


def test_tasks_are_read_when_there_is_a_grader_for_them(course, monkeypatch):
    """Not all at once: a cohort's hand-ins together may be larger than memory."""
    read, real = [], cohort.read_task
    monkeypatch.setattr(cohort, "read_task", lambda *args: (read.append(1), real(*args))[1])
    ahead = []
    todo = plan(course, [])

    def note(task):
        if task.student in STUDENTS:  # and not what shows who judges which test
            ahead.append(len(read) - len(ahead))
        return scored(task, 1.0)

    grade_cohort(course, todo, Here(note), lessons=None)
    assert ahead == [1] * len(STUDENTS)


def test_a_submission_that_cannot_be_read_is_a_fault_and_the_batch_goes_on(course, monkeypatch):
    real = Path.open

    def refuse(path, *args, **kwargs):
        if path.name == "ps1.ipynb" and "submitted/s02" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    results = {result.student: result for result in grade(course, Here())}
    assert results["s02"].outcome is Outcome.GRADER_FAULT
    assert "cannot be read: Permission denied" in results["s02"].message
    assert sorted(results) == STUDENTS and planned(course)[0] == ["s02"]


def test_a_digest_tells_apart_what_was_handed_in():
    tasks = [
        Task("ada", "ps1", {"ps1": b"1"}, {}),
        Task("ada", "ps1", {"ps1": b"2"}, {}),
        Task("ada", "ps1", {}, {"ps1": b"1"}),
        Task("ada", "ps1", {"ps2": b"1"}, {}),
        Task("ada", "ps1", {"ps1": b"1"}, {"a": b""}),
    ]
    assert len({task.digest for task in tasks}) == len(tasks)
    assert Task("bob", "ps1", {"ps1": b"1"}, {}).digest == tasks[0].digest


# -- stops -----------------------------------------------------------------------------------------------


def results_of(course):
    return sorted(path.parts[-3] for path in course.step("autograded").glob(f"*/*/{RESULT_FILE}"))


def test_a_grader_that_is_killed_continues_to_identical_scores(course, tmp_path):
    for student in STUDENTS:
        hand_in(course, student, {"why": f"SLOW {student}"})
    shutil.copytree(course.root, tmp_path / "calm")
    calm = open_course(tmp_path / "calm")
    grade(calm)

    run = multiprocessing.get_context("fork").Process(target=grade, args=(course,))
    run.start()
    while run.is_alive() and len(results_of(course)) < 3:
        time.sleep(0.01)
    os.kill(run.pid, signal.SIGKILL)
    run.join()
    half = results_of(course)
    assert 3 <= len(half) < len(STUDENTS)
    left = planned(course)[0]
    assert set(left) == set(STUDENTS) - set(half)
    grade(course)
    assert scores(course) == scores(calm) and planned(course)[0] == []


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_full_disk_is_said_and_nothing_that_was_done_is_lost(course, monkeypatch, step):
    real, full = getattr(os, step), []

    def fails(*args, **kwargs):
        target = str(args[0]) if step == "replace" else os.readlink(f"/proc/self/fd/{args[0]}")
        if "s03" in target and not full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args, **kwargs)

    monkeypatch.setattr(os, step, fails)
    with pytest.raises(GradebookError, match="s03 cannot be written: No space left") as caught:
        grade(course, jobs=1)
    assert "it continues" in caught.value.do
    assert results_of(course) == ["s00", "s01", "s02"]
    full.append(True)
    monkeypatch.setattr(os, step, real)
    grade(course)
    assert sorted(scores(course)) == STUDENTS
    assert not [path for path in course.step("autograded").rglob("*") if path.name.endswith(".new")]


def test_ctrl_c_keeps_what_was_done(course):
    def stop(result):
        if result.student == "s02":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(course, jobs=1, on_result=stop)
    assert results_of(course) == ["s00", "s01", "s02"]
    assert not multiprocessing.active_children()
    assert planned(course)[0] == STUDENTS[3:]


def test_a_second_grader_is_told_who_holds_the_course(course):
    def hold(ready, done):
        with course.gradebook.held():
            ready.set()
            done.wait(30)

    context = multiprocessing.get_context("fork")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=hold, args=(ready, done))
    other.start()
    try:
        assert ready.wait(10)
        with pytest.raises(GradebookError, match=f"being graded by process {other.pid}") as caught:
            grade(course)
        assert caught.value.do
    finally:
        done.set()
        other.join()
    assert len(grade(course)) == len(STUDENTS)


def test_a_grader_that_was_killed_holds_nothing(course):
    for student in STUDENTS:
        hand_in(course, student, {"why": "HANG"})
    run = multiprocessing.get_context("fork").Process(target=grade, args=(course,))
    run.start()
    while run.is_alive() and not (course.root / ".aisec/grading.lock").exists():
        time.sleep(0.01)
    time.sleep(0.1)
    children = [int(pid) for pid in _children(run.pid)]
    os.kill(run.pid, signal.SIGKILL)
    run.join()
    try:
        with course.gradebook.held():
            pass
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)


def _children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return file.read().split()


# -- files -----------------------------------------------------------------------------------------------


def test_a_graded_notebook_that_is_no_longer_there_does_not_linger(course):
    grade(course)
    kept = course.step("autograded") / "s01/ps1/ps1.ipynb"
    assert kept.exists()
    grade(course, Here(lambda task: replace(scored(task, 1.0), notebooks={})), regrade=True)
    assert not kept.exists() and (kept.parent / RESULT_FILE).exists()


def test_the_result_file_is_the_last_to_be_written(course, monkeypatch):
    written = []
    real = os.replace
    monkeypatch.setattr(os, "replace", lambda old, new: (written.append(new.name), real(old, new)))
    course.secret()
    written.clear()
    grade(course, jobs=1)
    assert written[:3] == ["ps1.json", "ps1.ipynb", RESULT_FILE]  # who judges which test comes first
    assert len(written) == 1 + 2 * len(STUDENTS)


@pytest.fixture
def alone(course):
    """One submission, graded once; its grading is played, and gives other points each time."""
    for student in STUDENTS[1:]:
        shutil.rmtree(course.step("submitted") / student)
    grade(course, otherwise(course))
    return course


def otherwise(course):
    """A transport that gives other points each time."""
    times = course.root / "times"

    def counted(task):
        with times.open("a") as file:
            file.write("x")
        return scored(task, float(times.stat().st_size % 3))

    return Here(counted)


WRITING = [(step, after) for step in ("unlink", "fsync", "replace") for after in (False, True)]


@pytest.mark.parametrize(("step", "after"), WRITING)
def test_whatever_step_a_grader_is_killed_at_no_result_outlives_what_it_says(alone, step, after):
    """Killed at the first call of `step`, then at the second, and so on, until a run comes through."""
    folder = alone.step("autograded") / "s00/ps1"

    def dying(number):
        real, calls = getattr(os, step), iter(range(1, 1000))

        def dies(*args, **kwargs):
            last = next(calls) == number
            if last and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            real(*args, **kwargs)
            if last:
                os.kill(os.getpid(), signal.SIGKILL)

        setattr(os, step, dies)
        grade(alone, otherwise(alone), regrade=True)

    for number in range(1, 20):
        run = multiprocessing.get_context("fork").Process(target=dying, args=(number,))
        run.start()
        run.join()
        if planned(alone)[0] == []:
            (result,) = read_results(alone.step("autograded"))
            assert json.loads((folder / "ps1.ipynb").read_text())["points"] == result.score
            assert scores(alone) == {"s00": result.score}
        if run.exitcode == 0:
            break
        assert run.exitcode == -signal.SIGKILL
        grade(alone, otherwise(alone))
        assert planned(alone)[0] == [] and scores(alone).keys() == {"s00"}
    assert run.exitcode == 0 and number > 1
    assert {path.name for path in folder.iterdir()} == {"ps1.ipynb", RESULT_FILE}


def test_what_was_written_before_is_on_the_disk_before(alone, monkeypatch):
    """A power switch finds this order: the old mark gone, the gradebook, the notebook, the new mark last."""
    folder, done = str(alone.step("autograded") / "s00/ps1"), []
    real = {step: getattr(os, step) for step in ("fsync", "replace", "unlink")}

    def noted(step):
        def call(target, *more):
            name = os.readlink(f"/proc/self/fd/{target}") if step == "fsync" else str((target, *more)[-1])
            if name.startswith(folder):
                name = name.removeprefix(folder).strip("/.") or "folder"
                done.append((step, "draft of " + name.split(".")[0] if name.endswith(".new") else name))
            return real[step](target, *more)

        return call

    for step in real:
        monkeypatch.setattr(os, step, noted(step))
    recorded = cohort.Recorder.record
    monkeypatch.setattr(
        cohort.Recorder, "record", lambda *args: (done.append(("record", "marks")), recorded(*args))
    )
    grade(alone, otherwise(alone), regrade=True)
    assert done == [
        ("unlink", RESULT_FILE),
        ("fsync", "folder"),
        ("record", "marks"),
        ("fsync", "draft of ps1"),
        ("replace", "ps1.ipynb"),
        ("fsync", "folder"),
        ("fsync", "draft of result"),
        ("replace", RESULT_FILE),
        ("fsync", "folder"),
    ]


def test_a_result_survives_being_written_and_read(course):
    results = grade(course)
    assert read_results(course.step("autograded")) == results
    assert all(result.fingerprint for result in results)


# -- what cannot be named, read or written ------------------------------------------------------------


def test_a_folder_whose_name_is_not_utf8_is_left_out_and_the_batch_goes_on(course):
    odd = os.fsencode(course.step("submitted")) + b"/ad\xff"
    shutil.copytree(course.step("submitted") / STUDENTS[0], os.fsdecode(odd))
    results = grade(course, Here())
    assert [result.student for result in results] == STUDENTS
    assert course.misnamed() == ["ad\ufffd"]


def told_by(capsys, *arguments):
    from autograder.cli import main

    with pytest.raises(SystemExit) as ended:
        main(list(map(str, arguments)))
    said = capsys.readouterr()
    return ended.value.code, said.out + said.err


def test_a_folder_that_cannot_be_written_is_said_without_a_traceback(course, capsys):
    (course.root / LOCK_FILE).mkdir(parents=True)
    code, said = told_by(capsys, "grade", "--course", course.root)
    assert code == 2 and LOCK_FILE in said and "→" in said and "Traceback" not in said


@pytest.mark.parametrize("roster", ["", "id\ns00\n"])
def test_a_gradebook_that_may_only_be_read_is_said_without_a_traceback(course, capsys, roster):
    if roster:
        (course.root / "roster.csv").write_text(roster)
    with (course.root / "gradebook.db").open("r+b") as file:  # of a newer way to write: only to be read
        file.seek(18)
        file.write(b"\x03")
    code, said = told_by(capsys, "grade", "--course", course.root)
    assert code == 2 and "gradebook" in said and "readonly" in said and "Traceback" not in said
