"""Print, display and raise far more than may be shown.
Row 16. Output is limited at its source.
"""

OUTCOME = "output limit"
BEFORE = """
for _ in range(20):
    print("x" * 1_000_000)
"""
AFTER = "from IPython.display import HTML, display\ndisplay(HTML('<b>' * 3_000_000))"
CELLS = {"squares-answer": "raise ValueError('y' * 5_000_000)"}
