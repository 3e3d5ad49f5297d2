"""Call a function of the check's for ever, and with arguments of megabytes that it remembers.
Row 27. One call has its time, and one check its bytes.
"""

OUTCOME = "timed out"
CELLS = {"largest-answer": "def largest(ask):\n    while True:\n        ask(0)"}
