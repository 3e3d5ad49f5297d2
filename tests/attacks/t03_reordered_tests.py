"""Put a test before the one that defines what it uses, and define that oneself: any estimate is close.
Row 3. The author's cells are judged in the author's order.
"""

OUTCOME = "error"
BEFORE = "tolerance = 1e12"
CELLS = {"estimate-answer": "def estimate():\n    return 1000"}


def tamper(notebook):
    ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
    first, second = ids.index("squares"), ids.index("estimate")
    cells = notebook["cells"]
    cells.insert(first, cells.pop(second))
    cells.insert(first, cells.pop(ids.index("estimate-answer") + 1))
