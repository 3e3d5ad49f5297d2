"""The inside referee: an author's test cells in the learner's own process, in the notebook's order.

That is how nbgrader runs them. It understands whatever a notebook can do, and a learner's code can fool it,
so it judges those cells alone that the outside referee (`judge`) does not understand: `referees` finds them.
The process is contained like any other. What is shown in it while tests run is thrown away, and a verdict's
words are the author's own: a learner's code may have read the hidden tests.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from autograder.grading.assignment import AuthorCell, AuthorNotebook
from autograder.grading.names import plain_python
from autograder.grading.run import Run
from autograder.grading.submission import SubmittedCell
from autograder.safe import hidden_lines
from autograder.verdict import Outcome, Verdict

_ENDED = "Its code reached a limit while this test ran."


def judge_inside(author: AuthorNotebook, cells: Iterable[SubmittedCell], run: Run) -> dict[str, Verdict]:
    """Grade id → verdict, of every test cell among `cells`."""
    verdicts = {}
    for cell in cells:
        if cell.cell_type != "code":
            continue
        stops = len(run.stops)
        told = run.cell(cell.source)
        if cell.author is not None and cell.author.is_test:
            stopped = run.stops[stops].outcome if len(run.stops) > stops else None
            outcome, points, message = _found(cell.author, told, stopped)
            name = f"{author.name}.{cell.author.grade_id}"
            verdicts[cell.author.grade_id] = Verdict(
                name, outcome, points, cell.author.points, message, inside=True
            )
    return verdicts


def _found(cell: AuthorCell, told: dict[str, Any], stopped: Outcome | None) -> tuple[Outcome, float, str]:
    """(outcome, points, message). As nbgrader scores a cell; what goes to standard error costs nothing."""
    if stopped is not None:
        return stopped, 0.0, _ENDED
    outputs = [one for one in told.get("outputs") or () if isinstance(one, dict)]
    error = next((one for one in outputs if one.get("output_type") == "error"), None)
    if error is not None:
        return _failed(cell, error.get("ename"), told.get("line"))
    points = next(filter(None, map(_number, outputs)), (cell.points,))[0]
    if not 0 <= points <= cell.points:  # nor is NaN
        return Outcome.GRADER_FAULT, 0.0, f"The test gave points that are not from 0 to {cell.points:g}."
    whole = Outcome.PASSED if points == cell.points else Outcome.PARTLY if points else Outcome.FAILED
    return whole, points, ""


def _number(output: dict[str, Any]) -> tuple[float] | None:
    """The number that is a cell's last value, which nbgrader takes for its points."""
    data = output.get("data")
    shown = data.get("text/plain") if isinstance(data, dict) else None
    if output.get("output_type") != "execute_result" or not isinstance(shown, str) or len(shown) > 40:
        return None
    try:
        return (float(shown),)
    except ValueError:
        return None


def _failed(cell: AuthorCell, kind: Any, line: Any) -> tuple[Outcome, float, str]:
    """What is said comes from the author's text alone; of the process, only where it stopped is used."""
    if kind == "NotImplementedError":
        return Outcome.NOT_ATTEMPTED, 0.0, ""
    source = plain_python(cell.source)
    lines = source.splitlines()
    is_finding = kind == "AssertionError"
    outcome = Outcome.FAILED if is_finding else Outcome.ERROR
    if type(line) is not int or not 1 <= line <= len(lines):
        return outcome, 0.0, "The test did not hold." if is_finding else "The test stopped."
    if any(hidden_lines(source)[:line][-1:]):
        return outcome, 0.0, "A hidden test did not hold." if is_finding else "A hidden test stopped."
    if is_finding:
        return outcome, 0.0, _words(source, line) or f"This did not hold: {lines[line - 1].strip()}"
    return outcome, 0.0, f"The test stopped here: {lines[line - 1].strip()}"


def _words(source: str, line: int) -> str:
    """The text that the `assert` of a line says, where it stands there as it is."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert) and node.lineno <= line <= (node.end_lineno or 0):
            said = node.msg
            return said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else ""
    return ""
