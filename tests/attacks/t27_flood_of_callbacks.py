"""Call a function of the check's with megabytes, again and again, until its memory is full.
Row 27. What one check may be sent in all is limited.
"""

OUTCOME = "output limit"
CELLS = {
    "largest-answer": "def largest(ask):\n    text = 'x' * 7_000_000\n    while True:\n        try:\n"
    "            ask(text)\n        except Exception:\n            pass"
}
