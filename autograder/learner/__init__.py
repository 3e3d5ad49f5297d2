"""What a notebook imports: needs, check, hint, predict, progress and solution; and the start page's calls.

Importing this costs a few milliseconds; each function imports what it needs when it is called.
"""

from autograder.learner.after import others
from autograder.learner.again import reset, review
from autograder.learner.carry import restore_work, save_work
from autograder.learner.coursemap import course_map
from autograder.learner.explain import watch
from autograder.learner.guess import predict
from autograder.learner.journal import Journal
from autograder.learner.overview import progress
from autograder.learner.panel import shell
from autograder.learner.practice import check, hint, solution
from autograder.learner.pretest import posttest, pretest
from autograder.learner.start import needs, ready

__all__ = [
    "check",
    "course_map",
    "hint",
    "needs",
    "others",
    "posttest",
    "predict",
    "pretest",
    "progress",
    "ready",
    "reset",
    "restore_work",
    "review",
    "save_work",
    "solution",
]

if shell() is not None:  # in a notebook
    watch()
    Journal.stay()
