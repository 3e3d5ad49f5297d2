"""Loop for ever and swallow every exception, the alarm switched off.
Row 15. A deadline outside ends the process two seconds later.
"""

OUTCOME = "timed out"
SCORE = 1
LIMITS = {"cell_seconds": 1, "call_seconds": 1}
BEFORE = """
import signal

def forever():
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT, signal.SIGXCPU):
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
CELLS = {
    "squares-answer": "def squares(n):\n    forever()",
    "report-answer": "def report():\n    return ['mean']",
}
