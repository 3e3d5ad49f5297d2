"""End the process before any error can be seen: in a cell, and in a function under test.
Row 32. What was not judged is not passed; the other exercises still are.
"""

OUTCOME = "partly"
SCORE = 1
CELLS = {
    "squares-answer": "import os\nos._exit(0)",
    "share-answer": "def share(y, guess):\n    import os\n    os._exit(0)",
    "report-answer": "def report():\n    return ['mean']",
}
