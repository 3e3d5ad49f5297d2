"""Show everything that a function is handed by hidden tests, and raise errors that quote it.
Row 10. A function sees its arguments; what they are compared with stays outside.
"""

OUTCOME = "error"
CELLS = {
    "squares-answer": "seen = []\ndef squares(n):\n    seen.append(n)\n    if n == 5:\n"
    "        raise ValueError(f'asked for {seen}')\n    return [i * i for i in range(1, n + 1)]"
}
