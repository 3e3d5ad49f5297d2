"""Grading a cohort: many submissions in parallel, one writer, resumable after any kind of stop.

A submission's files and gradebook rows are written before its `result.json`; that file is the mark that
it is done. Whatever stops a run, the next one finds what is done by it and continues.
"""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from autograder.catalog import Course
from autograder.errors import CourseError, GradebookError
from autograder.grading import beside, worker
from autograder.grading.assignment import Assignment, load_assignment
from autograder.grading.coursedir import LOCK_FILE, CourseDir
from autograder.grading.enrol import left_from
from autograder.grading.grade import Graded
from autograder.grading.gradebook import Recorder, open_gradebook
from autograder.grading.lateness import arrival
from autograder.grading.result import RESULT_FILE, Result
from autograder.grading.worker import Job, Settings
from autograder.limits import Limits
from autograder.sandbox.pool import PRELOAD, Nursery
from autograder.sandbox.tiers import detect
from autograder.verdict import Outcome

WARM = "autograder.boundary.warm"  # imported last: it runs a small notebook once, before any fork
OVERTIME = 60.0  # seconds a worker may take beyond a submission's own limit before it is replaced


@dataclass(frozen=True)
class Plan:
    """What a run will do: the jobs that are left, and the results that are still good.

    `away` are those whose hand-ins are left alone, because they are no longer in the course.
    """

    jobs: tuple[tuple[Job, str], ...]  # with the fingerprint of each
    done: tuple[Result, ...]
    assignments: dict[str, Assignment] = field(default_factory=dict)
    away: tuple[str, ...] = ()


def plan(course: CourseDir, names: Sequence[str], *, regrade: bool = False) -> Plan:
    """Which submissions of which assignments (default: all released) to grade. Raises CourseError."""
    released = course.assignments()
    for name in names:
        if name not in released:
            raise CourseError(
                f"no released assignment {name!r}",
                where=str(course.step("release")),
                do=f"There are: {', '.join(released) or 'none'}. Another: nbgrader generate_assignment NAME.",
            )
    assignments = {name: load_assignment(course, name) for name in names or released}
    jobs, done, away = [], [], left_from(course)
    for name, assignment in assignments.items():
        for student, folder in course.submissions(name):
            if student in away:
                continue
            job = Job(student, name, folder)
            mark = fingerprint(assignment, folder)
            result = None if regrade else _result(course, job)
            if result is not None and result.fingerprint == mark and result.outcome != Outcome.GRADER_FAULT:
                done.append(result)
            else:
                jobs.append((job, mark))
    return Plan(tuple(jobs), tuple(done), assignments, tuple(sorted(away)))


def fingerprint(assignment: Assignment, folder: Path) -> str:
    """A digest of a submission's files and of the author's version they are judged by."""
    digest = hashlib.sha256(assignment.version.encode())
    for notebook in assignment.notebooks:
        data = worker.read_notebook(folder / f"{notebook.name}.ipynb")
        digest.update(b"\x1e" + (b"-" if data is None else hashlib.sha256(data).digest()))
    digest.update(beside.digest(beside.read_beside(folder)[0]))
    return digest.hexdigest()


def grade_cohort(
    course: CourseDir,
    todo: Plan,
    *,
    jobs: int,
    lessons: Course | None,
    trust: bool = False,
    on_result: Callable[[Result], Any] = lambda result: None,
) -> list[Result]:
    """Grade the plan's jobs with `jobs` workers and record each as it comes. Returns all results, in order.

    Raises SandboxError when learner code cannot be contained here, GradebookError when results cannot be
    kept (what was recorded stays), KeyboardInterrupt when a person stops it.
    """
    results = {(result.student, result.lesson): result for result in todo.done}
    if todo.jobs:
        limits = _limits(course, todo, lessons)
        tier = detect()
        with held(course), open_gradebook(course) as gradebook, Nursery(tier, (*PRELOAD, WARM)) as nursery:
            settings = Settings(todo.assignments, limits, course.secret(), lessons, tier, nursery, trust)
            taught = [one for one in (lessons.lessons if lessons else ()) if one.id in todo.assignments]
            worker.import_for_judges(todo.assignments.values(), taught)
            recorders = {name: Recorder(gradebook, course, name) for name in todo.assignments}
            marks = {(job.student, job.assignment): mark for job, mark in todo.jobs}
            for graded in _graded([job for job, _ in todo.jobs], settings, jobs):
                key = graded.result.student, graded.result.lesson
                graded = worker.with_fingerprint(graded, marks[key])
                recorders[key[1]].record(graded, arrival(course.step("submitted") / key[0] / key[1]).time)
                _write(course, graded)
                results[key] = graded.result
                on_result(graded.result)
    return [results[key] for key in sorted(results)]


def _limits(course: CourseDir, todo: Plan, lessons: Course | None) -> dict[str, Limits]:
    known = {lesson.id: lesson for lesson in lessons.lessons} if lessons else {}
    limits = {}
    for name in todo.assignments:
        lesson = known.get(name)
        limits[name] = course.limits(name, lesson.limits if lesson else Limits())
        if lesson:
            _ = lesson.exercises  # imported before workers are forked, so that it is paid for once
    return limits


# -- workers -----------------------------------------------------------------------------------------


@dataclass
class _Worker:
    process: Any
    connection: Connection
    job: Job | None = None
    due: float = 0.0


def _graded(jobs: list[Job], settings: Settings, count: int) -> Iterator[Graded]:
    """Each job's outcome as it comes; a worker that dies or hangs costs its job a grader fault, no more."""
    waiting = deque(jobs)
    workers = [_hire(settings) for _ in range(min(count, len(jobs)))]
    try:
        for one in workers:
            _hand(one, waiting, settings)
        while busy := [one for one in workers if one.job is not None]:
            ready = wait([one.connection for one in busy], timeout=1.0)
            for one in busy:
                graded = None
                if one.connection in ready:
                    graded = _receive(one, settings)
                elif time.monotonic() > one.due:
                    graded = _fault(one, settings, "It took far longer than its limits allow.")
                    _dismiss(one)
                if graded is None:
                    continue
                if one.connection.closed:
                    workers[workers.index(one)] = one = _hire(settings)
                one.job = None
                _hand(one, waiting, settings)
                yield graded
    finally:
        for one in workers:
            one.connection.close()
        for one in workers:
            one.process.join(2)
            _dismiss(one)


def _hire(settings: Settings) -> _Worker:
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("fork")  # the imports are paid for once
    process = context.Process(target=_work, args=(theirs, ours, settings), daemon=False)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _work(theirs: Connection, ours: Connection, settings: Settings) -> None:
    ours.close()
    worker.work(theirs, settings)


def _dismiss(one: _Worker) -> None:
    one.connection.close()
    one.process.kill()
    one.process.join()


def _hand(one: _Worker, waiting: deque[Job], settings: Settings) -> None:
    if not waiting:
        return
    one.job = waiting.popleft()
    notebooks = len(settings.assignments[one.job.assignment].notebooks)
    one.due = time.monotonic() + settings.limits[one.job.assignment].total_seconds * notebooks + OVERTIME
    with contextlib.suppress(OSError):  # it has ended: what it said before, or that it did, is read next
        one.connection.send(one.job)


def _receive(one: _Worker, settings: Settings) -> Graded:
    try:
        return worker.from_json(one.connection.recv_bytes())
    except (EOFError, OSError):
        one.process.join(5)
        _dismiss(one)
        return _fault(one, settings, f"Its worker ended (exit code {one.process.exitcode}).")


def _fault(one: _Worker, settings: Settings, reason: str) -> Graded:
    assert one.job is not None
    return worker.fault_of(one.job, settings.assignments[one.job.assignment], reason)


# -- files -------------------------------------------------------------------------------------------


@contextmanager
def held(course: CourseDir) -> Iterator[None]:
    """Hold the course for one grader. Raises GradebookError that says who has it."""
    import fcntl

    path = course.root / LOCK_FILE
    path.parent.mkdir(exist_ok=True)
    with path.open("a+") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # unlike flock, not shared with our workers
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "another process"
            raise GradebookError(
                f"this course is being graded by {holder}",
                where=str(course.root),
                do="Wait for it to end, or stop it; then run aisec grade again.",
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, since {time.strftime('%H:%M:%S')}")
        lock.flush()
        yield


def _folder(course: CourseDir, student: str, assignment: str) -> Path:
    return course.step("autograded") / student / assignment


def _result(course: CourseDir, job: Job) -> Result | None:
    try:
        return Result.from_json(
            (_folder(course, job.student, job.assignment) / RESULT_FILE).read_text("utf-8")
        )
    except (OSError, ValueError):
        return None


def _write(course: CourseDir, graded: Graded) -> None:
    folder = _folder(course, graded.result.student, graded.result.lesson)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.ipynb"):
            if old.stem not in graded.notebooks:
                old.unlink()
        for name, text in graded.notebooks.items():
            _replace(folder / f"{name}.ipynb", text)
        _replace(folder / RESULT_FILE, graded.result.to_json())
    except OSError as error:
        raise GradebookError(
            f"the results of {graded.result.student} cannot be written: {error.strerror}",
            where=str(folder),
            do="Free some space, then run: aisec grade (it continues).",
        ) from error


def _replace(path: Path, text: str) -> None:
    """Write the whole file or leave the old one."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text + "\n", "utf-8")
    os.replace(new, path)
