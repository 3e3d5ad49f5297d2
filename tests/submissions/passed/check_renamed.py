"""The check cell has another id now; the author's is put back and the stranger is run as a plain cell."""

from hand_in import GOOD, answer, cell, to_bytes


def make(notebook):
    answer(notebook, GOOD)
    cell(notebook, "false_alarm_rate")["metadata"]["nbgrader"]["grade_id"] = "my_check"
    return to_bytes(notebook)
