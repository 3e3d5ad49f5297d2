"""Grading one submission: bytes and an assignment in; graded notebooks, a result and timings out.

A pure function but for the process that it starts and ends: no database, no shared folder. The same
submission, seed and limits give the same scores, wherever it runs.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from autograder import safe
from autograder.boundary.channel import FORGED
from autograder.errors import LearnerError, LearnerStopped, SubmissionError, Uncrossable
from autograder.exercise import Exercise
from autograder.grading.absent import Account
from autograder.grading.assignment import Assignment, AuthorCell, AuthorNotebook
from autograder.grading.beside import without_authors
from autograder.grading.inside import judge_inside
from autograder.grading.judge import Judge
from autograder.grading.outputs import clean_outputs
from autograder.grading.result import Graded, Mark, Result
from autograder.grading.run import Run, Sandbox
from autograder.grading.submission import MAX_CELLS, Submission, SubmittedCell, read_submission
from autograder.limits import Limits
from autograder.verdict import STOPS, Finding, Outcome, Stop, Verdict, overall

MESSAGE = 4_000  # characters of a message that may quote the learner's


def grade_submission(
    assignment: Assignment,
    notebooks: Mapping[str, bytes],
    *,
    student: str,
    secret: str,
    limits: Limits,
    sandbox: Sandbox,
    find_exercise: Callable[[str], Exercise],
    beside: Mapping[str, bytes] | None = None,
    inside: Collection[tuple[str, str]] = (),
    asks: bool = False,
    notes: tuple[str, ...] = (),
) -> Graded:
    """Grade what `student` handed in: notebook name → bytes, missing ones left out.

    `beside` are the learner's own files, path → bytes: they are laid where the notebook runs, and an
    author's file wins over one of the same name. `notes` are what reading them had to say. The test cells
    `inside`, (notebook, grade id), are judged in the learner's process; their points wait for a person
    if `asks`.

    Learner code can end in any outcome and never raises here. Raises SandboxError when no process can be
    started for it, which is ours to mend and not the learner's loss.
    """
    wall, cpu = time.monotonic(), time.process_time()
    files = without_authors(beside or {}, assignment.files) | assignment.files
    parts = []
    for author in assignment.notebooks:
        with _in_folder_of(assignment.files):
            judging = partial(Judge, author, find_exercise=find_exercise, secret=secret, student=student)
            data = notebooks.get(author.name)
            chosen = {grade_id for notebook, grade_id in inside if notebook == author.name}
            start = partial(Run, sandbox, limits, files)
            parts.append(_grade_notebook(author, data, judging, start, chosen, asks))
    verdicts = tuple(_clean(verdict) for part in parts for verdict in part.verdicts)
    marks = tuple(mark for part in parts for mark in part.marks)
    outcomes = [verdict.outcome for verdict in verdicts]
    stopped = [part.stop.outcome for part in parts if part.stop]
    if Outcome.BLOCKED in stopped or any(outcome is not Outcome.PASSED for outcome in outcomes):
        outcomes += stopped  # else every exercise passed, and the message says which cell was stopped
    score = sum(mark.points or 0.0 for mark in marks)
    messages = [part.stop.message for part in parts if part.stop]
    messages += [f"{verdict.exercise}: {verdict.message}" for verdict in verdicts if verdict.outcome in STOPS]
    result = Result(
        student=student,
        lesson=assignment.name,
        outcome=overall(outcomes, score, assignment.max_score),
        score=score,
        max_score=assignment.max_score,
        verdicts=verdicts,
        message=_short(" ".join(messages[:3])),
        notes=tuple(safe.text(note) for note in (*(note for part in parts for note in part.notes), *notes)),
        seconds=time.monotonic() - wall,
        cpu_seconds=time.process_time() - cpu + sum(part.cpu_seconds for part in parts),
        unread=tuple(part.name for part in parts if part.stop and not part.notebook),
    )
    return Graded(result, {part.name: part.notebook for part in parts if part.notebook}, marks)


@contextlib.contextmanager
def _in_folder_of(files: Mapping[str, bytes]) -> Iterator[None]:
    """The author's files lie where the author's test cells look for them, and are imported before any other
    module of the same name, as from a notebook beside them.
    """
    if not files:
        yield
        return
    tops = _modules(files)
    hidden = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in tops}
    for name in hidden:
        del sys.modules[name]
    before = set(sys.modules)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, data in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        sys.path.insert(0, folder)
        try:
            yield
        finally:
            sys.path.remove(folder)
            for name in set(sys.modules) - before:
                ours = name.partition(".")[0] in tops
                if ours or str(getattr(sys.modules[name], "__file__", None)).startswith(folder):
                    del sys.modules[name]
            sys.modules.update(hidden)


def _modules(files: Mapping[str, bytes]) -> set[str]:
    """The modules that `files` can be imported as, but for those of Python's own that a kernel has loaded."""
    tops = {name.split("/")[0].removesuffix(".py") for name in files if name.endswith(".py")}
    return {name for name in tops if name not in sys.stdlib_module_names or name not in sys.modules}


@dataclass(frozen=True)
class _Part:
    """One graded notebook of a submission."""

    name: str
    notebook: str
    verdicts: list[Verdict]
    marks: list[Mark]
    notes: tuple[str, ...] = ()
    stop: Stop | None = None
    cpu_seconds: float = 0.0


def _grade_notebook(
    author: AuthorNotebook,
    data: bytes | None,
    judging: Callable[..., Judge],
    start: Callable[[], Run],
    chosen: Collection[str],
    asks: bool,
) -> _Part:
    """`chosen` are the test cells that are judged inside. They run outside too: others use their names."""
    if data is None:
        return _ungraded(author, Outcome.NOT_ATTEMPTED, f"{author.name}.ipynb was not handed in.", None)
    try:
        submission = read_submission(data, author)
    except SubmissionError as error:
        stop = Stop(Outcome.ERROR, f"{author.name}.ipynb cannot be graded: {error.what}. {error.do}")
        return _ungraded(author, Outcome.ERROR, stop.message, stop)
    cells, verdicts, marks = [], [], []
    account = Account(submission.cells)
    judge = judging(account=account)
    found, spent = _judge_inside(author, submission, start, chosen)
    run = start()
    try:
        for cell in submission.cells:
            if cell.author is not None and cell.author.is_test:
                stops = len(run.stops)
                verdict = _judge(cell.author, judge, run)
                if inside := found.get(cell.author.grade_id):
                    verdict = inside
                    del run.stops[stops:]
                verdicts.append(verdict)
                points = None if asks and verdict.inside else _points(verdict)
                marks.append(Mark(author.name, cell.author.grade_id, points))
                cells.append(_test_cell(cell, verdict))
            elif cell.cell_type == "code":
                told = run.cell(cell.source)
                cells.append(_code_cell(cell, told))
                account.note(cells[-1]["outputs"])
            else:
                source = cell.source if cell.is_authors else safe.prose(cell.source)
                cells.append({"cell_type": cell.cell_type, "source": source, **_marks_of(cell)})
            if cell.author is not None and cell.author.is_manual:
                untouched = cell.untouched
                marks.append(Mark(author.name, cell.author.grade_id, 0.0 if untouched else None, untouched))
            elif cell.author is not None and cell.author.solution:
                marks.append(Mark(author.name, cell.author.grade_id, None, cell.untouched))
    finally:
        run.close()
    stop = next(iter(run.stops), None)  # the first is why the others came
    text = json.dumps(_document(author, cells), ensure_ascii=False, indent=1)
    return _Part(author.name, text, verdicts, marks, submission.notes, stop, run.cpu_seconds + spent)


def _judge_inside(
    author: AuthorNotebook, submission: Submission, start: Callable[[], Run], chosen: Collection[str]
) -> tuple[dict[str, Verdict], float]:
    """(grade id → verdict of the `chosen` test cells, CPU seconds that it took), in a process of its own."""
    if not chosen:
        return {}, 0.0
    run = start()
    try:
        found = judge_inside(author, submission.cells, run)
    finally:
        run.close()
    return {grade_id: found[grade_id] for grade_id in chosen if grade_id in found}, run.cpu_seconds


def _judge(author: AuthorCell, judge: Judge, run: Run) -> Verdict:
    try:
        link = run.guard()
        for name in run.changed():  # the author's copy of it would tell nothing about the learner's
            Path(name).unlink(missing_ok=True)
    except (LearnerError, Uncrossable):
        return judge.stopped(author, FORGED)
    except LearnerStopped as stopped:
        return judge.stopped(author, stopped.stop)
    verdict = judge.judge(author, link)
    run.settle(verdict.outcome)
    return verdict


def _points(verdict: Verdict) -> float | None:
    """A grader fault waits for a person; everything else is decided."""
    return None if verdict.outcome is Outcome.GRADER_FAULT else verdict.points


def _ungraded(author: AuthorNotebook, outcome: Outcome, message: str, stop: Stop | None) -> _Part:
    """Nothing to run: every test of the notebook ends with `outcome`."""
    verdicts, marks = [], []
    for cell in author.cells:
        if cell.is_test:
            verdicts.append(Verdict(f"{author.name}.{cell.grade_id}", outcome, 0.0, cell.points, message))
        if cell.grade or cell.task:
            marks.append(Mark(author.name, cell.grade_id, 0.0))
    notes = () if stop else (message,)
    return _Part(author.name, "", verdicts, marks, notes, stop)


# -- the graded notebook -----------------------------------------------------------------------------


def _marks_of(cell: SubmittedCell) -> dict[str, Any]:
    return {"metadata": {"nbgrader": cell.author.metadata} if cell.author and cell.author.grade_id else {}}


def _code_cell(cell: SubmittedCell, told: dict[str, Any]) -> dict[str, Any]:
    count = told.get("count")
    count = count if type(count) is int and 0 < count <= MAX_CELLS else None  # its process may say anything
    return {
        "cell_type": "code",
        "source": safe.text(cell.source),
        **_marks_of(cell),
        "execution_count": count,
        "outputs": clean_outputs(told.get("outputs"), count),
    }


def _test_cell(cell: SubmittedCell, verdict: Verdict) -> dict[str, Any]:
    verdict = _clean(verdict)
    data = {"text/plain": verdict.as_text(), "text/html": verdict.as_html()}
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    return {
        "cell_type": "code",
        "source": cell.source,
        **_marks_of(cell),
        "execution_count": None,
        "outputs": [output],
    }


def _document(author: AuthorNotebook, cells: list[dict[str, Any]]) -> dict[str, Any]:
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    metadata = {
        key: author.metadata[key] for key in ("kernelspec", "language_info") if key in author.metadata
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _clean(verdict: Verdict) -> Verdict:
    """The verdict's texts may quote the learner's; make them safe to print."""

    def cleaned(finding: Finding) -> Finding:
        texts = {key: _short(getattr(finding, key)) for key in ("message", "case", "expected", "got", "slip")}
        return replace(finding, **texts)

    findings = tuple(cleaned(finding) for finding in verdict.findings)
    return replace(verdict, message=_short(verdict.message), findings=findings)


def _short(text: str) -> str:
    text = safe.text(text[:MESSAGE])
    return text if len(text) < MESSAGE else f"{text[: MESSAGE - 1]}…"
