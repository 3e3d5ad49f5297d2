"""Signal the grader, its group and one's own parent, and lower their priority.
Row 13. Nobody outside can be named or reached. The signal is 0, which changes nothing.
"""

OUTCOME = "not attempted"
BEFORE = """
import contextlib, os
for pid in (OUTSIDE["grader"], os.getppid(), -OUTSIDE["grader"]):
    if pid not in (0, os.getpid()):
        with contextlib.suppress(OSError):
            os.kill(pid, 0)
            print("REACHED", pid)
with contextlib.suppress(OSError):
    os.setpriority(os.PRIO_PROCESS, OUTSIDE["grader"], 19)
    print("REACHED")
"""
NEVER = ("REACHED",)
