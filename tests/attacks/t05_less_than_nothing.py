"""Be so wrong that a formula for partial credit goes below zero.
Row 5. Points below zero are nobody's: a person looks. Only the squares, which define the tolerance, count.
"""

OUTCOME = "grader fault"
SCORE = 3
CELLS = {
    "squares-answer": "def squares(n):\n    return [i * i for i in range(1, n + 1)]",
    "estimate-answer": "def estimate():\n    return 1000",
}
