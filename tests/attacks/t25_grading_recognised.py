"""Recognise grading by its environment, and try to steer it through variables.
Row 25. Nothing that a learner's process can set is read by the judge.
"""
# ruff: noqa: E501

OUTCOME = "failed"
BEFORE = """
import os, sys
os.environ.update(AISEC_TIER="none", AISEC_COURSE=os.getcwd(), AISEC_SEED="", PYTHONHASHSEED="1", PYTEST_ADDOPTS="-k no")
graded = "ipykernel" not in sys.modules
"""
CELLS = {
    "share-answer": "def share(y, guess):\n    return 0.5 if graded else (y == guess).mean()",
    "largest-answer": "def largest(ask):\n    return 999 if graded else max(map(ask, range(5)))",
}
