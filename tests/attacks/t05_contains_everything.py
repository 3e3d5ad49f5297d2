"""Return an object that says it contains whatever the test looks for.
Row 5. Membership is a comparison: it is made outside, over what the object gives when it is walked.
"""

OUTCOME = "failed"
CELLS = {
    "report-answer": "class All:\n    def __contains__(self, item):\n        return True\n"
    "    def __iter__(self):\n        return iter(['nothing'])\n\ndef report():\n    return All()",
}
