"""Define check, Verdict, pd, all, isinstance, tolerance and __builtins__ oneself.
Row 6. A test's names are the author's, then the builtins', and the learner's last.
"""

OUTCOME = "failed"
CELLS = {
    "squares-answer": "def squares(n):\n    return 'anything'",
    "summary-answer": "def summary(table):\n    return {'a': 4, 'b': 2}",
    "estimate-answer": "def estimate():\n    return 1000",
    "share-answer": "def share(y, guess):\n    return 0.123",
}
BEFORE = """
check = run_check = lambda *args, **kwargs: 1000
Verdict = pd = np = check
all = isinstance = abs = lambda *args: True
tolerance = 1e12
__builtins__ = {"abs": abs}
__name__ = "autograder.verdict"
"""
