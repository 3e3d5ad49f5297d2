"""Small edits to a released notebook, for the files beside this one."""

import json

ANSWER = "false_alarm_rate-answer"
GOOD = """\
def false_alarm_rate(y, flagged):
    harmless = ~np.asarray(y)
    if not harmless.any():
        raise ValueError("no harmless case")
    return float(np.asarray(flagged)[harmless].mean())
"""


def cell(notebook, grade_id):
    """The cell that nbgrader knows by `grade_id`."""
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def answer(notebook, source):
    """Write `source` into the answer cell."""
    cell(notebook, ANSWER)["source"] = source


def code(source):
    """A code cell of the learner's own."""
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}


def to_bytes(notebook):
    return json.dumps(notebook).encode()
