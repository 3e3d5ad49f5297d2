"""An accident: a cell pasted twice, one deleted, one renamed, one edited, one of an unknown id.
Row 29. Matched by the author's version, repaired, and said; nobody else is affected.
"""

import target

OUTCOME = "passed"
SCORE = 16
CELLS = target.HONEST
SAYS = ("was there twice", "was missing", "is not part of this lesson")


def tamper(notebook):
    cells = notebook["cells"]
    cells.insert(1, dict(cells[2]))
    cells[:] = [c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") != "summary"]
    marks = next(c["metadata"]["nbgrader"] for c in cells if c["source"] == "# test estimate")
    marks["grade_id"] = "cell-0000"
