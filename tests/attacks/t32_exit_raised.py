"""Raise SystemExit, KeyboardInterrupt and GeneratorExit where a test might let them pass.
Row 32. They are errors of the learner's like any other.
"""

OUTCOME = "error"
CELLS = {
    "squares-answer": "def squares(n):\n    raise SystemExit(0)",
    "share-answer": "def share(y, guess):\n    raise GeneratorExit",
    "kind-answer": "def kind():\n    raise SystemExit",
    "summary-answer": "def summary(table):\n    exit()",
}
