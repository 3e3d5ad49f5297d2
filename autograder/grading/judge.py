"""The judge: runs the author's test cells in our own interpreter, with the learner's names as proxies.

A test cell is ordinary code. Its names resolve, in this order, to what test cells have defined, to the
author's own imports and functions, to builtins, and last to proxies of the learner's names. A learner who
rebinds `np` or `accuracy_score` therefore changes nothing here. `check(...)` is one such name: it runs
the exercise's check function on the cohort's draws.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import math
from collections.abc import Callable, Iterator
from typing import Any

from autograder.boundary.proxy import Link
from autograder.errors import AisecError, LearnerError, LearnerStopped, Uncrossable
from autograder.exercise import Exercise, run_check, seed_for
from autograder.grading.assignment import AuthorCell, AuthorNotebook
from autograder.verdict import Outcome, Verdict

HIDDEN = "### BEGIN HIDDEN TESTS"
LESSON_API = "autograder.learner"


class _Names(dict):
    """The names of test cells. Those in `theirs` are the learner's: binding one anew, or deleting it, is
    done on the learner's side too, for tests that look whether one function uses another.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        super().__init__(names)
        self.theirs: dict[str, Link] = {}

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self.theirs:
            self.theirs[name].ask("bind", name, value)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if name in self.theirs:
            self.theirs[name].ask("unbind", name)
        super().__delitem__(name)


class Judge:
    """Judges the test cells of one notebook of one learner, in order.

    `find_exercise` gives the exercise of an id (raising CourseError); `secret` and `student` make the
    seed of its draws.
    """

    def __init__(
        self,
        author: AuthorNotebook,
        *,
        find_exercise: Callable[[str], Exercise],
        secret: str,
        student: str,
    ) -> None:
        self._author = author
        self._find_exercise = find_exercise
        self._secret, self._student = secret, student
        self._offered = _offered_names(author)
        self._names = _Names({"__name__": "__main__", "__builtins__": builtins, "check": self._check})
        self._sources: dict[str, str] = dict.fromkeys(self._names, "")  # of ours: what defines each name

    def judge(self, cell: AuthorCell, link: Link) -> Verdict:
        """The verdict of one test cell. Never raises for what a learner does."""
        fetched: dict[str, Any] = {}
        try:
            body, last = _compile(cell)
            fetched = self._bring(cell.source, link)
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                exec(body, self._names)
                value = eval(last, self._names) if last is not None else None
        except LearnerStopped as stop:
            return self._verdict(cell, Outcome(stop.outcome), message=stop.message)
        except LearnerError as error:
            return self._raised(cell, error)
        except Uncrossable as error:
            return self._verdict(
                cell, Outcome.FAILED, message=f"The test could not use what came back: {error.what}"
            )
        except AssertionError as error:
            return self._verdict(cell, Outcome.FAILED, message=_assertion(cell, error))
        except AisecError as error:
            return self._verdict(cell, Outcome.GRADER_FAULT, message=str(error))
        except NameError as error:
            message = (
                f"{error.name} is not defined: the cell that defines it is missing, or stopped before it."
            )
            return self._verdict(cell, Outcome.ERROR, message=message)
        except (Exception, SystemExit) as error:
            return self._verdict(
                cell, Outcome.FAILED, message=f"The test stopped: {type(error).__name__}: {error}"
            )
        finally:
            self._keep(cell.source, fetched)
        if isinstance(value, Verdict):
            return value
        return self._scored(cell, value)

    def stopped(self, cell: AuthorCell, stop: LearnerStopped) -> Verdict:
        """The verdict of a test that could not be run any more."""
        return self._verdict(cell, Outcome(stop.outcome), message=stop.message)

    # -- names ----------------------------------------------------------------------------------------

    def _bring(self, source: str, link: Link) -> dict[str, Any]:
        """Put every name that `source` uses within its reach; the learner's, fetched now, are returned."""
        fetched: dict[str, Any] = {}
        seen: set[str] = set()
        wanted = [source]
        while wanted:
            for name in _names_used(wanted.pop()) - seen:
                seen.add(name)
                if name not in self._sources and (offered := self._offered.get(name)) is not None:
                    exec(compile(ast.Module([offered], []), "<author>", "exec"), self._names)
                    self._sources[name] = ast.unparse(offered)
                if name in self._sources:
                    wanted.append(self._sources[name])
                elif not hasattr(builtins, name):
                    with contextlib.suppress(NameError):  # a name the test may define itself
                        fetched[name] = link.name(name)
                        self._names[name] = fetched[name]
        self._names.theirs = dict.fromkeys(fetched, link)
        return fetched

    def _keep(self, source: str, fetched: dict[str, Any]) -> None:
        """What the test defined stays for the tests after it; what it fetched does not."""
        self._names.theirs = {}
        for name in list(self._names):
            if name in fetched and self._names[name] is fetched[name]:
                del self._names[name]
            elif name not in self._sources:
                self._sources[name] = source

    # -- verdicts -------------------------------------------------------------------------------------

    def _check(self, exercise_id: str, *answers: Any) -> Verdict:
        exercise = self._find_exercise(exercise_id)
        return run_check(exercise, answers, seed_for(exercise_id, self._secret, self._student))

    def _verdict(self, cell: AuthorCell, outcome: Outcome, points: float = 0.0, message: str = "") -> Verdict:
        return Verdict(self._id(cell), outcome, points, cell.points, message)

    def _id(self, cell: AuthorCell) -> str:
        return f"{self._author.name}.{cell.grade_id}"

    def _raised(self, cell: AuthorCell, error: LearnerError) -> Verdict:
        if error.kind == "NotImplementedError":
            return self._verdict(cell, Outcome.NOT_ATTEMPTED)
        where = f" at line {error.line} of a cell: {error.code.strip()}" if error.line else ""
        return self._verdict(cell, Outcome.ERROR, message=f"Your code raised {error.what}{where}")

    def _scored(self, cell: AuthorCell, value: Any) -> Verdict:
        """As nbgrader scores a test that ran through: a number is partial credit, all else is full marks."""
        points = cell.points
        if type(value) in (int, float) and value >= 0:
            points = float(value)
        if points > cell.points or math.isnan(points):
            message = f"The test gave {points:g} points, more than the cell's {cell.points:g}."
            return self._verdict(cell, Outcome.GRADER_FAULT, message=message)
        whole = Outcome.PASSED if points == cell.points else Outcome.PARTLY if points else Outcome.FAILED
        return self._verdict(cell, whole, points)


def _compile(cell: AuthorCell) -> tuple[Any, Any]:
    """(the cell's statements, its last expression or None), as code."""
    name = f"<test {cell.grade_id}>"
    tree = ast.parse(_plain_python(cell.source), name)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = compile(ast.Expression(tree.body.pop().value), name, "eval")
    return compile(tree, name, "exec"), last


def _plain_python(source: str) -> str:
    """The source with magics and shell lines turned into calls, as IPython does before it compiles."""
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)


def _names_used(source: str) -> set[str]:
    tree = ast.parse(_plain_python(source))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _offered_names(author: AuthorNotebook) -> dict[str, ast.stmt]:
    """Name → the statement that imports it, or defines it as a function, in the author's own cells."""
    offered: dict[str, ast.stmt] = {}
    for cell in author.cells:
        if cell.cell_type != "code" or cell.solution:
            continue
        try:
            body = ast.parse(_plain_python(cell.source)).body
        except SyntaxError:
            continue
        for statement in body:
            for name in _binds(statement):
                offered[name] = statement
    return offered


def _binds(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef):
        yield statement.name
    if isinstance(statement, ast.Import | ast.ImportFrom) and getattr(statement, "module", "") != LESSON_API:
        for alias in statement.names:
            yield (alias.asname or alias.name).partition(".")[0]


def _assertion(cell: AuthorCell, error: AssertionError) -> str:
    """The author's message; without one, the line that did not hold, unless it is a hidden one."""
    if text := str(error):
        return text
    lines = cell.source.splitlines()
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    row = trace.tb_lineno if trace is not None else 0
    hidden = next((number for number, line in enumerate(lines, 1) if line.strip() == HIDDEN), math.inf)
    if 0 < row <= len(lines) and row < hidden:
        return f"This did not hold: {lines[row - 1].strip()}"
    return "A test did not hold."
