"""Give NaN where closeness is measured, and negative zero: no comparison with NaN is ever true.
Row 5. Points that are not a number are nobody's: a person looks. Only the squares count.
"""

OUTCOME = "grader fault"
SCORE = 3
CELLS = {
    "squares-answer": "def squares(n):\n    return [i * i for i in range(1, n + 1)]",
    "estimate-answer": "def estimate():\n    return float('nan')",
    "share-answer": "def share(y, guess):\n    return float('nan')",
    "largest-answer": "def largest(ask):\n    return -0.0",
}
