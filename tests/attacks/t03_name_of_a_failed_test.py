"""Fail a cheap test on purpose, and define the name that it would have defined for the next one.
Row 3. A name that an earlier test of the author's defines is never taken from the learner.
"""

OUTCOME = "failed"
BEFORE = "tolerance = 1e12"
CELLS = {
    "squares-answer": "def squares(n):\n    return 'anything'",
    "estimate-answer": "def estimate():\n    return 1000",
}
