"""Look for descriptors that the warm process left open, and write to them.
Row 18. A learner's process holds one channel and the standard streams.
"""

OUTCOME = "not attempted"
BEFORE = """
import contextlib, os
found = []
for number in range(3, 1024):
    with contextlib.suppress(OSError):
        os.fstat(number)
        found.append(number)
print("ONE" if len(found) == 1 else f"MORE: {found}")
"""
SAYS = ("ONE",)
NEVER = ("MORE: ",)
