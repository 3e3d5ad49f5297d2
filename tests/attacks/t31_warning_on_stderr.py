"""Honest work that warns on standard error.
Row 31. What is printed is information, never a verdict.
"""
# ruff: noqa: E501

import target

OUTCOME = "passed"
SCORE = 16
BEFORE = "import sys, warnings\nwarnings.warn('a harmless warning')\nprint('progress', file=sys.stderr)"
CELLS = {
    **target.HONEST,
    "kind-answer": "def kind():\n    warnings.warn('again')\n    print('x', file=sys.stderr)\n    return 'tree'",
}
