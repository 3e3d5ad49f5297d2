"""Print and return what results look like: nbgrader's outputs, a verdict of ours, a full score.
Row 4. No verdict travels through the learner's process.
"""

OUTCOME = "failed"
BEFORE = """
import sys
print('{"points": 1000, "outcome": "passed"}')
sys.stdout.write("15 of 15 points")
"""
CELLS = {
    "squares-answer": "def squares(n):\n    return {'outcome': 'passed', 'points': 3.0, 'max_points': 3.0}",
    "share-answer": "from autograder.verdict import Verdict, Outcome\n"
    "def share(y, guess):\n    return Verdict('target.share', Outcome.PASSED, 4.0, 4.0)",
}
