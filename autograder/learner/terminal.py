"""`aisec check`: run notebooks from top to bottom, as a fresh kernel would, and say what their checks found.

This is the learner's own work on the learner's own machine: nothing is contained, and nothing is
recorded in the progress file.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.catalog import find_course
from autograder.errors import AisecError, SubmissionError
from autograder.learner.cells import bound
from autograder.learner.panel import RESULTS
from autograder.learner.reading import read
from autograder.libraries import require
from autograder.limits import Limits
from autograder.verdict import Outcome, Verdict, points_text

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from rich.console import Console

CELL_SECONDS = 120
INSTALLS = re.compile(r"^\s*[%!]\s*(python\S*\s+-m\s+|uv\s+)?(pip3?|conda|mamba)\s+install\b", re.MULTILINE)
CHECKS = re.compile(r"""^check\(\s*["']([\w.]+)["']""", re.MULTILINE)


@dataclass(frozen=True)
class Line:
    """What one exercise came to: the outcome's word, points earned of points there are, and why."""

    exercise: str
    outcome: Outcome
    points: float
    max_points: float
    message: str


@dataclass(frozen=True)
class Checked:
    """What one notebook came to: a line for each exercise, and remarks about the notebook."""

    rows: list[Line]
    remarks: list[str]


def check_notebooks(paths: Iterable[Path], console: Console) -> int:
    """Run each notebook, print a line for each of its exercises, and return the exit code.

    0: every exercise passed; 1: some did not; 2: a notebook could not be read or run.
    """
    code = 0
    for path in paths:
        try:
            checked = check_notebook(path)
        except AisecError as error:
            console.print(str(error), markup=False, highlight=False, soft_wrap=True)
            code = 2
            continue
        _print(path, checked, console)
        if any(row.outcome is not Outcome.PASSED for row in checked.rows):
            code = max(code, 1)
    return code


def check_notebook(path: Path) -> Checked:
    """What one notebook came to, in the order of its lesson's exercises.

    Raises SubmissionError when the file is no notebook, cannot be run or checks nothing, and CourseError
    when its lesson is unknown or needs libraries that are not here.
    """
    notebook = read(path)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    checked = {found: number for number, cell in enumerate(cells) for found in CHECKS.findall(cell.source)}
    if not checked:
        raise SubmissionError("no check cell in this notebook", where=str(path), do="Is it a lesson's?")
    course = find_course(path.resolve().parent)
    lessons = [course.lesson(name) for name in dict.fromkeys(found.partition(".")[0] for found in checked)]
    require({lesson.id: lesson.needs for lesson in lessons})
    verdicts = _run(notebook, path)
    rows = []
    for exercise in (exercise for lesson in lessons for exercise in lesson.exercises):
        if verdict := verdicts.get(exercise.id):
            rows.append(
                Line(exercise.id, verdict.outcome, verdict.points, verdict.max_points, verdict.summary())
            )
        elif exercise.id in checked:
            outcome, message = _why_silent(cells, checked[exercise.id], exercise.names)
            rows.append(Line(exercise.id, outcome, 0.0, exercise.points, message))
        else:
            message = "The notebook has no check cell for it."
            rows.append(Line(exercise.id, Outcome.NOT_ATTEMPTED, 0.0, exercise.points, message))
    return Checked(rows, _remarks(cells, lessons[0].limits, path))


def _run(notebook: NotebookNode, path: Path) -> dict[str, Verdict]:
    """Run every cell in a fresh kernel of this Python, past errors; exercise id → its last verdict."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import DeadKernelError

    kernels = KernelSpecManager(kernel_dirs=[os.path.join(sys.prefix, "share", "jupyter", "kernels")])
    with tempfile.TemporaryDirectory(prefix="aisec-check-") as folder:
        results = Path(folder, "verdicts.jsonl")
        manager = AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=kernels,
            transport="ipc" if os.name == "posix" else "tcp",
            connection_file=os.path.join(folder, "kernel.json"),
        )
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=CELL_SECONDS,
            interrupt_on_timeout=True,
            allow_errors=True,
            resources={"metadata": {"path": str(path.resolve().parent)}},
        )
        try:
            client.execute(cleanup_kc=True, env={**os.environ, RESULTS: str(results), "IPYTHONDIR": folder})
        except DeadKernelError as error:
            raise SubmissionError(
                "the kernel ended while running it", where=str(path), do="Does a cell use much memory?"
            ) from error
        lines = results.read_text("utf-8").splitlines() if results.exists() else []
    verdicts = [Verdict.from_dict(json.loads(line)) for line in lines]
    return {verdict.exercise: verdict for verdict in verdicts}


def _why_silent(cells: list[NotebookNode], number: int, names: Iterable[str]) -> tuple[Outcome, str]:
    """Why the check cell `number` gave no verdict: the error of the cell that makes `names`, or its own."""
    makers = [cell for cell in cells[:number] if not bound(cell.source).isdisjoint(names)]
    for cell in [*makers[-1:], cells[number]]:
        for error in (output for output in cell.outputs if output.output_type == "error"):
            if error.ename == "KeyboardInterrupt":
                return Outcome.TIMED_OUT, f"It took longer than {CELL_SECONDS} seconds."
            return Outcome.ERROR, f"{error.ename}: {error.evalue}".rstrip(": ")
    return Outcome.ERROR, "Its check cell did not run."


def _remarks(cells: list[NotebookNode], limits: Limits, path: Path) -> list[str]:
    """What would go otherwise in grading, and what a lesson needs no more of."""
    took = {number: _seconds(cell) for number, cell in enumerate(cells, 1)}
    lines = [
        f"Code cell {number} took {took[number]:.0f} s: grading stops a cell after {limits.cell_seconds:g} s."
        for number, cell in enumerate(cells, 1)
        if took[number] > limits.cell_seconds and not CHECKS.search(cell.source)
    ]
    if sum(took.values()) > limits.total_seconds:
        whole = f"All cells took {sum(took.values()):.0f} s"
        lines.append(f"{whole}: grading stops a notebook after {limits.total_seconds:g} s.")
    lines += [
        f"Code cell {number} installs packages: the lesson needs none, and grading has no network. Delete it."
        for number, cell in enumerate(cells, 1)
        if INSTALLS.search(cell.source)
    ]
    if path.suffix != ".ipynb":
        lines.append("Its name should end in .ipynb when you hand it in.")
    return lines


def _seconds(cell: NotebookNode) -> float:
    """How long a cell ran, by the kernel's own clock; 0 where it did not."""
    times = cell.metadata.get("execution", {})
    begun, ended = (times.get(name) for name in ("iopub.execute_input", "shell.execute_reply"))
    if not begun or not ended:
        return 0.0
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(begun)).total_seconds()


def _print(path: Path, checked: Checked, console: Console) -> None:
    """A block for each exercise: what came of it in columns, and below it why, as wide as the terminal is."""
    from rich.padding import Padding
    from rich.text import Text

    rows = checked.rows
    earned, total = sum(row.points for row in rows), sum(row.max_points for row in rows)
    console.print(Text(f"{path}: {points_text(earned, total)}", style="bold"), overflow="fold")
    words = [f"{row.outcome.symbol} {row.outcome}" for row in rows]
    widths = [max(map(len, some)) for some in (words, [row.exercise for row in rows])]
    for word, row in zip(words, rows, strict=True):
        points = f"{row.points:g} of {row.max_points:g}"
        line = f"{word.ljust(widths[0])}  {row.exercise.ljust(widths[1])}  {points}"
        console.print(Text(line), overflow="fold")
        if row.message:
            console.print(Padding(Text(row.message, overflow="fold"), (0, 0, 0, 4), expand=False))
    for remark in checked.remarks:
        console.print(Text(f"Note: {remark}"), overflow="fold")
