"""Lift the limit on output inside the process, and show megabytes in every cell.
Row 16. Output is limited where it arrives as well.
"""

OUTCOME = "output limit"
BEFORE = """
outputs = get_ipython().outputs
outputs._spend = lambda size: True
outputs._left = outputs._limit = 10**12
print("x" * 5_000_000)
"""
CELLS = {
    f"{name}-answer": "print('x' * 5_000_000)"
    for name in ("squares", "summary", "estimate", "share", "largest")
}
