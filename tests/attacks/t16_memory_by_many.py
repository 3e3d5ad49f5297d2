"""Take a little less than the limit in each of four processes.
Row 16. What all descendants use together is limited too.
"""

OUTCOME = "out of memory"
LIMITS = {"cell_seconds": 8, "memory_mb": 200}
BEFORE = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        kept = b"x" * 150_000_000
        time.sleep(6)
        os._exit(0)
time.sleep(6)
"""
