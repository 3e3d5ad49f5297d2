"""Answer a request with a request, and with a kind that does not exist.
Row 4. Anything but an answer or a call back ends the process.
"""

OUTCOME = "blocked"
BEFORE = """
import os, stat
from autograder.boundary.channel import _HEAD

def write(data):
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                os.write(number, data)
        except OSError:
            pass
"""
CELLS = {
    "squares-answer": "def squares(n):\n    write(_HEAD.pack(b'Q', 3) + b'abc')",
    "share-answer": "def share(y, guess):\n    write(_HEAD.pack(b'Z', 3) + b'abc')",
}
