"""Return more than may cross: bytes, a text, a list of small things, an integer of millions of digits.
Row 27. Sizes are looked at before anything is read.
"""

OUTCOME = "output limit"
CELLS = {
    "squares-answer": "def squares(n):\n    return b'x' * 30_000_000",
    "summary-answer": "def summary(table):\n    return [0] * 6_000_000",
    "estimate-answer": "def estimate():\n    return 10 ** 3_000_000",
    "share-answer": "def share(y, guess):\n    return 10 ** 20_000",
    "kind-answer": "def kind():\n    raise NotImplementedError",
}
