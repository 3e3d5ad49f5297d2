"""Call the check's function from a thread and from a child process while the main thread answers.
Row 27. Frames that are out of step end the process or are claims like any other.
"""

OUTCOME = "failed"
LIMITS = {"call_seconds": 1}
CELLS = {
    "largest-answer": "import os, threading\n\ndef largest(ask):\n    if os.fork() == 0:\n        try:\n"
    "            ask(1)\n        finally:\n            os._exit(0)\n"
    "    os.wait()\n    return -1"
}
