"""Tag test cells to be skipped, raise their points, turn them into markdown, call them solutions.
Row 3. Cells, tags and metadata come from the author's version.
"""

OUTCOME = "failed"
CELLS = {"squares-answer": "def squares(n):\n    return 'anything'"}


def tamper(notebook):
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade"):
            marks.update(points=1000, solution=True, locked=False)
            cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "nbgrader-ignore"]
            cell["cell_type"] = "markdown"
            cell["source"] = "100 points"
