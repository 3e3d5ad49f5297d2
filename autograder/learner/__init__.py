"""What a lesson's notebook imports: check, hint, predict, progress and solution.

Importing this costs a few milliseconds; each function imports what it needs when it is called.
"""

from autograder.learner.guess import predict
from autograder.learner.overview import progress
from autograder.learner.practice import check, hint, solution

__all__ = ["check", "hint", "predict", "progress", "solution"]
