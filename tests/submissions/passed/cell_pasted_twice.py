"""The answer is there twice; the last copy counts."""

from hand_in import ANSWER, GOOD, answer, cell, to_bytes


def make(notebook):
    answer(notebook, GOOD)
    first = cell(notebook, ANSWER)
    wrong = {**first, "source": "def false_alarm_rate(y, flagged):\n    return 0"}
    notebook["cells"].insert(notebook["cells"].index(first), wrong)
    return to_bytes(notebook)
