"""Everything that can go wrong, as one tree.

AisecError                what happened, where, and what to do next
├── CourseError           a course, lesson or exercise is not as its rules say
├── IntakeError           what was handed in cannot be collected
├── SubmissionError       a submission cannot be read as a notebook
├── GradebookError        the gradebook cannot be opened, read or written
├── SandboxError          learner code cannot be contained on this machine
├── Uncrossable           a value that may not cross the boundary (also a TypeError)
└── LearnerError          the learner's own code raised (also the builtin type it raised)

LearnerStopped            the learner's process is gone or over a limit; a BaseException, so
                          that a test's `except Exception` cannot swallow it
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # errors cost nothing to import: the command line starts with them
    from autograder.verdict import Stop

LONGEST_MESSAGE = 300  # characters of what a learner's error says are repeated


def sentence(text: str) -> str:
    """`text` with one stop at its end: a full stop, where it has none of its own."""
    text = text.rstrip(". ")
    return text if text.endswith(("?", "!")) else f"{text}."


class AisecError(Exception):
    """An error a person can act on: what happened, where, and what to do next."""

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        Exception.__init__(self, what)  # by name: a mirror of the learner's error has other bases too
        self.what, self.where, self.do = what, where, do

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n  → {self.do}" if self.do else text


class CourseError(AisecError):
    """A course, lesson or exercise is not as its rules say."""


class IntakeError(AisecError):
    """What was handed in cannot be collected."""


class SubmissionError(AisecError):
    """A submission cannot be read as a notebook."""


class GradebookError(AisecError):
    """The gradebook cannot be opened, read or written."""


class SandboxError(AisecError):
    """Learner code cannot be contained on this machine."""


class Uncrossable(AisecError, TypeError):
    """A value that may not cross between the learner's process and ours."""


class LearnerError(AisecError):
    """The learner's own code raised.

    `kind` is the name of the exception's class, `line` the number of the line that raised within its
    cell (None if unknown) and `code` that line's text.
    """

    def __init__(self, kind: str, message: str, *, line: int | None = None, code: str = "") -> None:
        super().__init__(f"{kind}: {message}" if message else kind)
        self.kind, self.message, self.line, self.code = kind, message, line, code

    def report(self, *, quoting: bool = True) -> str:
        """What was raised, and the learner's own line that led there, in one line of text.

        `quoting` False leaves the error's message out: it may quote what the code was called with.
        """
        what = " ".join((self.what if quoting else self.kind).split())
        what = what if len(what) <= LONGEST_MESSAGE else what[: LONGEST_MESSAGE - 1] + "…"
        if self.line is None:
            return f"Your code raised {what}"
        code = f": {self.code.strip()}" if self.code.strip() else ""
        return f"Your code raised {sentence(what)} Line {self.line} of your cell{code}"


class LearnerStopped(BaseException):
    """The learner's process is gone or over a limit: `stop` says in a word how, and why."""

    def __init__(self, stop: Stop) -> None:
        super().__init__(stop.message)
        self.stop = stop
