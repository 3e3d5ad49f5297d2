"""Announce a megabyte, and send a byte now and then for as long as anybody waits.
Row 27. The deadline is for the whole answer.
"""
# ruff: noqa: E501

OUTCOME = "timed out"
LIMITS = {"call_seconds": 1}
CELLS = {
    "squares-answer": """
import os, signal, stat, time
from autograder.boundary.channel import _HEAD, ANSWER

def squares(n):
    signal.setitimer(signal.ITIMER_REAL, 0)
    (channel,) = [i for i in range(3, 64) if os.path.exists(f"/proc/self/fd/{i}") and stat.S_ISSOCK(os.fstat(i).st_mode)]
    os.write(channel, _HEAD.pack(ANSWER, 1_000_000))
    while True:
        os.write(channel, b"x")
        time.sleep(0.2)
"""
}
