"""Return lists in lists, a thousand deep, and one that contains itself.
Row 27. Depth is limited, at the sender kindly and at the reader for certain.
"""
# ruff: noqa: E501

OUTCOME = "failed"
CELLS = {
    "squares-answer": "def squares(n):\n    deep = []\n    for _ in range(1000):\n        deep = [deep]\n    return deep",
    "share-answer": "def share(y, guess):\n    loop = []\n    loop.append(loop)\n    return loop",
    "largest-answer": "def largest(ask):\n    deep = ()\n    for _ in range(500):\n        deep = (deep,)\n"
    "    return deep",
}
