"""Raise the grader's own exceptions, so that a part ends without a finding and counts as held.
Row 5. An exception of the learner's is never mirrored as one of ours.
"""
# ruff: noqa: E501

OUTCOME = "error"
CELLS = {
    "squares-answer": "from autograder.errors import *\nfrom autograder.errors import CourseError, LearnerStopped\n"
    "def squares(n):\n    raise CourseError('the grader is broken')",
    "summary-answer": "def summary(table):\n    raise LearnerStopped('passed', 'all is well')",
    "share-answer": "from autograder.trial import Wrong\n"
    "def share(y, guess):\n    raise Wrong('x', expected='', got='')",
    "largest-answer": "def largest(ask):\n    raise type('Wrong', (Exception,),"
    " {'__module__': 'autograder.exercise', '__qualname__': 'Wrong'})('x')",
}
