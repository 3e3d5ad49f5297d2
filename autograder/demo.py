"""`aisec demo`: the instructor's whole path, with twelve simulated hand-ins and one absent learner.

Each learner's id says what was done to the notebook; `SIMULATED` says how it must end.
"""

from __future__ import annotations

import ast
import inspect
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from autograder import console
from autograder.build import learner_notebook, source_notebook
from autograder.catalog import MANIFEST, Course, Lesson, find_course
from autograder.errors import AisecError, CourseError
from autograder.exercise import Exercise
from autograder.grading import cohort
from autograder.grading.coursedir import SETTINGS, CourseDir
from autograder.grading.newcourse import new_course
from autograder.grading.processes import Processes
from autograder.intake.collect import collect
from autograder.report.cohort import write_cohort
from autograder.report.export import export_csv
from autograder.report.feedback import write_feedback
from autograder.report.standing import read_cohort
from autograder.report.summary import summary
from autograder.verdict import Outcome

ABSENT = "absent"
#: Short, so that the hand-in with an endless loop does not hold up the show.
LIMITS = "[limits]\ncell_seconds = 5\ncall_seconds = 3\ntotal_seconds = 40\n"

Notebook = dict[str, Any]


# -- hand-ins ------------------------------------------------------------------------------------------


def released(lesson: Lesson) -> Notebook:
    """The learner's notebook as it is handed out."""
    return json.loads(json.dumps(learner_notebook(lesson)))


def answered(lesson: Lesson, answers: dict[str, str]) -> Notebook:
    """The learner's notebook with the text of some solution cells (exercise id → source) filled in."""
    notebook = released(lesson)
    for exercise_id, source in answers.items():
        cell(notebook, f"{exercise_id.partition('.')[2]}-answer")["source"] = source
    return notebook


def cell(notebook: Notebook, grade_id: str) -> dict[str, Any]:
    """The cell that nbgrader knows by `grade_id`."""
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def solutions(lesson: Lesson) -> dict[str, str]:
    """Exercise id → the solution in the lesson's text."""
    cells = {
        c["metadata"].get("nbgrader", {}).get("grade_id"): c["source"] for c in source_notebook(lesson).cells
    }
    return {exercise.id: cells[f"{exercise.name}-answer"] for exercise in lesson.exercises}


def other_answers(lesson: Lesson, choose: Callable[[Any], Any]) -> dict[str, str]:
    """Exercise id → source of one of the lesson's own right or wrong answers, chosen from its `Answers`."""
    return {
        exercise.id: _source(exercise, choose(lesson.answers(exercise.name))) for exercise in lesson.exercises
    }


def _source(exercise: Exercise, functions: Any) -> str:
    """Functions of the lesson's answers, with what they use, under the names that the exercise asks for."""
    functions = functions if isinstance(functions, tuple) else (functions,)
    module = inspect.getmodule(functions[0])
    text = _with_needs(inspect.getsource(module), [function.__name__ for function in functions])
    names = [
        f"{name} = {function.__name__}" for name, function in zip(exercise.names, functions, strict=True)
    ]
    return "\n".join([text, "", *names])


def _with_needs(source: str, names: Iterable[str]) -> str:
    """The statements of a module that define `names` and, through them, all that they use."""
    body = [node for node in ast.parse(source).body if not _is_ours(node)]
    defines = {name: node for node in body for name in _defined(node)}
    needed: list[ast.stmt] = []
    wanted = list(names)
    while wanted:
        node = defines.get(wanted.pop())
        if node is not None and node not in needed:
            needed.append(node)
            wanted += [used.id for used in ast.walk(node) if isinstance(used, ast.Name)]
    return "\n\n".join(ast.get_source_segment(source, node) or "" for node in body if node in needed)


def _is_ours(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("autograder", "__future__"))


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    if isinstance(node, ast.Assign):
        return [name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return []


def _bytes(notebook: Notebook) -> bytes:
    return json.dumps(notebook).encode()


def _right(lesson: Lesson) -> bytes:
    return _bytes(answered(lesson, solutions(lesson)))


def _another_way(lesson: Lesson) -> bytes:
    return _bytes(answered(lesson, other_answers(lesson, lambda answers: answers.right[0])))


def _wrong(number: int) -> Callable[[Lesson], bytes]:
    def make(lesson: Lesson) -> bytes:
        return _bytes(
            answered(lesson, other_answers(lesson, lambda a: a.wrong[number % len(a.wrong)].answer))
        )

    return make


def _partly(lesson: Lesson) -> bytes:
    return _bytes(answered(lesson, dict(list(solutions(lesson).items())[:2])))


def _untouched(lesson: Lesson) -> bytes:
    return _bytes(released(lesson))


def _pasted_twice(lesson: Lesson) -> bytes:
    notebook = answered(lesson, solutions(lesson))
    first = cell(notebook, f"{lesson.exercises[0].name}-answer")
    notebook["cells"].insert(notebook["cells"].index(first), dict(first))
    return _bytes(notebook)


def _check_deleted(lesson: Lesson) -> bytes:
    notebook = answered(lesson, solutions(lesson))
    notebook["cells"].remove(cell(notebook, lesson.exercises[1].name))
    return _bytes(notebook)


def _broken_json(lesson: Lesson) -> bytes:
    return _right(lesson)[:-300]


def _endless_loop(lesson: Lesson) -> bytes:
    last = lesson.exercises[-1]
    loop = "\n\n".join(f"def {name}(*args, **kwargs):\n    while True:\n        pass" for name in last.names)
    return _bytes(answered(lesson, solutions(lesson) | {last.id: loop}))


def _prints_50_mb(lesson: Lesson) -> bytes:
    notebook = answered(lesson, solutions(lesson))
    flood = "for _ in range(500):\n    print('still training ... ' * 5000)"
    notebook["cells"].append({"cell_type": "code", "source": flood, "metadata": {}, "outputs": []})
    return _bytes(notebook)


#: Learner id → (how it must end, how it is made).
SIMULATED: dict[str, tuple[Outcome, Callable[[Lesson], bytes]]] = {
    "right": (Outcome.PASSED, _right),
    "another_way": (Outcome.PASSED, _another_way),
    "wrong_1": (Outcome.PARTLY, _wrong(0)),
    "wrong_2": (Outcome.PARTLY, _wrong(1)),
    "wrong_3": (Outcome.PARTLY, _wrong(2)),
    "partly": (Outcome.PARTLY, _partly),
    "untouched": (Outcome.NOT_ATTEMPTED, _untouched),
    "pasted_twice": (Outcome.PASSED, _pasted_twice),
    "check_deleted": (Outcome.PASSED, _check_deleted),
    "broken_json": (Outcome.ERROR, _broken_json),
    "endless_loop": (Outcome.TIMED_OUT, _endless_loop),
    "prints_50_mb": (Outcome.PASSED, _prints_50_mb),
}


# -- the show ------------------------------------------------------------------------------------------


def demo(folder: Path, *, jobs: int) -> None:
    """Make a course in `folder`, hand in, collect, grade, write feedback and reports, say where to look.

    Raises AisecError: the folder is in use, or this machine cannot contain learner code.
    """
    started = time.monotonic()
    course = find_course()
    lesson = _shown(course)
    _say(1, f"a course directory with the {lesson.id} lesson released")
    directory = new_course(folder, [lesson], course)
    (directory.root / SETTINGS).write_text(LIMITS, "utf-8")
    _say(2, f"{len(SIMULATED)} learners hand in, one does not")
    handed_in = _hand_in(directory, lesson)
    _say(3, f"collecting {handed_in}")
    rows = collect(handed_in, directory.step("submitted"), directory.assignments())
    print(f"   {len(rows)} notebooks collected")
    _say(4, f"grading with {jobs} worker(s), each hand-in in a sandbox")
    todo = cohort.plan(directory, [])
    with console.grading(len(todo.jobs)) as tell:
        results = cohort.grade_cohort(directory, todo, Processes(jobs), lessons=course, on_result=tell)
    standing = read_cohort(directory.root)
    console.say_results(results, standing)
    _say(5, "feedback and reports")
    pages = write_feedback(directory.root)
    report = write_cohort(standing, directory.root / "cohort.html")
    grades = export_csv(standing, directory.root / "grades.csv")
    print(summary(standing))
    print(f"\nDone in {time.monotonic() - started:.0f} s. Look at\n  {report}\n  {pages[0]}\n  {grades}")
    print(f"or work on with: aisec grade --course {folder}, nbgrader formgrader (in {folder})")
    if unexpected := [row for row in results if row.outcome is not SIMULATED[row.student][0]]:
        names = ", ".join(f"{row.student}: {row.outcome}" for row in unexpected)
        raise AisecError(
            f"these did not end as they should: {names}", do="Run aisec doctor, then report this."
        )


def _shown(course: Course) -> Lesson:
    """The lesson that the course shows itself with. Raises CourseError when it names none."""
    if not course.shown:
        raise CourseError(
            "names no lesson for the demo", where=str(course.root / MANIFEST), do='Add: demo = "LESSON".'
        )
    return course.lesson(course.shown)


def _say(step: int, text: str) -> None:
    print(f"{step}. {text}", flush=True)


def _hand_in(directory: CourseDir, lesson: Lesson) -> Path:
    folder = directory.root / "handed-in"
    folder.mkdir()
    for student, (_, make) in SIMULATED.items():
        (folder / f"{student}__{lesson.id}.ipynb").write_bytes(make(lesson))
    with directory.gradebook.open() as gradebook:
        for student in (*SIMULATED, ABSENT):
            gradebook.update_or_create_student(student)
    return folder
