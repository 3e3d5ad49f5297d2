"""The judge: runs the author's test cells in our own interpreter, with the learner's names as proxies.

A test cell is ordinary code. Its names resolve, in this order, to what test cells have defined, to the
author's own imports and functions, to builtins, and last to proxies of the learner's names. A learner who
rebinds `np` or `accuracy_score` therefore changes nothing here. Only a name that the author's own stub
defines is the learner's in any case. `check(...)` is one of ours: it runs the exercise's check function on
the cohort's draws.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from autograder.boundary.proxy import Link
from autograder.compare import brief
from autograder.errors import AisecError, CourseError, LearnerError, LearnerStopped, Uncrossable
from autograder.exercise import Exercise, run_check, seed_for
from autograder.grading.absent import Account
from autograder.grading.assignment import AuthorCell, AuthorNotebook
from autograder.grading.names import (
    Owners,
    Whose,
    asks_checks,
    given_functions,
    looked_up_unasked,
    own_imports,
    plain_python,
    rebound_in,
    released_by,
)
from autograder.safe import hidden_lines
from autograder.verdict import Outcome, Stop, Verdict

AUTHORS = "<author>"  # the file name of the author's imports and functions in tracebacks


class _Names(dict):
    """The names of test cells. One that is not there is asked for by `find` when it is used, which raises
    KeyError for a builtin and for what nobody has. What `is_on_both_sides` is the learner's process's too:
    binding it anew, or deleting it, is done there as well, for tests that look whether one function uses
    another. `gone` are those that a test deleted: nobody is asked for them.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        super().__init__(names)
        self.link: Any = None  # to the learner's process, while a test is judged
        self.gone: set[str] = set()
        self.find: Callable[[str], Any] = super().__getitem__
        self.is_on_both_sides: Callable[[str], bool] = _on_this_side

    def __missing__(self, name: str) -> Any:
        if name in self.gone:
            raise KeyError(name)
        return self.find(name)

    def __setitem__(self, name: str, value: Any) -> None:
        self.gone.discard(name)
        if self.is_on_both_sides(name):
            with contextlib.suppress(Uncrossable):  # then it is the test's own business
                self.link.ask("bind", name, value)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if name not in self:
            self.__missing__(name)
        if self.is_on_both_sides(name):
            self.link.ask("unbind", name)
        super().__delitem__(name)
        self.gone.add(name)


def _on_this_side(name: str) -> bool:
    return False


class Judge:
    """Judges the test cells of one notebook of one learner, in order.

    `find_exercise` gives the exercise of an id (raising CourseError); `secret` and `student` make the
    seed of its draws. `account` knows what became of the learner's cells.
    """

    def __init__(
        self,
        author: AuthorNotebook,
        *,
        find_exercise: Callable[[str], Exercise],
        secret: str,
        student: str,
        account: Account | None = None,
    ) -> None:
        self._author = author
        self._account = account
        self._find_exercise = find_exercise
        self._secret, self._student = secret, student
        self._owners = Owners(author, _stars(author))
        self._judged = 0  # how far in the author's order the tests have come
        self._fetched: dict[str, Any] = {}  # what was asked for the test that is judged
        ours = {"check": self._check} if asks_checks(author) else {}
        self._names = _Names({"__name__": "__main__", "__builtins__": builtins, **ours})

    def judge(self, cell: AuthorCell, link: Link) -> Verdict:
        """The verdict of one test cell. Never raises for what a learner does."""
        self._release(cell)
        try:
            body, last = _compile(cell)
            self._begin(cell, link)
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                exec(body, self._names)
                value = eval(last, self._names) if last is not None else None
        except LearnerStopped as stopped:
            return self.stopped(cell, stopped.stop)
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
            why = self._account.why(error.name or "") if self._account else ""
            message = f"{error.name} is not defined. {why or 'Its cell is missing, or stopped before it.'}"
            return self._verdict(cell, Outcome.ERROR, message=message)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # pytest's own failures, for one, are no Exception
            return self._verdict(cell, Outcome.FAILED, message=_stopped(cell, error))
        finally:
            self._end()
        if type(value) is Verdict:  # a proxy may claim to be one
            return value
        return self._scored(cell, value)

    def stopped(self, cell: AuthorCell, stop: Stop) -> Verdict:
        """The verdict of a test that could not be run any more."""
        return self._verdict(cell, stop.outcome, message=stop.message)

    # -- names ----------------------------------------------------------------------------------------

    def _release(self, cell: AuthorCell) -> None:
        """What a cell before `cell` binds is the notebook's from there on, whatever a test made of it."""
        here = next((n for n, one in enumerate(self._author.cells) if one.grade_id == cell.grade_id), 0)
        for before in self._author.cells[self._judged : here]:
            for name in released_by(before):
                self._names.pop(name, None)
                self._names.gone.discard(name)
        self._judged = max(self._judged, here)

    def _begin(self, cell: AuthorCell, link: Link) -> None:
        """The names of the test `cell` are found when it uses them."""
        rebound = rebound_in(cell.source)
        both = rebound & (self._owners.asked | given_functions(self._author))
        self._names.link = link
        self._names.find = lambda name: self._find(name, cell, link)
        self._names.is_on_both_sides = lambda name: name in both or name in self._fetched
        for name in looked_up_unasked(cell.source) - rebound:
            with contextlib.suppress(KeyError):
                self._names[name]

    def _find(self, name: str, cell: AuthorCell, link: Link) -> Any:
        """The value of a name that `cell`, or what it uses, has come to. Raises KeyError: nobody has it."""
        if name.startswith("__") and name.endswith("__"):
            raise KeyError(name)  # the judge's process has its own
        whose = self._owners.whose(name, cell)
        if whose is Whose.AUTHORS:
            self._define(self._owners.offered[name])
            return dict.__getitem__(self._names, name)
        if whose is Whose.LEARNERS:
            with contextlib.suppress(NameError):  # a name the test may define itself
                value = link.name(name)
                self._fetched[name] = value
                dict.__setitem__(self._names, name, value)
                return value
        raise KeyError(name)

    def _define(self, statement: ast.stmt) -> None:
        """Bind what a statement of the author's binds. Raises CourseError when it cannot be run here."""
        both, self._names.is_on_both_sides = self._names.is_on_both_sides, _on_this_side
        try:
            exec(compile(ast.Module([statement], []), AUTHORS, "exec"), self._names)
        except Exception as error:
            raise CourseError(
                f"the author's own line cannot be run here: {type(error).__name__}: {error}",
                where=ast.unparse(statement).splitlines()[0],
                do="Install what it needs beside the grader, or import it inside the test.",
            ) from error
        finally:
            self._names.is_on_both_sides = both

    def _end(self) -> None:
        """What the test defined stays for the tests after it; what was fetched for it does not."""
        self._names.is_on_both_sides = _on_this_side
        for name, value in self._fetched.items():
            if dict.get(self._names, name) is value:
                self._names.pop(name)
        self._fetched = {}
        self._names.gone &= self._owners.offered.keys()  # the learner's are gone on the learner's side

    # -- verdicts -------------------------------------------------------------------------------------

    def _check(self, exercise_id: str, *answers: Any) -> Verdict:
        exercise = self._find_exercise(exercise_id)
        verdict = run_check(exercise, answers, seed_for(exercise_id, self._secret, self._student))
        findings = (replace(finding, message=self._told(finding.message)) for finding in verdict.findings)
        return replace(verdict, findings=tuple(findings))

    def _told(self, message: str) -> str:
        """`message`; where it says that a name was missing in the learner's code, after the reason why."""
        why = self._account.why_raised(message) if self._account else ""
        return f"{why} {message}" if why else message

    def _verdict(self, cell: AuthorCell, outcome: Outcome, points: float = 0.0, message: str = "") -> Verdict:
        return Verdict(self._id(cell), outcome, points, cell.points, message)

    def _id(self, cell: AuthorCell) -> str:
        return f"{self._author.name}.{cell.grade_id}"

    def _raised(self, cell: AuthorCell, error: LearnerError) -> Verdict:
        if error.kind == "NotImplementedError":
            return self._verdict(cell, Outcome.NOT_ATTEMPTED)
        hidden = _is_hidden(cell, _row(cell, error))  # then the error's text may quote the test
        return self._verdict(cell, Outcome.ERROR, message=self._told(error.report(quoting=not hidden)))

    def _scored(self, cell: AuthorCell, value: Any) -> Verdict:
        """As nbgrader scores a test that ran through: a number is partial credit, all else is full marks."""
        points = cell.points
        if type(value) in (int, float):
            if not 0 <= value <= cell.points:  # nor is NaN
                message = f"The test gave {brief(value)} points, and the cell has {cell.points:g}."
                return self._verdict(cell, Outcome.GRADER_FAULT, message=message)
            points = float(value)
        whole = Outcome.PASSED if points == cell.points else Outcome.PARTLY if points else Outcome.FAILED
        return self._verdict(cell, whole, points)


def _stars(author: AuthorNotebook) -> dict[str, ast.stmt]:
    """Run the imports of the author's plain cells, as the notebook does, so that the modules that they load
    are there; name → import, for the names that `from module import *` brings.

    One that cannot be run here is a fault only where a test needs what it imports.
    """
    starred: dict[str, ast.stmt] = {}
    for statement in own_imports(author):
        found: dict[str, Any] = {}
        with contextlib.suppress(Exception, SystemExit):
            exec(compile(ast.Module([statement], []), AUTHORS, "exec"), {"__name__": "__main__"}, found)
        if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
            starred |= {name: ast.parse(f"from {statement.module} import {name}").body[0] for name in found}
    return starred


@cache
def _compile(cell: AuthorCell) -> tuple[Any, Any]:
    """(the cell's statements, its last expression or None), as code. Raises CourseError."""
    name = _file_name(cell)
    try:
        tree = ast.parse(plain_python(cell.source), name)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            last = compile(ast.Expression(tree.body.pop().value), name, "eval")
        return compile(tree, name, "exec"), last
    except SyntaxError as error:  # `await` at the margin, for one, is parsed and then refused
        raise CourseError(
            f"the test is not Python: {error.msg}", where=f"{cell.grade_id}, line {error.lineno}"
        ) from error


def _file_name(cell: AuthorCell) -> str:
    return f"<test {cell.grade_id}>"


# -- what may be said ----------------------------------------------------------------------------------


def _assertion(cell: AuthorCell, error: AssertionError) -> str:
    """The author's message; without one, the line that did not hold, unless it is a hidden one."""
    row = _row(cell, error)
    if (text := _said(error)) and (_is_authors(error) or not _is_hidden(cell, row)):
        return text
    if _is_hidden(cell, row):
        return "A hidden test did not hold."
    return f"This did not hold: {_lines(cell)[row - 1].strip()}" if row else "A test did not hold."


def _stopped(cell: AuthorCell, error: BaseException) -> str:
    if _is_hidden(cell, _row(cell, error)):
        return f"A hidden test stopped: {type(error).__name__}."
    if type(error).__module__ == "_pytest.outcomes":
        return _said(error)
    return f"The test stopped: {type(error).__name__}: {_said(error)}"


def _frames(error: BaseException) -> list[tuple[str, int]]:
    """(file name, line) from the outermost frame to the one that raised."""
    found, trace = [], error.__traceback__
    while trace is not None:
        found.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    return found


def _row(cell: AuthorCell, error: BaseException) -> int:
    """The line of the test that was running; 0 if it had not begun."""
    return next((line for name, line in reversed(_frames(error)) if name == _file_name(cell)), 0)


def _is_authors(error: BaseException) -> bool:
    """Whether a line of the author's raised it, rather than a library's."""
    return _frames(error)[-1][0].startswith(("<test ", AUTHORS))


def _lines(cell: AuthorCell) -> list[str]:
    """The test's lines as they are numbered in tracebacks."""
    return plain_python(cell.source).splitlines()


def _is_hidden(cell: AuthorCell, row: int) -> bool:
    return any(hidden_lines(plain_python(cell.source))[:row][-1:])


def _said(error: BaseException) -> str:
    """The text of an exception, which may hold a learner's object that will not be written out."""
    try:
        return str(error)
    except (Exception, LearnerStopped):
        return ""
