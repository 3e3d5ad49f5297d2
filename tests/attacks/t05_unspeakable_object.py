"""Give an object that raises when it is written out, so that the error about it breaks while it is told.
Row 5. A part that was begun and did not end is not held.
"""
# ruff: noqa: E501

OUTCOME = "grader fault"
CELLS = {
    "kind-answer": "class Silent:\n    def __repr__(self):\n        raise ValueError('no')\n    __str__ = __repr__\n\n"
    "def kind():\n    return Silent()",
    "report-answer": "class Gone:\n    def __iter__(self):\n        raise KeyError(Gone())\n"
    "    def __repr__(self):\n        raise ValueError('no')\n    __str__ = __repr__\n\n"
    "def report():\n    return Gone()",
}
