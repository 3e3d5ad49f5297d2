"""The engine of aisec: builds lessons, answers learners, contains and grades their work.

It knows nothing of poisoning or encryption; the course that it serves is found by its `course.toml`.

What scripts may rely on is in `__all__`, told in docs/python.md, and imported when it is first asked for: the
command line starts without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.errors import AisecError
    from autograder.grading.cohort import grade
    from autograder.grading.coursedir import open_course
    from autograder.grading.result import Result
    from autograder.verdict import Outcome, Verdict

__version__ = "0.1.0"
__all__ = ["AisecError", "Outcome", "Result", "Verdict", "grade", "open_course"]

_HOMES = {
    "AisecError": "autograder.errors",
    "Outcome": "autograder.verdict",
    "Result": "autograder.grading.result",
    "Verdict": "autograder.verdict",
    "grade": "autograder.grading.cohort",
    "open_course": "autograder.grading.coursedir",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
