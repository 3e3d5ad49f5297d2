"""From a thread and from a child process, keep writing answers while nothing is asked.
Row 4. What is out of step is a false claim about one's own objects, or the end of the process.
"""
# ruff: noqa: E501

OUTCOME = "blocked"
BEFORE = """
import os, stat, threading, time
from autograder.boundary import codec
from autograder.boundary.channel import _HEAD, ANSWER

def spray(count):
    message = codec.dumps(["ok", [1, 4, 9]])
    for _ in range(count):
        for number in range(3, 64):
            try:
                if stat.S_ISSOCK(os.fstat(number).st_mode):
                    os.write(number, _HEAD.pack(ANSWER, len(message)) + message)
            except OSError:
                pass
        time.sleep(0.001)
"""
CELLS = {
    "share-answer": "def share(y, guess):\n    thread = threading.Thread(target=spray, args=(3,))\n    thread.start()\n    thread.join()\n"
    "    if os.fork() == 0:\n        spray(3)\n        os._exit(0)\n    os.wait()\n    return 'anything'",
}
