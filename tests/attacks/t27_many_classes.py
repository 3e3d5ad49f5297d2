"""Raise exceptions that descend from thousands of classes, of a new class each time.
Row 27. A claimed line of descent is at most a hundred classes long.
"""

OUTCOME = "failed"
CELLS = {
    "squares-answer": "def squares(n):\n    kind = Exception\n    for i in range(900):\n"
    "        kind = type(f'E{i}', (kind,), {})\n    raise kind('x')",
}
