"""Grading a cohort: many submissions in parallel, one writer, resumable after any kind of stop.

A submission's files and gradebook rows are written before its `result.json`; that file is the mark that
it is done. Whatever stops a run, the next one finds what is done by it and continues.
"""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from autograder import files
from autograder.catalog import Course
from autograder.errors import CourseError, GradebookError
from autograder.grading import beside, fingerprint, worker
from autograder.grading.assignment import Assignment, load_assignment
from autograder.grading.coursedir import CourseDir
from autograder.grading.enrol import left_from
from autograder.grading.gradebook import Recorder
from autograder.grading.lateness import Lateness
from autograder.grading.result import RESULT_FILE, Graded, Result
from autograder.grading.worker import Job, Settings
from autograder.limits import Limits
from autograder.sandbox.pool import NOTHING, Nursery
from autograder.sandbox.tiers import Tier, detect, permit
from autograder.verdict import Outcome

OVERTIME = 60.0  # seconds a worker may take beyond a submission's own limit before it is replaced


@dataclass(frozen=True)
class Plan:
    """What a run will do: the jobs that are left, and the results that are still good.

    `away` are those whose hand-ins are left alone, because they are no longer in the course.
    """

    jobs: tuple[tuple[Job, str], ...]  # with the digest of what was handed in
    done: tuple[Result, ...]
    assignments: dict[str, Assignment] = field(default_factory=dict)
    away: tuple[str, ...] = ()


def plan(
    course: CourseDir, names: Sequence[str], *, lessons: Course | None = None, regrade: bool = False
) -> Plan:
    """Which submissions of which assignments (default: all released) to grade. Raises CourseError.

    `lessons` are those that they will be graded with: a result that others gave is not good any more.
    """
    released = course.assignments()
    for name in names:
        if name not in released:
            raise CourseError(
                f"no released assignment {name!r}",
                where=str(course.step("release")),
                do=f"There are: {', '.join(released) or 'none'}. Another: nbgrader generate_assignment NAME.",
            )
    assignments = {name: load_assignment(course, name) for name in names or released}
    limits = _limits(course, assignments, lessons)
    jobs, done, away = [], [], left_from(course)
    for name, assignment in assignments.items():
        standard = fingerprint.standard(assignment, limits[name], lessons)
        for student, folder in course.submissions(name):
            if student in away:
                continue
            job = Job(student, name, folder)
            submitted = _submitted(assignment, folder, limits[name])
            result = None if regrade else _result(course, job)
            if result is not None and _still_good(result, fingerprint.fingerprint(standard, submitted)):
                done.append(result)
            else:
                jobs.append((job, submitted))
    return Plan(tuple(jobs), tuple(done), assignments, tuple(sorted(away)))


def _still_good(result: Result, mark: str) -> bool:
    return result.fingerprint == mark and result.outcome != Outcome.GRADER_FAULT


def _submitted(assignment: Assignment, folder: Path, limits: Limits) -> str:
    """A digest of a submission's notebooks, and of the files beside them that are graded with them."""
    digest = hashlib.sha256()
    for notebook in assignment.notebooks:
        data = worker.read_notebook(folder / f"{notebook.name}.ipynb")
        digest.update(b"\x1e" + (b"-" if data is None else hashlib.sha256(data).digest()))
    digest.update(beside.digest(beside.read_beside(folder, limits.disk_mb)[0]))
    return digest.hexdigest()


def may_grade(*, trust: bool = False) -> Tier:
    """The tier that submissions will be graded in here. Raises SandboxError when they may not be."""
    tier = detect()
    permit(tier, trust=trust)
    return tier


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
        tier = may_grade(trust=trust)  # first of all: nothing is held, started or imported to be told no
        limits = _limits(course, todo.assignments, lessons)
        marks = _marks(todo, limits, lessons)  # before anything of the course is imported
        book = course.gradebook
        preload = lessons.preload if lessons else NOTHING
        with book.held(), book.open() as opened, Nursery(tier, preload) as nursery:
            settings = Settings(todo.assignments, limits, course.secret(), lessons, tier, nursery, trust)
            taught = [one for one in (lessons.lessons if lessons else ()) if one.id in todo.assignments]
            worker.import_for_judges(todo.assignments.values(), taught)
            settle = Lateness(course).settle
            recorders = {name: Recorder(opened, book, name, settle) for name in todo.assignments}
            for graded in _graded([job for job, _ in todo.jobs], settings, jobs):
                key = graded.result.student, graded.result.lesson
                graded = worker.with_fingerprint(graded, marks[key])
                _keep(course, recorders[key[1]], graded)
                results[key] = graded.result
                on_result(graded.result)
    return [results[key] for key in sorted(results)]


def _limits(course: CourseDir, assignments: Iterable[str], lessons: Course | None) -> dict[str, Limits]:
    usual = {lesson.id: lesson.limits for lesson in lessons.lessons} if lessons else {}
    return {name: course.limits(name, usual.get(name, Limits())) for name in assignments}


def _marks(todo: Plan, limits: dict[str, Limits], lessons: Course | None) -> dict[tuple[str, str], str]:
    """(student, assignment) → the fingerprint that the result will carry."""
    standards = {
        name: fingerprint.standard(assignment, limits[name], lessons)
        for name, assignment in todo.assignments.items()
    }
    return {
        (job.student, job.assignment): fingerprint.fingerprint(standards[job.assignment], submitted)
        for job, submitted in todo.jobs
    }


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


def _folder(course: CourseDir, student: str, assignment: str) -> Path:
    return course.step("autograded") / student / assignment


def _result(course: CourseDir, job: Job) -> Result | None:
    try:
        return Result.from_json(
            (_folder(course, job.student, job.assignment) / RESULT_FILE).read_text("utf-8")
        )
    except (OSError, ValueError):
        return None


def _keep(course: CourseDir, recorder: Recorder, graded: Graded) -> None:
    """Write down one graded submission; its `result.json`, the mark that it is done, as the last thing.

    The mark of an earlier grading goes first: whatever stops us on the way, and be it the power switch, no
    mark stands beside marks or a notebook that it does not belong to.
    """
    student, lesson = graded.result.student, graded.result.lesson
    folder = _folder(course, student, lesson)
    with _told(student, folder):
        files.remove(folder / RESULT_FILE)
    recorder.record(graded)
    with _told(student, folder):
        for old in [*folder.glob("*.ipynb"), *folder.glob(f".*{files.DRAFT}")]:
            if old.stem not in graded.notebooks:
                old.unlink()
        for name, text in graded.notebooks.items():
            files.write(folder / f"{name}.ipynb", text + "\n")
        files.write(folder / RESULT_FILE, graded.result.to_json() + "\n")


@contextmanager
def _told(student: str, folder: Path) -> Iterator[None]:
    """An error of the file system as a GradebookError."""
    try:
        yield
    except OSError as error:
        raise GradebookError(
            f"the results of {student} cannot be written: {error.strerror}",
            where=str(folder),
            do="Free some space, then run: aisec grade (it continues).",
        ) from error
