"""Put terminal codes, marks of direction, line separators, 8-bit codes into all that is shown or said.
Row 22. They are taken out.
"""

OUTCOME = "error"
BEFORE = r"""
evil = "\x1b]0;title\x07\x1b[2J\x9b31m\u202emoor\u2066\u200e\u200f\u061c\u2028\u2029\x00\x08\x7f"
print(evil)
print(evil, file=__import__("sys").stderr)
"""
CELLS = {
    "squares-answer": "def squares(n):\n    raise ValueError(evil)",
    "share-answer": "def share(y, guess):\n    return evil",
    "summary-answer": "raise KeyError(evil)",
}
NEVER = (
    *("\\u001b", "\\u0000", "\x7f", "\x9b", "\u202e", "\u2066"),
    *("\u200e", "\u200f", "\u061c", "\u2028", "\u2029"),
)
