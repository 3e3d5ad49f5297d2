"""All metadata is gone but the grade ids; saved by another program."""

from hand_in import GOOD, answer, to_bytes


def make(notebook):
    answer(notebook, GOOD)
    notebook["metadata"] = {}
    for one in notebook["cells"]:
        one.pop("id", None)
        grade_id = one["metadata"].get("nbgrader", {}).get("grade_id")
        one["metadata"] = {"nbgrader": {"grade_id": grade_id}} if grade_id else {}
    return to_bytes(notebook)
