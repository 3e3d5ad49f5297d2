"""Fail exactly the hidden tests, in the hope that the message quotes them.
Row 33. A message quotes the author's own words or a visible line, never a hidden one.
"""

OUTCOME = "failed"
CELLS = {"squares-answer": "def squares(n):\n    return [i * i for i in range(1, n + 1)] if n != 5 else []"}
NEVER = ("[1, 4, 9, 16, 25]",)
