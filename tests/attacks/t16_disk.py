"""Fill the disk with many files, deleted and kept open.
Row 16. A learner's files live in a small private place.
"""

OUTCOME = "not attempted"
OUTCOME_IN_CONTAINER = "out of memory"  # no file system of its own: what is written is counted
BEFORE = """
import os, resource
print(os.getcwd())
kept = []
try:
    for number in range(40):
        file = open(f"{number}", "wb", buffering=0)
        file.write(b"x" * 1_000_000)
        os.unlink(file.name)
        kept.append(file)
    import time; time.sleep(1)
    print("ALL OF IT")
except OSError:
    print("limited")
for file in kept:
    file.close()
"""
NEVER = ("ALL OF IT",)
