"""Show a few kilobytes of HTML whose inline tags are opened again in each paragraph, and so become megabytes.
Row 21. What is left open is counted before it is cleaned, and what grows too much is not kept.
"""

OUTCOME = "partly"
SCORE = 1
BEFORE = """
from IPython.display import HTML, display
many = lambda count: "<p>" + "".join(f"<i class={n}>" for n in range(count)) + "x" + "</p><p>x" * 1500
display(HTML(many(400)))
for _ in range(10):
    display(HTML(many(16)))
"""
CELLS = {"report-answer": "def report():\n    return ['mean']"}
