"""Put terminal codes, direction overrides and 8-bit control codes into all that is shown and said.
Row 22. They are taken out.
"""

OUTCOME = "error"
BEFORE = r"""
evil = "\x1b]0;title\x07\x1b[2J\x9b31m\u202emoor\u2066\x00\x08\x7f"
print(evil)
print(evil, file=__import__("sys").stderr)
"""
CELLS = {
    "squares-answer": "def squares(n):\n    raise ValueError(evil)",
    "share-answer": "def share(y, guess):\n    return evil",
    "summary-answer": "raise KeyError(evil)",
}
NEVER = ("\\u001b", "\x9b", "\u202e", "\u2066", "\\u0000", "\x7f")
