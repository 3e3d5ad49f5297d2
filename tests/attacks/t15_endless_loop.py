"""Loop for ever, in a cell and in a function.
Row 15. Each has its time; the others are still judged.
"""

OUTCOME = "timed out"
SCORE = 1
LIMITS = {"cell_seconds": 1, "call_seconds": 1}
CELLS = {
    "squares-answer": "def squares(n):\n    while True:\n        pass",
    "summary-answer": "while True:\n    pass",
    "report-answer": "def report():\n    return ['mean']",
}
