"""Give an object that can be walked for ever, each step as slow as a call may be.
Row 27. The notebook's whole time bounds all its checks.
"""

OUTCOME = "timed out"
LIMITS = {"call_seconds": 1, "total_seconds": 4}
CELLS = {
    "report-answer": "import time\n\nclass Slow:\n    def __iter__(self):\n        while True:\n"
    "            time.sleep(0.7)\n            yield 'no'\n\ndef report():\n    return Slow()"
}
