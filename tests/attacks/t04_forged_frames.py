"""Find the channel among the open descriptors and write answers on it before the agent does.
Row 4. An answer is a claim about the learner's own objects, whoever writes it.
"""

OUTCOME = "blocked"
BEFORE = """
import os, stat
from autograder.boundary import codec
from autograder.boundary.channel import _HEAD, ANSWER

def forge(value):
    message = codec.dumps(["ok", value])
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                os.write(number, _HEAD.pack(ANSWER, len(message)) + message)
        except OSError:
            pass
"""
CELLS = {
    "squares-answer": "def squares(n):\n    forge(True)\n    return 'anything'",
    "share-answer": "def share(y, guess):\n    forge(1.0)\n    return 'anything'",
}
