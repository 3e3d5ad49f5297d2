"""Raise an error of seven million characters, so that every page that quotes it is as long.
Row 21. A message has at most a few thousand characters.
"""

OUTCOME = "error"
CELLS = {
    "squares-answer": "def squares(n):\n    raise ValueError('x' * 7_000_000)",
    "summary-answer": "def summary(table):\n    raise type('K' * 2_000_000, (Exception,), {})('x')",
    "largest-answer": "def largest(ask):\n    return 'x' * 7_000_000",
}
