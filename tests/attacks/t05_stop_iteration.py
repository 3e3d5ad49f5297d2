"""Raise StopIteration where a test walks over calls: a map that ends at once has nothing that is wrong.
Row 5. An exception that steers loops arrives as an error, not as the end of a loop of ours.
"""

OUTCOME = "error"
CELLS = {
    "squares-answer": "def squares(n):\n    if n in (2, 6):\n        raise StopIteration\n"
    "    return [i * i for i in range(1, n + 1)]",
}
