"""Show HTML that is nested a hundred thousand deep, to break whatever cleans it.
Row 21. What cleans it takes it; the submission is graded on.
"""

OUTCOME = "partly"
SCORE = 1
BEFORE = """
from IPython.display import HTML, display
display(HTML("<b><i><table><tr><td>" * 5_000))
display(HTML("<div>" * 9_000))
"""
CELLS = {"report-answer": "def report():\n    return ['mean']"}
