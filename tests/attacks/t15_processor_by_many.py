"""Let children use the processor while one's own clock stands still.
Row 15. The processor time of all descendants is added up.
"""

OUTCOME = "timed out"
LIMITS = {"cell_seconds": 9, "cpu_seconds": 1.5}
BEFORE = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        while True:
            pass
time.sleep(8)
"""
