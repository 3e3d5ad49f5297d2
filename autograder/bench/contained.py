"""The checks as grading runs them: the lesson's solutions in the sandbox, the check outside of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.bench.problems import Problem
from autograder.bench.solved import code_cells
from autograder.catalog import Course, Lesson
from autograder.exercise import Exercise, run_check
from autograder.grading.run import Run
from autograder.sandbox.sandbox import Nursery, Sandbox
from autograder.sandbox.tiers import Tier
from autograder.verdict import Outcome


@dataclass
class Contained:
    """What the sandbox says of some exercises of one lesson; `cpu_seconds` of a check are by exercise id."""

    tier: Tier
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    cells_seconds: float = 0.0
    problems: list[Problem] = field(default_factory=list)


def contained(
    course: Course,
    lesson: Lesson,
    exercises: Sequence[Exercise],
    nursery: Nursery,
    tier: Tier,
    seed: int,
    until: str = "",
) -> Contained:
    """Run the text's cells in the sandbox, and the checks of `exercises` on what they define.

    Raises SandboxError when no process can be contained.
    """
    found = Contained(tier)
    with Sandbox(tier=tier, readable=course.visible_paths, nursery=nursery) as sandbox:
        run = Run(sandbox, lesson.limits, {})
        try:
            _run_cells(run, lesson, until, found)
            for exercise in () if found.problems else exercises:
                _run_check(run, lesson, exercise, seed, found)
        finally:
            run.close()
    return found


def _run_cells(run: Run, lesson: Lesson, until: str, found: Contained) -> None:
    for cell in code_cells(lesson, until):
        outputs = run.cell(cell.source)["outputs"]
        for error in (output for output in outputs if output.get("output_type") == "error"):
            says = f"{error['ename']}: {error['evalue']}"
            found.problems.append(
                Problem(f"{lesson.text}:{cell.line}", f"the cell stops in the sandbox: {says}")
            )
    run.cell("from time import process_time as _spent")
    found.cells_seconds = run.guard().name("_spent")()


def _run_check(run: Run, lesson: Lesson, exercise: Exercise, seed: int, found: Contained) -> None:
    """The processor seconds are those of both sides: the check's and the learner's."""
    link = run.guard()
    theirs, ours = link.name("_spent")(), time.process_time()
    verdict = run_check(exercise, [link.name(name) for name in exercise.names], seed)
    ours, theirs = time.process_time() - ours, run.guard().name("_spent")() - theirs
    found.cpu_seconds[exercise.id] = ours + theirs
    if verdict.outcome is not Outcome.PASSED:
        says = f"the solution of {exercise.name} does not pass in the sandbox: {verdict.outcome}"
        found.problems.append(Problem(f"{lesson.text}:1", f"{says}. {verdict.summary()}"))
