"""What grades tasks on this machine: a sandbox for learners' code, and judges that hold the secret seed.

It is opened once, in the process that starts the graders; each of these, a fork of it, then opens a sandbox
of its own. A judge talks to learner code only through the boundary.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from autograder.catalog import Course
from autograder.errors import CourseError
from autograder.exercise import Exercise
from autograder.grading.grade import grade_submission
from autograder.grading.names import imports_of_tests
from autograder.grading.result import Graded
from autograder.grading.task import Standard, Task
from autograder.sandbox.sandbox import NOTHING, Nursery, Sandbox
from autograder.sandbox.tiers import Tier
from autograder.sandbox.watch import address_space

#: Address space that a judge may take for what learners' answers make it build.
JUDGE_BYTES = 4 << 30


class Sandboxed:
    """Grades by `standards` (by assignment) and the exercises of `lessons`, each submission in a sandbox.

    Used as a context, it has one nursery for all the graders, and what judges import has been imported.
    """

    def __init__(
        self, standards: Mapping[str, Standard], lessons: Course | None, tier: Tier, *, trust: bool = False
    ) -> None:
        self._standards, self._lessons = standards, lessons
        self._tier, self._trust = tier, trust
        self._nursery: Nursery | None = None

    def __enter__(self) -> Sandboxed:
        self._nursery = Nursery(self._tier, self._lessons.preload if self._lessons else NOTHING)
        self._import_for_judges()
        return self

    def __exit__(self, *_: object) -> None:
        if self._nursery is not None:
            self._nursery.close()

    @contextmanager
    def grader(self) -> Iterator[Callable[[Task], Graded]]:
        """What grades one task after another, in a process of its own. Raises SandboxError."""
        with Sandbox(tier=self._tier, nursery=self._nursery, trust=self._trust) as sandbox:
            _bound_memory()
            yield lambda task: self._grade(task, sandbox)

    def _grade(self, task: Task, sandbox: Sandbox) -> Graded:
        standard = self._standards[task.assignment]
        return grade_submission(
            standard.assignment,
            task.notebooks,
            beside=task.beside,
            notes=task.notes,
            student=task.student,
            secret=standard.secret,
            limits=standard.limits,
            inside=standard.inside,
            asks=standard.asks,
            sandbox=sandbox,
            find_exercise=self._lessons.exercise if self._lessons else no_exercises,
        )

    def _import_for_judges(self) -> None:
        """Import what tests and lessons' checks import, before processes are forked: it is paid for once,
        and its memory shared. What cannot be imported is left to the test or check, which says so.
        """
        wanted = {
            module
            for standard in self._standards.values()
            for notebook in standard.assignment.notebooks
            for module in imports_of_tests(notebook)
        }
        for lesson in self._lessons.lessons if self._lessons else ():
            if lesson.id in self._standards:
                with contextlib.suppress(Exception):
                    lesson.exercises  # noqa: B018 - loads its checks, and what they import
        for name in sorted(wanted):
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        gc.collect()
        gc.freeze()  # no collection in a fork touches what is here


def _bound_memory() -> None:
    """A judge that is made to build something huge gets a MemoryError; the machine does not get slow."""
    import resource  # not on every system that only reads results

    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (address_space() + JUDGE_BYTES, hard))


def no_exercises(exercise_id: str) -> Exercise:
    """For courses that are not ours."""
    raise CourseError(f"no exercise {exercise_id!r}: no course.toml was found", do="Set AISEC_COURSE.")
