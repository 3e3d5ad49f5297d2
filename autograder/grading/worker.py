"""A grading worker: a process of ours that judges submissions one after another, handed to it by the cohort.

It holds the secret seed and talks to learner code only through the boundary. What goes back to the cohort
is JSON. When the cohort's process ends, for whatever reason, the worker's pipe closes and it ends too.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import signal
import traceback
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from autograder.catalog import Course, Lesson
from autograder.errors import CourseError, SandboxError
from autograder.exercise import Exercise
from autograder.grading.assignment import Assignment
from autograder.grading.beside import read_beside
from autograder.grading.grade import grade_submission
from autograder.grading.names import imports_of_tests
from autograder.grading.result import Graded, Mark, Result
from autograder.grading.submission import MAX_BYTES
from autograder.limits import Limits
from autograder.sandbox.pool import Nursery, Pool
from autograder.sandbox.tiers import Tier
from autograder.sandbox.watch import address_space
from autograder.verdict import Outcome, Verdict

#: Address space that a judge may take for what learners' answers make it build.
JUDGE_BYTES = 4 << 30


@dataclass(frozen=True)
class Job:
    """One submission to grade: whose, what, and where its files are."""

    student: str
    assignment: str
    folder: Path


@dataclass(frozen=True)
class Settings:
    """What a worker needs to know, the same for every job."""

    assignments: dict[str, Assignment]
    limits: dict[str, Limits]
    secret: str
    course: Course | None
    tier: Tier
    nursery: Nursery
    trust: bool = False


def import_for_judges(assignments: Iterable[Assignment], lessons: Iterable[Lesson]) -> None:
    """Import what tests and lessons' checks import, before workers are forked: it is paid for once, and
    its memory shared. What cannot be imported is left to the test or check, which says so.
    """
    wanted = {
        module
        for assignment in assignments
        for notebook in assignment.notebooks
        for module in imports_of_tests(notebook)
    }
    for lesson in lessons:
        with contextlib.suppress(Exception):
            lesson.exercises  # noqa: B018 - loads its checks, and what they import
    for name in sorted(wanted):
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # no collection in a worker touches what is here


def work(connection: Connection, settings: Settings) -> None:
    """Grade the jobs that arrive on `connection` until it closes; for each, send back JSON bytes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the cohort decides when a worker stops
    try:
        pool = Pool(tier=settings.tier, nursery=settings.nursery, trust=settings.trust)
    except SandboxError as error:
        connection.send_bytes(json.dumps({"sandbox": [error.what, error.where, error.do]}).encode())
        return
    _bound_memory()
    with pool:
        while True:
            try:
                job = connection.recv()
            except EOFError:
                return
            try:
                graded = _grade(job, settings, pool)
            except Exception as fault:  # ours: the learner loses nothing, the batch goes on
                traceback.print_exc()
                graded = fault_of(
                    job, settings.assignments[job.assignment], f"{type(fault).__name__}: {fault}"
                )
            try:
                connection.send_bytes(to_json(graded))
            except OSError:  # nobody waits for it any more
                return


def _bound_memory() -> None:
    """A judge that is made to build something huge gets a MemoryError; the machine does not get slow."""
    import resource  # not on every system that only reads results

    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (address_space() + JUDGE_BYTES, hard))


def _grade(job: Job, settings: Settings, pool: Pool) -> Graded:
    assignment = settings.assignments[job.assignment]
    notebooks = {
        notebook.name: read_notebook(job.folder / f"{notebook.name}.ipynb")
        for notebook in assignment.notebooks
    }
    limits = settings.limits[job.assignment]
    beside, notes = read_beside(job.folder, limits.disk_mb)
    return grade_submission(
        assignment,
        {name: data for name, data in notebooks.items() if data is not None},
        beside=beside,
        notes=notes,
        student=job.student,
        secret=settings.secret,
        limits=limits,
        pool=pool,
        find_exercise=settings.course.exercise if settings.course else no_exercises,
    )


def no_exercises(exercise_id: str) -> Exercise:
    """For courses that are not ours."""
    raise CourseError(f"no exercise {exercise_id!r}: no course.toml was found", do="Set AISEC_COURSE.")


def read_notebook(path: Path) -> bytes | None:
    """A submitted file's bytes, one more than is allowed at most; None when it is not a regular file."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def fault_of(job: Job, assignment: Assignment, reason: str) -> Graded:
    """A result that says the grader failed; every mark waits for a person."""
    message = f"The grader failed on this submission; it is not the learner's fault. {reason}"
    verdicts, marks = [], []
    for notebook in assignment.notebooks:
        for cell in notebook.cells:
            if cell.is_test:
                exercise = f"{notebook.name}.{cell.grade_id}"
                verdicts.append(Verdict(exercise, Outcome.GRADER_FAULT, 0.0, cell.points, message))
            if cell.grade or cell.task:
                marks.append(Mark(notebook.name, cell.grade_id, None))
    fault = Outcome.GRADER_FAULT
    result = Result(job.student, job.assignment, fault, 0.0, assignment.max_score, tuple(verdicts), message)
    return Graded(result, {}, tuple(marks))


def to_json(graded: Graded) -> bytes:
    """A graded submission as bytes for a pipe."""
    marks = [asdict(mark) for mark in graded.marks]
    return json.dumps(
        {"result": graded.result.to_json(), "notebooks": graded.notebooks, "marks": marks}
    ).encode()


def from_json(data: bytes) -> Graded:
    """Read what `to_json` wrote. Raises SandboxError when the worker said that it cannot contain anything."""
    parts = json.loads(data)
    if "sandbox" in parts:
        what, where, do = parts["sandbox"]
        raise SandboxError(what, where=where, do=do)
    marks = tuple(Mark(**mark) for mark in parts["marks"])
    return Graded(Result.from_json(parts["result"]), parts["notebooks"], marks)


def with_fingerprint(graded: Graded, fingerprint: str) -> Graded:
    """The same, its result marked with what it was graded from."""
    return replace(graded, result=replace(graded.result, fingerprint=fingerprint))
