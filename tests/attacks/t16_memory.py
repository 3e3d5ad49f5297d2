"""Ask for more memory than there may be, at once and bit by bit.
Row 16. The address space is limited.
"""
# ruff: noqa: E501

OUTCOME = "out of memory"
CELLS = {
    "squares-answer": "def squares(n):\n    return bytearray(2_000_000_000)",
    "summary-answer": "def summary(table):\n    kept = []\n    while True:\n        kept.append(bytearray(1_000_000))",
}
