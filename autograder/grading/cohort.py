"""Grading a cohort: what is left to do, by whatever transport, one writer, resumable after any kind of stop.

A submission's files and gradebook rows are written before its `result.json`; that file is the mark that
it is done. Whatever stops a run, the next one finds what is done by it and continues.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from autograder import files
from autograder.catalog import Course, course_in_reach
from autograder.errors import CourseError, GradebookError
from autograder.grading import fingerprint, referees
from autograder.grading.assignment import Assignment, load_assignment
from autograder.grading.coursedir import CourseDir
from autograder.grading.enrol import enrol, left_from
from autograder.grading.gradebook import Recorder
from autograder.grading.lateness import Lateness, settle_all
from autograder.grading.processes import Processes
from autograder.grading.result import RESULT_FILE, Graded, Result
from autograder.grading.task import Standard, Task, Transport, fault_of, read_task
from autograder.intake.roster import Roster
from autograder.libraries import require
from autograder.limits import Limits
from autograder.verdict import Outcome


@dataclass(frozen=True)
class Job:
    """One submission to grade: whose, what, and where its files are."""

    student: str
    assignment: str
    folder: Path


@dataclass(frozen=True)
class Plan:
    """What a run will do: the jobs that are left, and the results that are still good.

    `away` are those whose hand-ins are left alone, because they are no longer in the course.
    """

    jobs: tuple[Job, ...]
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
    jobs, done, away = [], [], left_from(course)
    for name, standard in standards_of(course, assignments.values(), lessons).items():
        for student, folder in course.submissions(name):
            if student in away:
                continue
            job = Job(student, name, folder)
            result = None if regrade else _result(course, job)
            if result is not None and _still_good(result, job, standard):
                done.append(result)
            else:
                jobs.append(job)
    return Plan(tuple(jobs), tuple(done), assignments, tuple(sorted(away)))


def _still_good(result: Result, job: Job, standard: Standard) -> bool:
    if result.outcome == Outcome.GRADER_FAULT:
        return False
    try:
        task = read_task(job.student, job.folder, standard)
    except OSError:  # it is said when it is graded
        return False
    return result.fingerprint == fingerprint.fingerprint(standard.digest, task.digest)


def grade_cohort(
    course: CourseDir,
    todo: Plan,
    transport: Transport,
    *,
    lessons: Course | None,
    on_result: Callable[[Result], Any] = lambda result: None,
) -> list[Result]:
    """Grade the plan's jobs by `transport` and record each as it comes. Returns all results, in order.

    Raises SandboxError when learner code cannot be contained there, CourseError when a lesson's libraries are
    not here, GradebookError when results cannot be kept (what was recorded stays), KeyboardInterrupt when a
    person stops it.
    """
    results = {(result.student, result.lesson): result for result in todo.done}
    if todo.jobs:
        transport.permit()  # first of all: nothing is held, started or imported to be told no
        waiting = {job.assignment for job in todo.jobs}
        require({one.id: one.needs for one in (lessons.lessons if lessons else ()) if one.id in waiting})
        standards = standards_of(
            course, [one for one in todo.assignments.values() if one.name in waiting], lessons
        )
        book = course.gradebook
        with book.held(), book.open() as opened:
            standards = referees.ruled(
                course, standards, referees.rule(course, standards, transport, lessons)
            )
            settle = Lateness(course).settle
            recorders = {name: Recorder(opened, book, name, settle) for name in todo.assignments}
            reading = _Reading(todo.jobs, standards)
            with closing(transport.grade(reading.tasks(), standards, lessons)) as graded_there:
                for graded in chain(graded_there, reading.unread):
                    graded = reading.marked(graded)
                    _keep(course, recorders[graded.result.lesson], graded)
                    results[graded.result.student, graded.result.lesson] = graded.result
                    on_result(graded.result)
    return [results[key] for key in sorted(results)]


def bring_up_to_date(course: CourseDir) -> tuple[Roster | None, list[str]]:
    """Enrol who is in `roster.csv`, and settle what lateness costs as the course says now.

    Returns the roster, and a line for each thing that was settled anew. Raises GradebookError, IntakeError.
    """
    with course.gradebook.held():
        if roster := course.roster():
            enrol(course, roster.people)
        return roster, settle_all(course)


def grade(
    course: CourseDir,
    *names: str,
    jobs: int = 1,
    regrade: bool = False,
    trust: bool = False,
    on_result: Callable[[Result], Any] = lambda result: None,
) -> list[Result]:
    """Grade what is new or changed in `course`, as `aisec grade` does, by `jobs` processes of this machine.

    Only the assignments `names`, or all that are released. `regrade` grades again what is graded; `trust`
    runs one's own work without a sandbox where there is none. `on_result` is told each result as it is
    recorded; all, also those that were good already, are returned, by student. Raises AisecError.
    """
    transport, lessons = Processes(jobs, trust=trust), course_in_reach()
    transport.permit()
    bring_up_to_date(course)
    todo = plan(course, names, lessons=lessons, regrade=regrade)
    return grade_cohort(course, todo, transport, lessons=lessons, on_result=on_result)


def standards_of(
    course: CourseDir, assignments: Iterable[Assignment], lessons: Course | None
) -> dict[str, Standard]:  # fmt: skip
    """By assignment. To be made before anything of the course is imported."""
    usual = {lesson.id: lesson.limits for lesson in lessons.lessons} if lessons else {}
    found = {}
    for assignment in assignments:
        limits = course.limits(assignment.name, usual.get(assignment.name, Limits()))
        known = fingerprint.standard(assignment, limits, lessons), referees.basis(course, assignment)
        digest = "-".join(filter(None, known))
        found[assignment.name] = Standard(assignment, limits, course.secret(), digest)
    return found


class _Reading:
    """Reads a task when there is a grader for it, and remembers the fingerprint that its result will carry:
    of the very bytes that are graded, whatever lay there when the run was planned.
    """

    def __init__(self, jobs: Sequence[Job], standards: dict[str, Standard]) -> None:
        self._jobs, self._standards = jobs, standards
        self._fingerprints: dict[tuple[str, str], str] = {}
        self.unread: list[Graded] = []  # what came of those that could not be read

    def tasks(self) -> Iterator[Task]:
        for job in self._jobs:
            standard = self._standards[job.assignment]
            try:
                task = read_task(job.student, job.folder, standard)
            except OSError as error:
                reason = f"What was handed in cannot be read: {error.strerror} ({error.filename})."
                self.unread.append(fault_of(job.student, standard.assignment, reason))
                continue
            mark = fingerprint.fingerprint(standard.digest, task.digest)
            self._fingerprints[job.student, job.assignment] = mark
            yield task

    def marked(self, graded: Graded) -> Graded:
        """The same, its result marked with what it was graded from."""
        mark = self._fingerprints.pop((graded.result.student, graded.result.lesson), "")
        return replace(graded, result=replace(graded.result, fingerprint=mark))


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
